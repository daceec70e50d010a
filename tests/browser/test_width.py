"""Nothing that is written is cut, shortened with dots or out of reach, however wide the window is."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.serving import wait_until_still
from tests.browser.test_main_path import opened, sideways_photograph

CUT_TEXT = Path(__file__).with_name("cut_text.js").read_text(encoding="utf-8")
UNSEEN = '[data-testid="stSidebar"][data-collapsed="true"]'
"""What lies outside of the window until it is opened: the drawer of the knobs."""
PUSHED = ".flows, .area"
"""What may be pushed sideways: on a phone the layers' strip is one band, so that strip and maps are on one screen, and
diagrams beside each other stand in a frame."""

SIZES = ((1400, 900), (1280, 720), (1024, 720), (800, 720), (768, 1024), (640, 360), (390, 844))
"""At 800 px the knobs beside the page leave it the least room; 640 x 360 is 1280 x 720 at 200 % zoom."""
BOTH_SCHEMES = (1024,)
FEW = ((1024, 720), (800, 720), (390, 844))


def assert_nothing_cut(page: Page, place: str, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """At each size; the window keeps the last one."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark") if width in BOTH_SCHEMES else ("light",):
            page.emulate_media(color_scheme=scheme)
            wait_until_still(page, 150)
            faults = page.evaluate(CUT_TEXT, [UNSEEN, PUSHED])
            if faults:  # on a busy machine a page may be on its way yet
                wait_until_still(page, 1500)
                faults = page.evaluate(CUT_TEXT, [UNSEEN, PUSHED])
            found += [f"{place} at {width} px, {scheme}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


def assert_nothing_cut_in(page: Page, button: Locator, place: str) -> None:
    """In the panel that a button opens."""
    for size in (FEW[0], FEW[-1]):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        wait_until_still(page, 200)
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        assert_nothing_cut(page, place, (size,))
        page.keyboard.press("Escape")


def of(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("button", name=name).first


def test_architecture_and_its_side(browser, address):
    page = opened(browser, address, viewport={"width": 1400, "height": 900})
    expect(page.get_by_role("heading", name="Proof and downloads")).to_be_attached()
    assert_nothing_cut(page, "Architecture")
    side = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    assert_nothing_cut(page, "The drawer", FEW[-1:])
    for name in ("Share", "Terms"):
        side.get_by_role("button", name=name).click()
        assert_nothing_cut(page, name, FEW[-1:])
        page.keyboard.press("Escape")
    side.get_by_role("button", name="Tour").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_nothing_cut(page, "The first visit's screen", FEW)
    page.get_by_role("button", name="Take the tour").click()
    expect(page.locator(".st-key-tour")).to_be_visible()
    assert_nothing_cut(page, "The tour", FEW)
    page.close()


def test_compare(browser, address):
    page = opened(browser, f"{address}/compare?width=0.5", viewport={"width": 1400, "height": 900})
    expect(page.get_by_text("Feature maps at the peak")).to_be_visible()
    assert_nothing_cut(page, "Compare")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        assert_nothing_cut(page, tab.inner_text(), FEW)
    page.close()


def test_classify(browser, address, tmp_path):
    page = opened(browser, f"{address}/classify?weights=kitchenware", viewport={"width": 1400, "height": 900})
    expect(page.get_by_text("Several of the 6 classes")).to_be_visible()
    assert_nothing_cut(page, "Classify")
    assert_nothing_cut_in(page, of(page, "Coffee · kitchenware"), "The choice of weights and picture")
    page.get_by_text("Cover a place").click()
    expect(page.get_by_role("application")).to_be_visible()
    assert_nothing_cut(page, "A place covered", FEW)
    of(page, "Your own photographs").click()
    file = sideways_photograph(tmp_path).rename(tmp_path / "a_photograph_with_a_rather_long_name_of_its_own.jpg")
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_role("button", name=file.name, exact=True).last).to_be_visible()
    assert_nothing_cut(page, "An own photograph", FEW)
    page.close()


def test_explain(browser, address):
    link = "explain?weights=kitchenware&layer=block13_shortcut_conv&method=faster-score-cam"
    page = opened(browser, f"{address}/{link}", viewport={"width": 1400, "height": 900})
    wait_until_still(page)
    assert_nothing_cut(page, "A slow method, a long name", FEW)
    page.goto(f"{address}/explain?weights=kitchenware")
    expect(of(page, "Display")).to_be_visible()
    expect(page.get_by_role("heading", name="Can you trust it?")).to_be_attached()
    assert_nothing_cut(page, "Explain")
    for name in ("Display", "Download"):
        assert_nothing_cut_in(page, of(page, name), name)
    page.close()


def test_feature_maps(browser, address):
    page = opened(browser, f"{address}/feature_maps?weights=kitchenware", viewport={"width": 1400, "height": 900})
    for title in ("Kernels", "Wants to see", "Taken apart", "What a cell depends on", "Channels"):
        page.get_by_role("tab", name=title).click()
        wait_until_still(page)
        assert_nothing_cut(page, title, SIZES if title == "Channels" else FEW)
    for name in ("Sort and colours", "Download"):
        assert_nothing_cut_in(page, of(page, name), name)
    page.close()
