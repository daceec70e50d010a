"""axe-core's reading of every page: names, roles, order of headings, contrast, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.serving import wait_until_still

PAGES = {
    "architecture": "?live=1&input_size=150",  # words on colours of costs are measured in tests/figures
    "compare": "compare",
    "classify": "classify?weights=kitchenware",
    "explain": "explain?weights=kitchenware&cover=0.2,0.1,0.7,0.6",
    "feature maps": "feature_maps?weights=kitchenware",
    "taken apart": "feature_maps?weights=kitchenware&panel=apart",
}
CHECKS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    # Experimental. A box of the drawing is named by a sentence that says more than the short words in it.
    "rules": {"label-content-name-mismatch": {"enabled": False}},
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_and_heard(browser, address, name):
    page = browser.new_page(viewport={"width": 1400, "height": 6000})  # contrast is judged where it is in sight
    page.goto(f"{address}/{PAGES[name]}")
    page.get_by_role("heading", level=1).wait_for()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait_until_still(page)  # drawings and colours settle
        found = Axe().run(page, options=CHECKS)
        faults = [
            f"{violation['id']}: {node['html'][:120]}: {node['failureSummary']}"
            for violation in found.response["violations"]
            for node in violation["nodes"]
        ]
        assert not faults, "\n".join([scheme, *faults])
        text = page.get_by_role("heading", level=1).evaluate("h => getComputedStyle(h).color")
        assert (min(map(int, text[4:-1].split(","))) > 128) == (scheme == "dark")
    page.close()
