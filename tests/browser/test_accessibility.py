"""axe-core on every page: names, roles, order of headings, contrast, at three widths, in light and in dark."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.serving import wait_until_still

PAGES = {
    "architecture": "?tour=1&live=1&input_size=150",  # words on colours of costs are measured in tests/figures
    "compare": "compare",
    "layer by layer": "compare?network=lightweight&side=layers",
    "budget": "compare?side=budget",
    "classify": "classify?weights=kitchenware",
    "explain": "explain?weights=kitchenware&cover=0.2,0.1,0.7,0.6",
    "feature maps": "feature_maps?weights=kitchenware",
    "taken apart": "feature_maps?weights=kitchenware&panel=apart",
    **{f"chapter {number}": f"understand?chapter={number}" for number in range(1, 7)},
}
CHARTS = {"architecture", "compare", "budget", "classify", "feature maps", "chapter 4"}
"""Pages on which charts are in sight without a click."""
CHECKS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    # Experimental. A box of the drawing is named by a sentence that says more than the short words in it.
    "rules": {"label-content-name-mismatch": {"enabled": False}},
    "resultTypes": ["violations"],
}
FAINT_LETTERING = Path(__file__).with_name("faint_lettering.js").read_text(encoding="utf-8")
LOOKS = ((1280, "light"), (1024, "dark"), (390, "dark"), (390, "light"))
"""Width in px, and theme: wide and narrow in both."""
HEIGHT = 6000  # contrast is judged where it is in sight


def lettering_once_drawn(page: Page, looks: int = 20) -> dict:
    """Charts get a new theme's colours some time after the page, on a busy machine later than it is still."""
    for _ in range(looks):
        lettering = page.evaluate(FAINT_LETTERING)
        if not lettering["faint"]:
            break
        page.wait_for_timeout(500)
    return lettering


def faults_of(page: Page) -> list[str]:
    """What axe finds."""
    return [
        f"{violation['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for violation in Axe().run(page, options=CHECKS).response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_and_heard(browser, address, name):
    page = browser.new_page(viewport={"width": 1280, "height": HEIGHT})
    page.goto(f"{address}/{PAGES[name]}")
    page.get_by_role("heading", level=1).wait_for()
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        # One after the other: a chart that is told of both at once may keep the colours it had (Streamlit's).
        wait_until_still(page, 200)
        page.emulate_media(color_scheme=scheme)
        wait_until_still(page)  # drawings and colours settle
        lettering = lettering_once_drawn(page)
        faults = faults_of(page) + lettering["faint"]
        if faults:  # on a busy machine a page may be on its way yet
            wait_until_still(page, 2000)
            lettering = lettering_once_drawn(page)
            faults = faults_of(page) + lettering["faint"]
        assert not faults, "\n".join([f"{width} px, {scheme}", *faults])
        assert (lettering["count"] > 0) == (name in CHARTS)
        text = page.get_by_role("heading", level=1).evaluate("h => getComputedStyle(h).color")
        assert (min(map(int, text[4:-1].split(","))) > 128) == (scheme == "dark")
    page.close()
