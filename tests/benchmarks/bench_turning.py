"""Everything that can be turned on Understand and on Compare: from a turn to the changed number or picture."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Locator, Page

from explorer.chapters.book import chapters
from explorer.ui.links.parts.compared_link import SIDES
from tests.browser.conftest import ReturningBrowser
from tests.browser.serving import chromium, served, wait_until_still

TURNED = Path(__file__).with_name("turned.js").read_text(encoding="utf-8")
MOVES = 9
KNOBS = re.compile("Middle-flow modules|Width multiplier")
"""Of the many at the side: both change every number of the network at hand."""
WITHOUT_KNOBS = re.compile("side=(accuracy|printed|paper)")
"""Sides that show what is in print: a knob changes no number there."""
MEASURED = "milliseconds"
"""The option that waits for a measurement."""
CHAPTERS = re.compile("Chapter|1 Two jobs")
"""The row that chapters are chosen in: it turns nothing."""

Turn = Callable[[], tuple[Locator, str]]
"""Gives what is pressed next, and by which key; "" for a click."""
Seconds = tuple[float, float]
"""Until the first and until the last change."""


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    places = {"Architecture, for comparison": "?input_size=299"}
    places |= {f"Understand, chapter {each.number}": f"understand?chapter={each.number}" for each in chapters()}
    places |= {f"Compare, {title}": f"compare?side={name}" for name, title in SIDES.items()}
    with served() as address, chromium() as browser:
        for title, path in places.items():
            if found := _of_page(ReturningBrowser(browser), f"{address}/{path}"):
                yield _row(title, found)


def _row(title: str, found: list[tuple[str, list[Seconds]]]) -> tuple[str, str, str]:
    medians = [(median(first for first, _ in taken), label) for label, taken in found]
    slowest, label = max(medians)
    latest = max(median(last for _, last in taken) for _, taken in found)
    return (
        f"{title}: a turn to the changed number or picture in Chromium, slowest median of {len(found)}: {label}",
        f"{1000 * slowest:.0f} ms (to the last chart of any: {1000 * latest:.0f} ms)",
        "200 ms",
    )


def _of_page(browser: ReturningBrowser, address: str) -> list[tuple[str, list[Seconds]]]:
    """What the turns of each widget took, with its label; those that change nothing are left out."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(address)
    main, side = page.get_by_test_id("stMain"), page.get_by_test_id("stSidebar")
    main.get_by_role("heading").first.wait_for(timeout=60_000)
    wait_until_still(page, 1500)
    turns = [*_sliders(main), *_others(main)]
    if not WITHOUT_KNOBS.search(address):
        turns += [(f"{label}, a knob", turn) for label, turn in _sliders(side) if KNOBS.match(label)]
    every = [(label, list(_taken(page, turn))) for label, turn in turns]
    page.close()
    return [(label, taken) for label, taken in every if taken]


def _taken(page: Page, turn: Turn) -> Iterator[Seconds]:
    for _ in range(MOVES):
        page.wait_for_timeout(400)  # let the rest of the page settle
        pressed, key = turn()
        seconds = page.evaluate(TURNED, [pressed.element_handle(), key])
        if seconds is None:
            return
        yield tuple(seconds)


def _sliders(place: Locator) -> Iterator[tuple[str, Turn]]:
    for slider in place.get_by_role("slider").all():
        yield slider.get_attribute("aria-label") or _label(slider), _to_and_fro(slider)


def _others(place: Locator) -> Iterator[tuple[str, Turn]]:
    for group in place.get_by_test_id("stButtonGroup").all():
        if not CHAPTERS.match(_label(group)):
            yield _label(group), _through(group.get_by_role("radio").filter(has_not_text=MEASURED))
    for toggle in place.get_by_test_id("stCheckbox").all():
        yield _label(toggle), lambda toggle=toggle: (toggle.locator("input"), "")
    for step in place.get_by_test_id("stNumberInputStepUp").all():
        yield _label(step), lambda step=step: (step, "")
    for box in place.get_by_test_id("stSelectbox").all():
        yield _label(box), _through(place.page.get_by_role("option"), opener=box.locator("input").first)


def _label(widget: Locator) -> str:
    return widget.evaluate("each => each.closest('[data-testid=stElementContainer]').innerText.split('\\n')[0]")


def _to_and_fro(slider: Locator) -> Turn:
    key = "ArrowRight"

    def turn() -> tuple[Locator, str]:
        nonlocal key
        low, high, value = (float(slider.evaluate(f"each => each.{name}")) for name in ("min", "max", "value"))
        key = "ArrowLeft" if value >= high else "ArrowRight" if value <= low else key
        return slider, key

    return turn


def _through(options: Locator, opener: Locator | None = None) -> Turn:
    """One option after the other; a list of them is opened before."""
    number = 0

    def turn() -> tuple[Locator, str]:
        nonlocal number
        if opener:
            opener.press("ArrowDown")
            options.first.wait_for()
        number = (number + 1) % options.count()
        if "true" in (options.nth(number).get_attribute(name) for name in ("aria-checked", "aria-selected")):
            number = (number + 1) % options.count()
        return options.nth(number), ""

    return turn
