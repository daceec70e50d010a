"""A phone: the drawer with the knobs, its strip, and what a finger presses."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WAS_HERE
from tests.browser.serving import wait_until_still
from tests.browser.test_main_path import params_of, turn

SMALL = """
() => {
    const pressed = "button, a[href], input, textarea, summary, [role=button], [role=slider], [role=tab]";
    const inside = (e) => [e, ...(e.shadowRoot ? every(e.shadowRoot) : [])];
    const every = (root) => [...root.querySelectorAll("*")].flatMap(inside);
    const under = (x, y, root = document) => {
        const e = root.elementFromPoint(x, y);
        return e?.shadowRoot && e !== root.host ? under(x, y, e.shadowRoot) : e;
    };
    const whole = (e) => (e.type === "range" ? e.closest("[data-testid=stSlider] [role=group]") : null)
        ?? (["checkbox", "radio"].includes(e.type) ? e.closest("label") : null) ?? e;
    return every(document).filter((e) => e.matches(pressed) && !e.disabled && e.tabIndex >= 0
        && e.checkVisibility({ visibilityProperty: true })
        // In sentences, in a drawing whose layers Previous and Next reach too, or a search, and above a table or
        // picture, whose own places are larger.
        && !e.closest("p, svg") && e.getAttribute("kind") !== "elementToolbar").map((e) => {
        const area = whole(e);
        area.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
        const box = area.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        const answers = (dx, dy) => { const hit = under(x + dx, y + dy); return hit && area.contains(hit); };
        const reach = (dx, dy, n = 0) => n < 40 && answers(dx * (n + 1), dy * (n + 1)) ? reach(dx, dy, n + 1) : n;
        const size = [reach(-1, 0) + reach(1, 0) + 1, reach(0, -1) + reach(0, 1) + 1];
        const isThere = box.width > 2 && box.right > 0;
        return { name: e.ariaLabel || e.innerText || e.outerHTML.slice(0, 80), size, isThere };
    }).filter((each) => each.isThere && Math.min(...each.size) < 43).map((each) => `${each.name}: ${each.size}`);
}
"""
"""Names and sizes, to the pixel, of what answers a finger on less than 44 px; a border may lie between two pixels."""

PAGES = ("", "understand", "compare", "classify", "explain", "feature_maps")


@pytest.fixture
def phone(browser, address):
    context = browser.first.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=address
    )
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('{WAS_HERE}', 'yes')")
    yield page
    context.close()


def open_drawer(page: Page) -> None:
    page.get_by_role("button", name="Expand sidebar").tap()
    expect(page.get_by_role("button", name="Collapse sidebar")).to_be_in_viewport(ratio=1)  # it has slid in


def test_a_knob_shows_its_result_in_the_drawer_which_a_page_closes(phone):
    phone.goto("/")
    open_drawer(phone)
    strip = phone.locator(".st-key-headline_strip")
    expect(strip).to_contain_text("22,910,480 parameters")
    turn(phone, "Middle-flow modules", "Home")
    expect(strip).to_contain_text(f"{params_of(middle_repeats=0)} parameters")
    expect(strip).to_be_in_viewport(ratio=1)
    phone.locator(".st-key-pages").get_by_role("link", name="Classify").tap()
    expect(strip).not_to_be_in_viewport()
    expect(phone).to_have_url(re.compile("/classify"))
    open_drawer(phone)
    expect(strip).to_contain_text(re.compile(r"(cup|spoon|plate|glass|fork|knife) \d+\.\d\s%"))


def test_a_layer_whose_box_is_small_is_reached_from_the_one_before(phone):
    phone.goto("/")
    phone.get_by_role("button", name="block4", exact=False).first.tap()
    card = phone.locator(".st-key-arithmetic")
    for layer in ("block4_shortcut_conv", "block4_shortcut_bn", "block4_sepconv1_act", "block4_sepconv1"):
        card.get_by_role("button", name="Next").tap()
        expect(card).to_contain_text(layer)
    box = phone.get_by_role("button", name=re.compile("^block4_sepconv1,"))
    expect(box).to_be_in_viewport(ratio=1)
    wait_until_still(phone)
    assert box.bounding_box()["y"] + box.bounding_box()["height"] < card.bounding_box()["y"]


def test_everything_that_a_finger_presses_is_44_pixels_large(phone):
    for path in PAGES:
        phone.goto(f"/{path}?weights=kitchenware" if path in PAGES[3:] else f"/{path}")
        expect(phone.get_by_role("heading", level=1)).to_be_visible()
        wait_until_still(phone)
        assert phone.evaluate(SMALL) == [], path
        open_drawer(phone)
        assert phone.evaluate(SMALL.replace("every(document)", "every(document.querySelector('section'))")) == [], path
        phone.get_by_role("button", name="Collapse sidebar").tap()
