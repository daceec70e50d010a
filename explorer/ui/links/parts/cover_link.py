"""The part of a link that says which part of the picture is covered, and with what."""

from collections.abc import Mapping, Sequence
from math import isfinite

from explorer.configuration.link import shown
from explorer.ui.links.parts.view_link import View
from explorer.vision.pictures.samples import SAMPLES

COVER = "cover"
FILLING = "filling"
COVERING = (COVER, FILLING)
"""Names in the link."""

FILLINGS = ("gray", "blur", *(sample.name for sample in SAMPLES))
"""What may cover a place: gray, the picture blurred, or a sample's pixels."""

SMALLEST = 0.02
"""Side of a box, as a share of the picture's."""

USUAL_COVER = "0.35,0.35,0.65,0.65"
"""Where the box stands at first."""

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of the picture from 0 to 1."""

_FORM = "four numbers from 0 to 1 with commas between them: left, top, right, bottom"


def read_edges(text: str) -> Edges | None:
    """The box nearest to the one that `text` names; None if it names none."""
    parts = text.split(",") if len(text) <= 200 else []
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    return nearest_edges(numbers)


def nearest_edges(numbers: Sequence[float]) -> Edges | None:
    """The box on the picture nearest to left, top, right and bottom; None unless they are four numbers."""
    if len(numbers) != 4 or not all(map(isfinite, numbers)):
        return None
    (left, right), (top, bottom) = (_side(*numbers[first::2]) for first in (0, 1))
    return left, top, right, bottom


def edges_text(edges: Edges) -> str:
    """As the link has them: "0.35,0.35,0.65,0.65"."""
    return ",".join(f"{edge:.3f}".rstrip("0").rstrip(".") for edge in edges)


def read_cover(query: Mapping[str, str]) -> View:
    """What of `query` about a covered place can be had. Never raises, whatever the link holds."""
    taken, ignored = {}, []
    if COVER in query:
        edges = read_edges(query[COVER])
        if edges is None:
            ignored.append(f"{COVER}={shown(query[COVER])}: must be {_FORM}; nothing is covered.")
        else:
            taken[COVER] = edges_text(edges)
            asked = map(float, query[COVER].split(","))
            if any(abs(edge - told) > 0.001 for edge, told in zip(edges, asked, strict=True)):
                ignored.append(f"{COVER}={shown(query[COVER])}: must be {_FORM}; {taken[COVER]} is shown.")
    if query.get(FILLING) in FILLINGS:
        taken[FILLING] = query[FILLING]
    elif FILLING in query:
        ignored.append(f"{FILLING}: must be one of {', '.join(FILLINGS)}; {FILLINGS[0]} is shown.")
    return View(taken, tuple(ignored))


def _side(first: float, last: float) -> tuple[float, float]:
    """Two edges in order, on the picture, rounded as the link has them and so far apart that something lies between."""
    low, high = (round(min(1.0, max(0.0, edge)), 3) for edge in sorted((first, last)))
    if high - low >= SMALLEST:
        return low, high
    low = round(min(max(0.0, (low + high - SMALLEST) / 2), 1 - SMALLEST), 3)
    return low, round(low + SMALLEST, 3)
