import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig
from explorer.tour.step import PAGE_TITLES
from tests.browser.serving import APP, wait_until_still

COFFEE = APP.parents[1] / "assets" / "samples" / "coffee.jpg"
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


def opened(browser: Browser, address: str, **options: object) -> Page:
    page = browser.new_page(**options)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def parameters(page: Page):
    return headline(page).locator("div").nth(1)


def headline(page: Page):
    """The card of the parameters."""
    return page.locator("[data-testid=stHtml]", has_text="Multiply-adds (MACs)").locator("> div > div").first


def params_of(**knobs: object) -> str:
    return f"{tally(graph_of(XceptionConfig(**knobs))).params:,}"


def turn(page: Page, label: str, key: str) -> None:
    page.get_by_role("slider", name=label).press(key)


def test_sliders_numbers_link_and_back(browser, address):
    page = opened(browser, address)
    expect(parameters(page)).to_have_text("22,910,480")
    turn(page, "Middle-flow modules", "ArrowRight")
    expect(parameters(page)).to_have_text(params_of(middle_repeats=9))
    turn(page, "Width multiplier", "ArrowLeft")
    expect(parameters(page)).to_have_text(params_of(middle_repeats=9, width=0.95))
    expect(page).to_have_url(re.compile("middle_repeats=9&width=0.95|width=0.95&middle_repeats=9"))

    again = browser.new_page()
    # Knobs are drawn late: a page is chosen before the browser knows what of the link is theirs.
    again.route(
        re.compile(r"/(Slider|ButtonGroup)\.\S+\.js"), lambda route: (again.wait_for_timeout(1500), route.continue_())
    )
    again.goto(page.url)
    expect(parameters(again)).to_have_text(params_of(middle_repeats=9, width=0.95))
    again.get_by_role("link", name="Compare").click()
    expect(again.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    expect(again.get_by_role("cell", name="23,851,784").first).to_be_visible()
    expect(again.get_by_role("cell", name=params_of(middle_repeats=9, width=0.95)).first).to_be_visible()
    expect(again).to_have_url(re.compile("compare.*middle_repeats=9"))
    page.close()
    again.unroute_all(behavior="ignoreErrors")  # or one that is still held back ends the next test
    again.close()


KNOBS_PLACES = """() => {
    const places = window.placesOfKnobs = [];
    const look = () => {
        const knob = document.querySelector(".st-key-segments");
        if (knob) places.push([Math.round(knob.getBoundingClientRect().top), !!document.querySelector(".st-key-pin")]);
        requestAnimationFrame(look);
    };
    look();
}"""
"""In each frame, where the first knob is, and whether the presets above it have come."""


def test_knobs_stand_still_while_presets_come_behind_the_numbers(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(f"({KNOBS_PLACES})()")
    page.goto(address)
    expect(page.get_by_role("button", name="Pin")).to_be_visible(timeout=60_000)
    wait_until_still(page)
    places = page.evaluate("window.placesOfKnobs")
    at_last = places[-1][0]
    stood = [(abs(top - at_last) <= 2, has_presets) for top, has_presets in places]
    since = stood[stood.index((True, False)) :]
    assert all(is_there for is_there, _ in since)
    assert since[-1] == (True, True)
    page.close()


def test_fast_keys_on_a_slider_end_where_the_person_stopped(browser, address):
    """On the way lies the paper's preset, whose mark comes and goes as the knob is turned."""
    page = opened(browser, f"{address}/?middle_repeats=4")
    slider = page.get_by_role("slider", name="Middle-flow modules")
    for key, end in (("ArrowRight", 12), ("ArrowLeft", 4), ("ArrowRight", 12)):
        slider.focus()
        for _ in range(8):
            page.keyboard.press(key)
            page.wait_for_timeout(40)
        wait_until_still(page)
        expect(slider).to_have_value(str(end))
        expect(parameters(page)).to_have_text(params_of(middle_repeats=end))
        expect(page).to_have_url(re.compile(rf"\?middle_repeats={end}$"))
    page.close()


def test_diagram_opens_by_mouse_and_by_keyboard_and_shows_the_arithmetic(browser, address):
    page = opened(browser, f"{address}/?middle_repeats=8", viewport={"width": 1400, "height": 1200})
    page.locator("[data-kind=module][data-name=block5]").click()
    layer = page.locator("[data-kind=layer][data-name=block5_sepconv1]")
    layer.focus()
    layer.press("Enter")
    formula = page.get_by_text("3×3×728 + 728×728 = 536,536")
    expect(formula).to_be_visible()
    layer.press("Escape")
    expect(formula).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 720})
    layer.click()
    expect(formula).to_be_visible()
    page.wait_for_timeout(600)  # the page scrolls until the card hides nothing
    card = page.locator(".st-key-arithmetic").bounding_box()
    clicked = layer.bounding_box()
    assert clicked["y"] + clicked["height"] <= card["y"]
    layer.click()
    expect(formula).to_have_count(0)
    layer.click()
    page.locator(".st-key-arithmetic").get_by_role("button", name="Close").click()
    expect(formula).to_have_count(0)

    face = page.locator("[data-kind=layer][data-name=block5_sepconv1] rect").first
    before = face.evaluate("rect => getComputedStyle(rect).fill")
    page.get_by_role("radio", name="MACs").first.click()
    expect(page.get_by_text("MACs for one image, logarithmic")).to_be_visible()
    expect(page).to_have_url(re.compile("heat=macs"))
    assert face.evaluate("rect => getComputedStyle(rect).fill") != before
    page.get_by_text("Show a photograph in it").click()
    maps = page.locator(".flow svg.map")
    expect(maps).to_have_count(8)  # the photograph, block1 to block4, block5 as the one shown, block13, block14
    address_of_maps = maps.last.locator("image").get_attribute("href")
    picture = Image.open(io.BytesIO(page.request.get(address_of_maps).body()))
    box = maps.last.locator("image").evaluate("image => [image.width.baseVal.value, image.height.baseVal.value]")
    assert list(picture.size) == box
    expect(page.get_by_role("img", name="block2, after the addition")).to_be_visible()
    module = page.locator("[data-kind=module][data-name=block2]")
    module.scroll_into_view_if_needed()
    card = module.bounding_box()
    # A press on the map, in the lower left corner, goes to the module behind it.
    page.mouse.click(card["x"] + 0.15 * card["width"], card["y"] + card["height"] - 0.15 * card["width"])
    expect(module).to_have_attribute("aria-expanded", "true")
    expect(maps).to_have_count(8)
    page.close()


