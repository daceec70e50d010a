"""The entrance as a newcomer meets it, each step done and each of its claims seen."""

import re

from playwright.sync_api import Page, expect

from explorer.tour.step import PAGE_TITLES
from explorer.tour.steps import COUNT, steps
from tests.browser.test_main_path import parameters, turn

MOVING = """() => {
    const inner = root => [...root.querySelectorAll("*")].map(element => element.shadowRoot).filter(Boolean)
    const all = root => [root, ...inner(root).flatMap(all)]
    const running = new Set(all(document).flatMap(root => root.getAnimations()))
    return [...running].filter(({playState}) => playState === "running").length
}"""
"""How much on the page moves by itself, in shadow roots too."""
WIDE = {"width": 1280, "height": 720}


def turn_to_zero(page: Page) -> list[str]:
    turn(page, "Middle-flow modules", "Home")
    expect(parameters(page)).to_have_text("9,963,728")
    expect(page.get_by_text("passes through").first).to_be_visible()
    return ["9,963,728", "22,910,480"]


def one_segment(page: Page) -> list[str]:
    turn(page, "Channel segments", "Home")
    expect(parameters(page)).to_have_text("183,671,432")
    multiply_adds = int(page.get_by_text("for one image. FLOPs").inner_text().split(" ")[0].replace(",", ""))
    return ["183,671,432", f"{183_671_432 / 22_910_480:.1f}", f"{multiply_adds / 8_357_403_496:.1f}"]


def formula(page: Page) -> list[str]:
    page.locator("[data-kind=module][data-name=block5]").click()
    page.locator("[data-kind=layer][data-name=block5_sepconv1]").click()
    text = page.locator(".st-key-arithmetic").get_by_text("3×3×728 + 728×728 = 536,536")
    expect(text).to_be_visible()
    return re.findall(r"\d+(?:[.,]\d+)*", text.inner_text())


def comparison(page: Page) -> list[str]:
    for number in ("22,910,480", "23,851,784"):
        expect(page.get_by_role("cell", name=number).first).to_be_visible()
    expect(page.get_by_role("cell", name="5,713,216,096 · 0.68 ×").first).to_be_visible()
    return ["22,910,480", "23,851,784", "0.68", "3"]


def shorter(page: Page) -> list[str]:
    expect(page.get_by_text("pretrained: xception/kitchenware")).to_be_visible()
    turn(page, "Middle-flow modules", "ArrowLeft")
    expect(page.get_by_text("altered: xception/kitchenware").first).to_be_visible()
    expect(page.get_by_text("1. cup").or_(page.get_by_text("cup", exact=True)).first).to_be_visible()
    return []


def reason(page: Page) -> list[str]:
    expect(page.get_by_role("heading", name="Why cup?")).to_be_visible()
    expect(page.get_by_text("5 × 5", exact=True)).to_be_visible()
    page.locator("[data-name=block8_sepconv3]").click()
    expect(page.get_by_text("9 × 9", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d % .*shortcut")).first).to_be_attached()
    return ["5", "9"]


def window(page: Page) -> list[str]:
    expect(page.get_by_role("tab", name="Taken apart", selected=True)).to_be_visible()
    steps = page.get_by_role("group", name=re.compile("^How block2_sepconv1 makes its channel"))
    told = steps.locator(".sum")
    expect(told).to_contain_text("The 9 products add up to")
    before = told.inner_text()
    steps.press("ArrowUp")
    expect(told).not_to_have_text(before)
    expect(steps.get_by_text("depthwise 3 × 3 × 64, pointwise 64 × 128 at each place")).to_be_visible()
    return ["3", "1", "128"]


DONE = (turn_to_zero, one_segment, formula, comparison, shorter, reason, window)


def test_a_newcomer_is_led_through_the_tour_and_sees_what_it_promises(browser, address):
    person = browser.first.new_context(viewport=WIDE)
    page = person.new_page()
    page.goto(address)
    expect(page.get_by_role("button", name="Take the tour")).to_be_visible()
    assert page.evaluate(MOVING) > 0
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function(f"({MOVING})() === 0")
    page.emulate_media(reduced_motion="no-preference")
    page.get_by_role("button", name="Take the tour").click()
    for number, (step, do) in enumerate(zip(steps(), DONE, strict=True), 1):
        panel = page.locator(".st-key-tour")
        expect(panel.get_by_text(f"{number} of {COUNT} · {step.title}")).to_be_visible()
        expect(page.get_by_role("link", name=PAGE_TITLES[step.page])).to_have_attribute("aria-current", "page")
        seen = do(page)
        missing = set(re.findall(r"\d+(?:[.,]\d+)*", step.see)) - set(seen)
        assert not missing, f"of step {number} nobody looked at {missing}"
        if number < COUNT:
            panel.get_by_role("button", name="Next").click()
    again = person.new_page()
    again.goto(page.url)
    expect(again.get_by_text(f"{COUNT} of {COUNT} · {steps()[-1].title}")).to_be_visible()
    again.goto(address)
    expect(again.get_by_role("heading", level=1)).to_be_visible()
    again.wait_for_timeout(1500)
    expect(again.get_by_role("button", name="Take the tour")).to_have_count(0)
    page.locator(".st-key-tour").get_by_role("button", name="Finish").click()
    expect(page.locator(".st-key-tour")).to_have_count(0)
    person.close()


def test_a_link_with_a_state_skips_the_first_visits_screen_and_can_be_shared(browser, address):
    page = browser.first.new_page(viewport=WIDE)
    page.goto(f"{address}/?middle_repeats=3")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text(f"{address}/?middle_repeats=3")).to_be_visible()
    expect(page.get_by_text("works on this machine only")).to_be_visible()
    expect(page.get_by_role("img", name="QR code of")).to_be_visible()
    expect(page.get_by_role("button", name="Take the tour")).to_have_count(0)
    page.close()
