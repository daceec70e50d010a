"""Whether a page shows what is true for the person who looks at it: by the words and numbers that people read."""

import re
from collections.abc import Iterator

from tests.load.people.person import Person
from tests.load.people.truth import Answers, ChannelNumbers, MapNumbers, Truth

_MINUS = "\N{MINUS SIGN}"
_PRECISION = 0.02
"""Of a number with two or three digits, relative: what rounding and the order of sums change."""

_HALF_A_DIGIT = 0.0006
"""Of a probability, which is written with one decimal in percent."""


def differences(person: Person, truth: Truth, length: int, input_size: int, layer: str) -> list[str]:
    """What on the open page is not as it must be, in words.

    Args:
        person: Who looks.
        truth: What is true for them.
        length: Where they turned the middle flow.
        input_size: Likewise, px.
        layer: What they chose to look at.
    """
    of_length = truth.answers[length]
    try:
        match person.page:
            case "Architecture" | "Compare":
                return list(_counts(person, truth, length, input_size))
            case "Classify":
                return list(_classes(person, truth, of_length))
            case "Explain":
                return list(_map(person, truth, of_length, of_length.maps[layer]))
            case "Feature maps":
                return list(_channels(person, of_length.channels[layer]))
            case _:
                return [f"no page: {person.page!r}"]
    except LookupError as error:
        return [str(error)]


def _counts(person: Person, truth: Truth, length: int, input_size: int) -> Iterator[str]:
    of = truth.counted(length, input_size)
    if person.page == "Architecture":
        shown = person.screen.below("Parameters")
        if shown != f"{of.params:,}":
            yield f"parameters {shown}, not {of.params:,}"
        line = person.screen.line("for one image")
        if f"{of.macs:,}" not in line:
            yield f"multiply-adds {line!r}, not {of.macs:,}"
    else:
        for number in (of.params, of.macs):
            if f"{number:,}" not in person.screen.lines:
                yield f"{number:,} stands in no cell"


def _classes(person: Person, truth: Truth, of_length: Answers) -> Iterator[str]:
    yield from _photograph(person, truth)
    line = person.screen.line("most probable classes")
    shown = re.findall(r"[:,] ([^:,]+?) (< )?([\d.]+) %", line)
    true = dict(of_length.classes)
    if len(shown) < 2 or not all(_is_meant(true.get(name, -1.0), less, text) for name, less, text in shown):
        yield f"{line!r}, not {true}"


def _is_meant(share: float, less: str, text: str) -> bool:
    """Whether a share is written like this: "47.9", or with `less` that it is below 0.1."""
    written = float(text) / 100
    return 0 <= share <= written if less else abs(written - share) <= _HALF_A_DIGIT


def _map(person: Person, truth: Truth, of_length: Answers, of_map: MapNumbers) -> Iterator[str]:
    yield from _photograph(person, truth)
    name, _ = of_length.classes[0]
    person.screen.line(f"Why {name}?")
    yield from _layer(person, of_map.layer)
    rows, columns = of_map.cells
    if person.screen.below("Cells") != f"{rows} × {columns}":
        yield f"cells {person.screen.below('Cells')}, not {of_map.cells}"
    numbers = {"Score (logit)": of_length.logit, "Largest value": of_map.largest, "Smallest value": of_map.smallest}
    scale = max(abs(of_map.largest), abs(of_map.smallest))
    for label, true in numbers.items():
        if not _is_near(shown := person.screen.below(label), true, scale):
            yield f"{label} {shown}, not {true:.4g}"


def _channels(person: Person, of_layer: ChannelNumbers) -> Iterator[str]:
    yield from _layer(person, of_layer.layer)
    shown = person.screen.below("Values")
    low, _, high = shown.partition(" to ")
    scale = of_layer.largest - of_layer.smallest
    if not (_is_near(low, of_layer.smallest, scale) and _is_near(high, of_layer.largest, scale)):
        yield f"values {shown}, not {of_layer.smallest:.4g} to {of_layer.largest:.4g}"


def _layer(person: Person, true: str) -> Iterator[str]:
    if (shown := person.value("Layer")) != true:
        yield f"the layer {shown}, not {true}"


def _photograph(person: Person, truth: Truth) -> Iterator[str]:
    named = {name for name in re.findall(r"photograph-\d+\.jpg", "\n".join(person.screen.lines))}
    if named != {truth.photograph.name}:
        yield f"the photograph {sorted(named)}, not {truth.photograph.name}"


def _is_near(text: str, true: float, scale: float) -> bool:
    """Whether a number as people read it is the true one; what is small beside `scale` is computed less exactly."""
    return abs(float(text.replace(_MINUS, "-")) - true) <= _PRECISION * abs(true) + 1e-4 * abs(scale)