def test_hostile_link_is_mended(browser, address):
    page = opened(browser, f"{address}/?width=1e999&network=%3Cscript%3Ealert(1)%3C/script%3E&__proto__=1&classes=-5")
    expect(page.get_by_text("The link was mended.")).to_be_visible()
    expect(parameters(page)).to_have_text(params_of(width=2.0, classes=2))
    page.close()


def test_a_mended_link_stays_on_its_page(browser, address):
    page = opened(browser, f"{address}/compare?width=9")
    expect(page.get_by_text("The link was mended.")).to_be_visible()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name=params_of(width=2.0)).first).to_be_visible()
    page.close()


def test_a_photograph_is_uploaded_and_classified(browser, address, tmp_path):
    page = opened(browser, f"{address}/classify?weights=kitchenware", viewport={"width": 1400, "height": 1400})
    expect(page.get_by_text("pretrained: xception/kitchenware")).to_be_visible()
    page.get_by_role("button", name="Your own photographs").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(sideways_photograph(tmp_path))
    expect(page.get_by_text("600 × 400 px, upright")).to_be_visible()
    chart = page.get_by_test_id("stPlotlyChart")
    expect(chart.get_by_text("cup")).to_be_visible()
    expect(chart.get_by_text(re.compile(r"8\d\.\d %|9\d\.\d %"))).to_be_visible()

    turn(page, "Middle-flow modules", "ArrowLeft")
    expect(page.get_by_text("altered: xception/kitchenware")).to_be_visible()
    expect(page.get_by_text("first 7 of 8")).to_be_visible()

    broken = tmp_path / "broken.jpg"
    broken.write_bytes(COFFEE.read_bytes()[:9_000])
    page.get_by_role("button", name="Your own photographs").click()
    chooser.set_input_files(broken)
    expect(page.get_by_test_id("stAlert").get_by_text("cut off")).to_be_visible()
    page.get_by_role("button", name="phone.jpg", exact=True).click()
    expect(page.get_by_text("600 × 400 px, upright")).to_be_visible()
    page.get_by_role("button", name="Remove").nth(0).click()
    expect(page.get_by_role("button", name="broken.jpg")).to_have_count(0)
    expect(chart.get_by_text("cup")).to_be_visible()

    page.reload()
    expect(page.get_by_text("The picture of this link was uploaded, and is gone.")).to_be_visible()
    expect(chart).to_have_count(0)
    page.close()


