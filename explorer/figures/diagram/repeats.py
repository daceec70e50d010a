"""What a flow's repeated module costs: each one, all together, and one more."""

from collections.abc import Iterator

from explorer.counting.tally import Cost, Tally
from explorer.figures.diagram.primitives import Box, Words, estimated_width
from explorer.figures.diagram.structure import Run
from explorer.figures.heat.counted import COLOURINGS
from explorer.quantities import exact, share

HEIGHT = 164.0
"""Of what is said of one run."""

_CHIP = 13.0
_PITCH = 17.0
_MORE = 24.0
_LABEL = 78.0


def is_repeated(run: Run) -> bool:
    """Whether there is anything to say: equal modules, several, that cost something."""
    return len(run.modules) > 1 and run.first.params > 0


def repeated(run: Run, tally: Tally, x: float, top: float, width: float) -> Iterator[Box | Words]:
    """What it costs to repeat a module, in words and numbers, `HEIGHT` high.

    One more would be equal to the others: they are equal in shapes too, so what each takes in is what it hands on.
    """
    count, one = len(run.modules), run.first
    yield Box(x, top, width, HEIGHT - 10, "note", 10)
    left, y = x + 12, top + 21
    yield Words(left, y, f"The same module {count} times", "name")
    y += 12
    # A chip for each, however many there are: of many they are narrow.
    pitch = min(_PITCH, (width - 24 - _MORE - 6) / count)
    for position in range(count):
        yield Box(left + position * pitch, y, pitch * _CHIP / _PITCH, _CHIP, "chip-on", min(3, pitch / 5))
    more = left + count * pitch + 6
    yield Box(more, y, _MORE, _CHIP, "more", 3)
    yield Words(more + _MORE / 2, y + 10.4, "+1", "tiny", "middle")
    y += 34
    costs: tuple[Cost, ...] = ("params", "macs")
    for cost in costs:
        each, all_of_them = getattr(one, cost), count * getattr(one, cost)
        yield Words(left, y, COLOURINGS[cost].word, "small")
        text = f"{count} × {exact(each)} = {exact(all_of_them)}"
        if estimated_width(text, "small") > width - _LABEL - 20:
            text = f"{count} × {exact(each)}"
        yield Words(left + _LABEL, y, text, "small")
        y += 17
    y += 5
    yield Words(left, y, "With one more", "body")
    y += 17
    shares = (f"{COLOURINGS[cost].word} +{share(getattr(one, cost), getattr(tally, cost))}" for cost in costs)
    yield Words(left, y, " · ".join(shares), "small")
    y += 16
    yield Words(left, y, f"receptive field +{_wider(run)} px", "small")


def _wider(run: Run) -> int:
    """Rows of the image that one module adds to what a unit of its output depends on."""
    before, after = (module.layers[-1].receptive_field.rows.size for module in run.modules[:2])
    return after - before
