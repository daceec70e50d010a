import re
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_main_path import opened, turn

WIDE = {"width": 1400, "height": 2600}
LINK = "feature_maps?weights=kitchenware&layer=block3_sepconv1&stage=act&order=number"


def cells(page: Page, name: str):
    """The picture with cells whose description begins like this."""
    return page.get_by_role("grid", name=re.compile(f"^{name}"))


def click_cell(page: Page, name: str, row: int, column: int, rows: int, columns: int) -> None:
    box = cells(page, name).bounding_box()
    place = {"x": box["width"] * (column + 0.5) / columns, "y": box["height"] * (row + 0.5) / rows}
    cells(page, name).click(position=place)


def open_panel(page: Page, title: str) -> None:
    page.get_by_role("tab", name=title).click()


def channel(page: Page, number: int):
    return page.get_by_role("heading", name=f"Channel {number}", exact=True)


def downloaded(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_bytes()


def test_a_channel_opens_by_click_and_by_keyboard_and_its_making_is_shown(browser, address):
    page = opened(browser, f"{address}/{LINK}", viewport=WIDE)
    expect(channel(page, 0)).to_be_visible()
    click_cell(page, "64 of the 256 channels", 1, 2, 8, 8)
    expect(channel(page, 10)).to_be_visible()
    expect(page).to_have_url(re.compile("channel=10"))
    grid = cells(page, "64 of the 256 channels")
    grid.press("ArrowRight")
    grid.press("Enter")
    expect(channel(page, 11)).to_be_visible()

    open_panel(page, "Taken apart")
    expect(page.get_by_text("makes its channel 11 of your picture")).to_be_visible()
    # The outermost cell reaches into the padding.
    open_panel(page, "What a cell depends on")
    click_cell(page, "Map of channel 11", 0, 0, 36, 36)
    expect(page.get_by_text("The one in row 0, column 0")).to_be_visible()
    expect(page.get_by_text("of it lies outside of the picture")).to_be_visible()

    again = opened(browser, page.url, viewport=WIDE)
    expect(cells(again, "Map of channel 11")).to_be_visible()
    again.close()
    open_panel(page, "Channels")

    page.get_by_role("button", name="Download", exact=True).click()
    assert downloaded(page, "Statistics as CSV").decode().count("\n") == 257
    assert np.load(BytesIO(downloaded(page, "All maps as .npy"))).shape == (36, 36, 256)
    assert Image.open(BytesIO(downloaded(page, "These maps as PNG"))).size[0] > 700
    page.close()


def test_the_window_walks_by_slider_and_by_click(browser, address):
    page = opened(browser, f"{address}/{LINK}&channel=7&panel=apart", viewport={"width": 1400, "height": 4200})
    click_cell(page, "Input channel", 0, 5, 36, 36)
    expect(page.get_by_text("in row 0, column 5. What lies beyond")).to_be_visible()
    turn(page, "Row", "ArrowRight")
    turn(page, "Column", "ArrowLeft")
    expect(page.get_by_text("in row 1, column 4.")).to_be_visible()
    told = page.get_by_text(re.compile("is the depthwise map of")).inner_text().split()[0]
    expect(page.get_by_text(f"sum of the 9 products: {told}", exact=True)).to_be_visible()

    # A pixel of the drawing takes the window there; its numbers are those of the window.
    steps = page.get_by_role("group", name=re.compile("^How block3_sepconv1 makes its channel 7"))
    canvas = steps.get_by_role("img", name=re.compile("depthwise map")).first
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 20.5 / 36, "y": box["height"] * 10.5 / 36})
    expect(steps.get_by_text("row 10, column 20")).to_be_visible()
    expect(page.get_by_text(re.compile(r"in row 10, column 20\."))).to_be_visible()
    page.close()


def test_what_a_channel_wants_is_made_and_can_be_cancelled(browser, address):
    # A deep layer: it takes seconds, time enough to cancel it.
    deep = "feature_maps?weights=kitchenware&layer=block14_sepconv2&stage=act&channel=7&panel=wants"
    page = opened(browser, f"{address}/{deep}", viewport=WIDE)
    start = page.get_by_role("button", name="Start", exact=True)
    start.click()
    page.get_by_role("button", name="Cancel").click()
    expect(start).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(page.get_by_text("After 64 steps")).to_have_count(0)
    start.click()
    expect(page.get_by_text("After 64 steps")).to_be_visible()
    page.close()


def test_maps_and_the_chosen_channel_are_on_the_first_screen(browser, address):
    for width in (1024, 1280):
        page = opened(browser, f"{address}/{LINK}", viewport={"width": width, "height": 720})
        grid = cells(page, "64 of the 256 channels")
        expect(grid).to_be_visible()
        box, picture = grid.bounding_box(), page.get_by_role("img", name=re.compile("^Channel 0 of")).bounding_box()
        assert box["y"] + box["height"] / 2 <= 720, "four of eight rows"
        assert picture["y"] + picture["height"] <= 720
        assert picture["x"] >= box["x"] + box["width"]
        page.close()


def test_a_phone_sees_the_page_without_scrolling_sideways(browser, address):
    page = opened(browser, f"{address}/{LINK}", viewport={"width": 390, "height": 844}, color_scheme="dark")
    expect(channel(page, 0)).to_be_visible()
    expect(page.get_by_role("tab", name="Wants to see")).to_be_attached()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    page.close()
