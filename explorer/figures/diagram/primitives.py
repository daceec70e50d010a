"""What a diagram is made of: boxes, lines of text, wires, and what of it can be clicked. Lengths are in pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BoxStyle = Literal[
    "card",
    "ghost",
    "conv",
    "pool",
    "plain",
    "norm",
    "frame",
    "chip",
    "chip-on",
    "badge",
    "bar",
    "plus",
    "hit",
    "note",
    "more",
]
WordStyle = Literal["title", "name", "body", "small", "tiny", "sign"]
WireStyle = Literal["wire", "shortcut", "head", "dot", "pass"]
Anchor = Literal["start", "middle", "end"]
SIZES: dict[WordStyle, float] = {"title": 16, "name": 14, "body": 13, "small": 11.5, "tiny": 10.5, "sign": 15}
"""Font sizes in pixels."""

_LINE = 12.0
_EM = 0.53
"""Mean width of a character in ems, on the wide side of what system fonts have."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    style: BoxStyle
    radius: float = 6


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its base line; `on_badge` where a badge lies between it and the box."""

    x: float
    y: float
    text: str
    style: WordStyle
    anchor: Anchor = "start"
    on_badge: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """A line, an arrowhead or a dot, as an SVG path."""

    path: str
    style: WireStyle


@dataclass(frozen=True, slots=True)
class Target:
    """What can be clicked: a module to open or close, or a layer to select.

    Attributes:
        kind: What it stands for.
        name: Of the module or the layer.
        label: Said to those who do not see it, and shown as a tooltip.
        items: What it looks like.
        expanded: Whether the module is open; None for a layer or where it does not apply.
    """

    kind: Literal["module", "layer"]
    name: str
    label: str
    items: tuple[Box | Words, ...]
    expanded: bool | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """The wires of a shortcut into an addition; it stands for `count` of them, one in each module of a run."""

    items: tuple[Wire | Words, ...]
    addition: str
    count: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A part of a picture file; a press on it goes to what lies behind it.

    Attributes:
        x: Left edge.
        y: Upper edge.
        width: In the drawing.
        height: In the drawing.
        address: Where the browser gets the file.
        size: The file's width and height, px.
        part: Left, top, width and height of what is shown of it, px.
        label: The part in words.
        smooth: Whether pixels are smoothed.
    """

    x: float
    y: float
    width: float
    height: float
    address: str
    size: tuple[int, int]
    part: tuple[int, int, int, int]
    label: str
    smooth: bool


Item = Box | Words | Wire | Target | Arc | Picture


def estimated_width(text: str, style: WordStyle) -> float:
    """About how wide `text` will be, whatever the font."""
    return len(text) * SIZES[style] * _EM


def base_line(box: Box, style: WordStyle) -> float:
    """Where a line must stand to look centred in height."""
    return box.y + box.height / 2 + 0.36 * SIZES[style]


def centred(box: Box, lines: tuple[str, ...]) -> Iterator[Words]:
    """Short lines in the middle of a small box."""
    first = base_line(box, "tiny") - _LINE * (len(lines) - 1) / 2
    for position, line in enumerate(lines):
        yield Words(box.x + box.width / 2, first + _LINE * position, line, "tiny", "middle")


def head_down(x: float, y: float) -> str:
    """An arrowhead whose tip is at (x, y)."""
    return f"M{x - 4:g} {y - 6:g}L{x:g} {y:g}L{x + 4:g} {y - 6:g}z"


def head_right(x: float, y: float) -> str:
    """An arrowhead whose tip is at (x, y)."""
    return f"M{x - 6:g} {y - 4:g}L{x:g} {y:g}L{x - 6:g} {y + 4:g}z"


def dot(x: float, y: float) -> str:
    """A dot around (x, y): a wire begins here."""
    return f"M{x - 2.5:g} {y:g}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z"
