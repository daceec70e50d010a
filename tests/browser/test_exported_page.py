"""The file that `export` writes, opened from disk by a browser without a network."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe

from explorer.configuration.registry import NETWORKS
from explorer.export.page import page as page_of
from tests.browser.test_accessibility import CHECKS

XCEPTION, MOBILENET = (NETWORKS[name].config() for name in ("xception", "mobilenet"))


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "a page.html"
    path.write_text(page_of({"Xception": XCEPTION, "MobileNet": MOBILENET}, date(2026, 1, 2)), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser, file, request):
    """The page in an offline context; whatever it asked for and complained of must be nothing."""
    context = browser.first.new_context(
        offline=True, color_scheme=request.param, viewport={"width": 1280, "height": 900}
    )
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    yield page
    assert asked == [file.as_uri()]
    assert not complaints
    context.close()


@pytest.mark.parametrize("opened", ["light", "dark"], indirect=True)
def test_modules_open_and_layers_tell_their_arithmetic_by_mouse_and_by_keyboard(opened):
    network = opened.locator("#network-1")
    layer = network.locator("g[data-name=block2_sepconv1]:visible")
    network.locator("[data-kind=module][data-name=block2]:visible").click()
    layer.click()
    note = opened.get_by_role("region", name="Chosen layer")
    assert "147×147×(3×3×64 + 64×128) = 189,467,712" in note.inner_text()
    assert network.get_by_role("button", name="block2_sepconv1", exact=True).get_attribute("aria-pressed") == "true"
    opened.keyboard.press("Escape")
    assert not note.is_visible()

    run = network.locator("[data-kind=module][data-name=block5]:visible")
    run.focus()
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.dataset.name") == "block5"
    assert opened.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    opened.keyboard.press("Tab")  # to the button of the second of the eight modules
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.dataset.name") == "block6"
    opened.keyboard.press("Space")
    assert opened.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    assert not network.locator("[data-shows=block5], [data-shows=block6]").locator("visible=true").count()


@pytest.mark.parametrize("opened", ["dark"], indirect=True)
def test_layers_sort_by_their_headings_and_are_searched(opened):
    table = opened.locator("#network-1 table.layers")
    heading = table.get_by_role("columnheader", name="Parameters")

    def column(number: int) -> list[str]:
        return table.locator(f"tbody tr:visible > :nth-child({number})").all_inner_texts()

    heading.get_by_role("button").click()
    counts = [int(count.replace(",", "")) for count in column(6)]
    assert counts == sorted(counts, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"
    opened.keyboard.press("Enter")
    assert [int(count.replace(",", "")) for count in column(6)] == sorted(counts)
    assert heading.get_attribute("aria-sort") == "ascending"
    table.get_by_role("columnheader", name="Output").get_by_role("button").click()
    assert column(5)[0] == "147 × 147 × 128"
    table.get_by_role("columnheader", name="No.").get_by_role("button").click()
    assert column(1) == [str(n) for n in range(1, len(counts) + 1)]

    opened.locator("#search-1").fill("middle SEPCONV2 batchnorm")
    assert column(2) == [f"block{n}_sepconv2_bn" for n in range(5, 13)]
    assert opened.locator("#network-1").get_by_role("status").inner_text() == f"8 of {len(counts)} layers"
    assert opened.locator("#network-2 table.layers tbody tr:visible").count() == 90


def test_the_page_can_be_read_and_heard(browser, tmp_path):
    path = tmp_path / "small.html"
    small = {name: NETWORKS[name].config() for name in ("mini-xception", "vgg16")}
    path.write_text(page_of(small, date(2026, 1, 2)), encoding="utf-8")
    page = browser.first.new_page(viewport={"width": 390, "height": 900})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # Rows and layers are alike, and contrast takes long to measure.
    page.evaluate("document.querySelectorAll('.layers tbody tr:nth-child(n + 3)').forEach((row) => row.remove())")
    page.locator("#network-1 [data-kind=module]:visible").first.click()
    page.locator("#network-1 g[data-kind=layer]:visible").first.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=CHECKS)
        assert not found.response["violations"], found.generate_report()
    page.close()


def test_the_file_itself_forbids_requests_and_other_scripts(browser, file):
    page = browser.first.new_page()
    page.goto(file.as_uri())
    refused = page.evaluate(
        """async () => {
            const refused = [];
            addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
            await fetch("http://localhost:1").catch(() => 0);
            document.body.append(Object.assign(document.createElement("script"), { text: "document.title = 'run'" }));
            document.body.append(Object.assign(new Image(), { src: "http://localhost:1/a.png" }));
            await new Promise((resolve) => setTimeout(resolve, 100));
            return refused;
        }"""
    )
    assert sorted(refused) == ["connect-src", "img-src", "script-src-elem"]
    assert page.title() != "run"
    page.close()
