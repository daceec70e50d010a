"""Networks side by side, as a person chooses, opens, searches and pushes them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.serving import served, wait_until_still

APP = """
import streamlit as st

from explorer.configuration.registry import NETWORKS
from explorer.ui.compare.diagrams_panel import show_diagrams

st.set_page_config(layout="wide")
names = ("xception", "inception-v3")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
show_diagrams({NETWORKS[name].title: NETWORKS[name].config() for name in names})
st.write(f"runs of the page: {st.session_state['runs']}")
"""

XCEPTION, INCEPTION = 0, 1


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, browser: Browser):
    app = Path(tmp_path_factory.mktemp("app")) / "diagrams.py"
    app.write_text(APP)
    with served(app) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(address)
        page.locator(".board svg").first.wait_for()
        yield page
        page.close()


def target(page: Page, network: int, name: str) -> Locator:
    return page.locator(f'.column[data-network="{network}"] [data-name="{name}"]')


def marked(page: Page) -> list[str]:
    return page.locator(".band.marked text").all_text_contents()


def focused(page: Page) -> str:
    return page.locator(".board").evaluate("board => board.getRootNode().activeElement.dataset.name")


def test_a_click_opens_and_chooses_and_marks_the_stage_in_all(page: Page) -> None:
    tops = page.locator(".board").evaluate(
        "board => [0, 1].map(n => [...board.querySelectorAll(`.column[data-network='${n}'] .band .room`)]"
        ".map(room => Math.round(room.getBoundingClientRect().top)))"
    )
    assert tops[XCEPTION] == tops[INCEPTION] and len(tops[XCEPTION]) == 6

    target(page, XCEPTION, "block2").click()
    layer = target(page, XCEPTION, "block2_sepconv2")
    expect(layer).to_be_visible()
    assert marked(page) == ["1/2 · 147–149 px"] * 2
    layer.click()
    expect(layer).to_have_attribute("aria-pressed", "true")
    facts = page.locator(".facts div")
    expect(facts.nth(XCEPTION)).to_contain_text("block2_sepconv2, SeparableConv 128, 3×3, output 147 × 147 × 128")
    expect(facts.nth(INCEPTION)).to_contain_text("1/2 · 147–149 px: 3 convolutional layers")
    # A pool's output is of the next stage, and there is nothing to say when nothing is chosen.
    target(page, XCEPTION, "block2_pool").click()
    assert marked(page) == ["1/4 · 74 px", "1/4 · 71–73 px"]
    page.keyboard.press("Escape")
    assert marked(page) == []
    target(page, XCEPTION, "block2").click()
    expect(layer).to_have_count(0)
    expect(page.get_by_text("runs of the page: 1", exact=True)).to_be_attached()


def test_arrows_move_in_one_stop_and_enter_opens(page: Page) -> None:
    assert page.locator('.board [data-kind][tabindex="0"]').count() == 1
    page.get_by_role("button", name="Larger").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert focused(page) == "block1"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "block2_add"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "stem"
    page.keyboard.press("Enter")
    expect(target(page, INCEPTION, "stem_1_conv")).to_be_visible()
    assert focused(page) == "stem", "a new drawing takes no focus away"
    page.keyboard.press("End")
    assert focused(page) == "head"
    expect(target(page, INCEPTION, "head")).to_be_in_viewport()


def test_search_marks_counts_and_goes_on_by_enter(page: Page) -> None:
    field, said = page.get_by_role("searchbox"), page.locator("output")
    field.fill("SEPCONV2_BN")
    expect(said).to_have_text("13 layers in Xception, 0 in Inception V3")
    assert page.locator(".found").count() == 6  # block2, 3, 4, the eight equal ones as one card, 13, 14
    expect(target(page, XCEPTION, "block5").locator(".count")).to_have_text("8 found")
    field.press("Enter")
    expect(said).to_contain_text("1 of 13: block2_sepconv2_bn")
    expect(target(page, XCEPTION, "block2_sepconv2_bn")).to_have_attribute("aria-pressed", "true")
    field.press("Shift+Enter")
    expect(said).to_contain_text("13 of 13: block14_sepconv2_bn")
    expect(target(page, XCEPTION, "block14_sepconv2_bn")).to_be_in_viewport()
    field.fill("mixed")
    expect(said).to_contain_text("0 layers in Xception, ")
    field.fill("no such")
    expect(said).to_have_text("No layer is called so.")
    assert page.locator(".found").count() == 0


def test_on_a_phone_only_the_area_is_pushed_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until_still(page, 200)
    wide = "e => [e.scrollWidth > e.clientWidth, e.getBoundingClientRect().right <= innerWidth]"
    assert page.locator("html").evaluate(wide) == [False, True]
    assert page.get_by_test_id("stMain").evaluate(wide) == [False, True]
    assert page.locator(".area").evaluate(wide) == [True, True]
    assert page.locator(".diagrams").evaluate(wide) == [False, True]
    page.get_by_role("searchbox").fill("mixed10")
    page.get_by_role("searchbox").press("Enter")
    layer = page.locator('.column[data-network="1"] [data-kind="layer"][data-name="mixed10"]')
    expect(layer).to_be_in_viewport()
    assert page.locator("html").evaluate(wide) == [False, True]
