import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.ui.features.separable_lanes import cost
from tests.browser.test_main_path import opened
from tests.pages.test_feature_maps_page import seen

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
    expect(page.get_by_text("block3_sepconv1, channel 11: each input channel is filtered")).to_be_visible()
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


def test_the_window_walks_in_the_browser_and_its_sums_are_the_networks(browser, address):
    taken, _ = seen("block3_sepconv1").steps(7)
    (_, separable, _), (_, regular, _) = cost(taken).ways
    page = browser.new_page(viewport={"width": 1400, "height": 1800})
    sent, received = [], []

    def listen(socket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))
        socket.on("framereceived", lambda frame: received.append(frame))

    page.on("websocket", listen)
    page.goto(f"{address}/{LINK}&channel=7&panel=apart&cell=0-5")
    steps = page.get_by_role("group", name=re.compile("^How block3_sepconv1 makes its channel 7"))
    expect(steps.get_by_text("at row 0, column 5. Pixels beyond the edge count as 0.")).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_timeout(1000)
    before = len(sent)

    def number(place) -> float:
        return float(place.inner_text().replace("−", "-").replace(",", ""))

    def is_read(lane: int, row: int, column: int) -> None:
        expect(steps.locator(".sum")).to_contain_text(f"channel {taken.inputs[lane]} at row {row}, column {column}")
        assert number(steps.locator(".sum strong")) == pytest.approx(taken.depthwise_maps[row, column, lane], rel=2e-3)
        places = row * 36 + column + 1
        expect(steps.get_by_text(f"place {places} of 1,296")).to_be_visible()
        counted = [number(place) for place in steps.locator(".one b").all()]
        assert counted == [places * separable, places * regular]

    lane = int(np.abs(taken.products[0, 5]).argmax())
    is_read(lane, 0, 5)
    for key, row, column in (("Down", 1, 5), ("Down", 2, 5), ("Right", 2, 6), ("Up", 1, 6), ("Left", 1, 5)):
        steps.press(f"Arrow{key}")
        is_read(lane, row, column)
    other = (lane + 1) % 8
    steps.get_by_role("button", name=f"Input channel {taken.inputs[other]}", exact=True).click()
    is_read(other, 1, 5)
    ground = steps.get_by_role("img", name=re.compile("with the window$"))
    box = ground.bounding_box()
    place = {"x": box["width"] * 21.5 / 38, "y": box["height"] * 11.5 / 38}  # a row of zeros stands around
    ground.hover(position=place)
    is_read(other, 10, 20)
    assert len(sent) == before, "the walk asks nobody"

    # The place becomes the cell of all panels; what the browser has is not sent again.
    received.clear()
    ground.click(position=place)
    expect(page.get_by_text("Chosen cell: row 10, column 20")).to_be_visible()
    is_read(other, 10, 20)
    assert sum(len(each) for each in received) < 20_000
    expect(page).to_have_url(re.compile("cell=10-20"))
    open_panel(page, "What a cell depends on")
    expect(page.get_by_text("The one in row 10, column 20")).to_be_visible()
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
