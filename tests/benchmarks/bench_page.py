"""The app as a person feels it: from starting the server to a usable page, from a slider to the number, from a click on
a layer to its map.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from explorer.arch.places.taps import last_tap, layers
from explorer.configuration.registry import graph_of, preset
from tests.browser.serving import APP, chromium, served

BARE = 'import streamlit as st\nst.sidebar.slider("Width", 0, 10)\nst.metric("Parameters", "22,910,480")\n'
VALUE = "[data-testid=stMetricValue], [data-testid=stHtml] > div > div > div:nth-child(2)"
"""The first number: `st.metric`'s, or on a card."""
USABLE = f"""document.querySelector('{VALUE}')?.innerText === '22,910,480'
    && document.querySelector('input[type=range]')?.checkVisibility()"""
ROUNDS, MOVES = 15, 21
KITCHENWARE = graph_of(preset("kitchenware").config)
_LAYERS = [name for name in layers(KITCHENWARE) if "sepconv" in name and name != last_tap(KITCHENWARE).layer]
MAP_OF = """(layer) => {
    const scene = [...document.querySelectorAll('*')].map((e) => e.shadowRoot ?? e)
        .map((root) => root.querySelector?.('.scene')).find(Boolean);
    return scene?.ariaBusy === 'false' && scene.ariaLabel?.includes(`at ${layer} `);
}"""
"""Whether the map of that layer is painted."""


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        times = [(_until_usable(browser, bare), _until_usable(browser, APP)) for _ in range(ROUNDS)]
        ours, theirs = median(ours for _, ours in times), median(theirs for theirs, _ in times)
        yield (
            "server start to usable page, against a bare Streamlit page",
            f"{median(ours / theirs for theirs, ours in times):.2f} x ({ours:.2f} s / {theirs:.2f} s)",
            "1.3 x",
        )
        with served() as address:
            page = _open(browser, f"{address}/?input_size=299")  # a link with a state: no first visit
            moves = sorted(_move(page) for _ in range(MOVES))
            yield (
                "slider to changed number in Chromium, median",
                f"{1000 * median(moves):.0f} ms (worst of {MOVES}: {1000 * moves[-1]:.0f} ms)",
                "200 ms",
            )
            page.close()
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{address}/explain?weights=kitchenware")
            page.wait_for_function(f"({MAP_OF})('{last_tap(KITCHENWARE).layer}')", timeout=60_000)
            clicks = sorted(_click(page, layer) for layer in _LAYERS)
            yield (
                "click on the strip of layers to the changed map in Chromium, picture already seen (150 px), median",
                f"{1000 * median(clicks):.0f} ms (worst of {len(clicks)}: {1000 * clicks[-1]:.0f} ms)",
                "300 ms",
            )


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(address)
    page.wait_for_function(USABLE, timeout=60_000)  # at every frame; `expect` looks after 0, 0.1, 0.35, 0.85 s
    return page


def _until_usable(browser: Browser, app: Path) -> float:
    start = time.perf_counter()
    with served(app) as address:
        page = _open(browser, address)
        taken = time.perf_counter() - start
        page.close()
    return taken


def _move(page: Page) -> float:
    """Seconds from a key press on the middle-flow slider until the parameters are others."""
    page.wait_for_timeout(800)  # let the rest of the page settle
    slider = page.get_by_role("slider", name="Middle-flow modules")
    value = page.locator(VALUE).first
    before = value.inner_text()
    slider.focus()
    # Watched inside the page, so that the driver's own round trips are not measured.
    return page.evaluate(
        """([before, selector]) => new Promise((done) => {
            const value = () => document.querySelector(selector).innerText;
            const slider = document.activeElement;
            const start = performance.now();
            const passed = () => (performance.now() - start) / 1000;
            const look = () => value() !== before ? done(passed()) : requestAnimationFrame(look);
            look();
            const key = (type) => slider.dispatchEvent(new KeyboardEvent(type, {key: 'ArrowRight', code: 'ArrowRight',
                keyCode: 39, bubbles: true}));
            key('keydown'); key('keyup');
        })""",
        [before, VALUE],
    )


def _click(page: Page, layer: str) -> float:
    """Seconds from the click until the map of the layer, which nobody has asked for yet, is painted."""
    page.wait_for_timeout(800)
    page.locator(f"[data-name={layer}]").focus()
    return page.evaluate(
        f"""(layer) => new Promise((done) => {{
            const painted = {MAP_OF}, start = performance.now();
            const focused = (root) => root.activeElement?.shadowRoot ? focused(root.activeElement.shadowRoot)
                : root.activeElement;
            focused(document).click();
            const look = () => painted(layer) ? done((performance.now() - start) / 1000) : requestAnimationFrame(look);
            look();
        }})""",
        layer,
    )