@pytest.mark.parametrize("width", [390, 1024, 1280])
def test_picture_and_answer_are_on_the_first_screen(browser, address, width):
    page = opened(browser, f"{address}/classify?weights=kitchenware", viewport={"width": width, "height": 800})
    first = page.get_by_test_id("stPlotlyChart").get_by_text(re.compile(r"8\d\.\d %"))
    expect(first).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("img", name="A red cup of espresso", exact=False).first).to_be_in_viewport(ratio=1)
    page.close()


def test_a_place_is_covered_by_pointer_and_by_keyboard_with_one_message_each(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{address}/classify?weights=kitchenware&cover=0.2,0.1,0.7,0.6")
    row = page.get_by_role("row", name=re.compile("^cup"))
    expect(row.get_by_role("cell").nth(1)).to_be_visible()
    box = page.get_by_role("application", name="Covered: from 20 to 70 % of the width, from 10 to 60 % of the height")
    covered = row.inner_text()

    frame = page.locator(".frame").bounding_box()
    place = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in ((0.75, 0.7), (0.95, 0.9))]
    box.wait_for()
    sent.clear()
    page.mouse.move(*place[0])
    page.mouse.down()
    page.mouse.move(*place[1], steps=10)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"cover=0\.75%2C0\.\d+%2C0\.95%2C0\.\d+"))
    expect(row).not_to_have_text(covered)
    assert len(sent) == 1, "while it was drawn nothing was sent"

    box = page.get_by_role("application")
    box.press("ArrowLeft")
    box.press("Shift+ArrowUp")
    expect(box).to_have_accessible_name(re.compile("from 73 to 93 %"))
    expect(page).to_have_url(re.compile(r"cover=0\.73%2C"))
    page.reload()
    expect(box).to_have_accessible_name(re.compile("from 73 to 93 %"))
    page.close()


def test_a_phone_sees_everything_without_scrolling_sideways_and_asks_no_other_host(browser, address):
    for path in ("", "understand", "compare", "classify", "explain", "feature_maps"):
        page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
        asked = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for title in PAGE_TITLES.values():
            expect(page.locator(".st-key-pages").get_by_role("link", name=title)).to_be_in_viewport()
        page.wait_for_timeout(1500)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("main => main.scrollWidth <= main.clientWidth"), path
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
        page.close()


def sideways_photograph(folder: Path) -> Path:
    """The coffee as a phone lays it down: turned by a quarter, with EXIF that says so."""
    turned = Image.open(COFFEE).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    turned.save(file, "JPEG", quality=95, exif=exif)
    path = folder / "phone.jpg"
    path.write_bytes(file.getvalue())
    return path


@pytest.mark.parametrize(("width", "zoom"), [(700, 1), (900, 1), (1100, 1), (1280, 2)])
def test_headline_numbers_are_never_cut(browser, address, width, zoom):
    """At 200 % zoom a page has half its width in CSS pixels."""
    largest = f"{address}?classes=20000&width=2&input_size=1024&fully_connected=8192,8192,8192"
    page = opened(browser, largest, viewport={"width": width // zoom, "height": 720})
    expect(parameters(page)).to_have_text("414,467,952")
    cards = page.locator("[data-testid=stHtml]", has_text="Multiply-adds (MACs)").locator("> div > div > div")
    assert cards.count() == 16
    cut = "cards => cards.filter(card => card.scrollWidth > card.clientWidth + 1).map(card => card.textContent)"
    assert cards.evaluate_all(cut) == []
    page.close()


@pytest.mark.parametrize("width", [390, 1024])
@pytest.mark.parametrize(("side", "number", "count"), [("totals", "16,714,806,992", 1), ("paper", "22,855,952", 4)])
def test_no_number_of_a_table_is_cut(browser, address, width, side, number, count):
    page = opened(browser, f"{address}/compare?width=0.5&side={side}", viewport={"width": width, "height": 900})
    expect(page.get_by_role("cell", name=number).first).to_be_visible()
    expect(page.locator(".written")).to_have_count(count)
    cut = "[...document.querySelectorAll('.written')].filter(table => table.scrollWidth > table.clientWidth).length"
    assert page.evaluate(cut) == 0
    page.close()
