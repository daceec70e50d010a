"""A separable convolution drawn step by step: a window that walks over the pixels, and the maps that it makes.

All is read at one place, which the pointer or arrow keys move in the browser: maps go there once, as numbers, and no
step of the walk asks the server.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np
import streamlit as st

from explorer.figures.maps.colour_maps import STEPS, table
from explorer.figures.theme import STATE_COLOURS
from explorer.ui.browser import browser_file
from explorer.vision.features.windows import Walk

_COLOURED_PERCENT = 99.5
"""Percentage of a map's values that lie within its colours; those beyond get the last one."""

# Once for the process: a component that is registered again on every run loses its state.
_place_component = st.components.v2.component(
    "chosen_place",
    html=browser_file("chosen_place.html"),
    css=browser_file("chosen_place.css"),
    js=browser_file("chosen_place.js"),
)
_component = st.components.v2.component(
    "separable_steps",
    html=browser_file("steps_picture.html"),
    css=browser_file("steps_picture.css") + browser_file("window_walk.css"),
    js=browser_file("window_walk.js") + browser_file("steps_picture.js"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """The way of one depthwise output: a map, the kernel that reads it, what comes out, what follows, and its weight.

    Attributes:
        title: "channel 17".
        input_map: (rows, columns).
        kernel: (height, width).
        depthwise_map: (rows, columns).
        bias: What is added to each of the window's sums to give that; None if nothing is.
        between: What each step between the halves makes of that, and a note of what it does, or "".
        mixed_map: What the pointwise convolution reads: the last of these; the depthwise map if there are none.
        weight: What it multiplies that by.
    """

    title: str
    input_map: np.ndarray
    kernel: np.ndarray
    depthwise_map: np.ndarray
    bias: float | None
    between: tuple[tuple[np.ndarray, str], ...]
    mixed_map: np.ndarray
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """A map in the row in which the lanes come together.

    Attributes:
        title: What it is.
        note: What is done there, with its numbers.
        values: (rows, columns).
        sign: What stands before it: "+", "=", an arrow.
    """

    title: str
    note: str
    values: np.ndarray
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What is counted while the window walks.

    Attributes:
        reads: Input channels that each depthwise output reads: 1 unless there are channel segments.
        ways: To do the same: title, multiplications at one place for all channels, and the product that gives them.
        ratio: A sentence that compares the ways.
    """

    reads: int
    ways: tuple[tuple[str, int, str], ...]
    ratio: str


def steps_picture(
    lanes: Sequence[Lane],
    ends: Sequence[End],
    *,
    names: Sequence[tuple[str, str]],
    walk: Walk,
    cost: Cost,
    strongest: tuple[int, int],
    lane: int | None,
    hint: str,
    alt: str,
    badge: str | None,
    key: str,
    own: tuple[str, str, str] = ("input", "depthwise", "weighted"),
) -> None:
    """Draws the window over one of the input maps, the lanes side by side, and below them how they come together.

    It begins at the place of `chosen_place`, which stands on the same page and takes the clicks.

    Args:
        lanes: At least one; all maps of one size, but for the input maps, over which the window walks.
        ends: Likewise.
        names: Title and note of each of the lanes' rows, the heads' first.
        walk: How it does so.
        cost: What is counted meanwhile.
        strongest: Row and column that are read as long as there is no `chosen_place`.
        lane: Over whose input the window walks first; None for the lane that adds the most there.
        hint: A sentence above the lanes.
        alt: What the whole shows.
        badge: What the picture says of the weights, as `explorer.figures.badge.badge_of` has it.
        key: Unique on the page.
        own: What a lane's maps are called in it, where it stands alone: what enters, what the window makes of that,
            and what it adds.
    """
    data = steps_data(lanes, ends, walk)
    data |= {
        "names": names,
        "cost": {
            "reads": cost.reads,
            "ways": [{"title": title, "each": each, "note": note} for title, each, note in cost.ways],
            "ratio": cost.ratio,
        },
        "strongest": strongest,
        "lane": lane,
        "hint": hint,
        "alt": alt,
        "own": own,
        "badge": [badge, STATE_COLOURS[badge.split()[0].lower()]] if badge else None,
        "colours": b64encode(table("balance")[:STEPS].tobytes()).decode(),
    }
    data["stamp"] = sha256(repr(data).encode()).hexdigest()
    _component(key=key, data=data)


def chosen_place(
    place: tuple[int, int], size: tuple[int, ...], *, words: str, key: str, on_choose: Callable[[int, int], None]
) -> None:
    """Says which cell is chosen and moves the `steps_picture` of the page there; a click in that chooses another one.

    In a fragment of its own: then a click draws these words anew, and sends none of the drawing's maps again.

    Args:
        place: Row and column.
        size: Rows and columns of the drawing's maps.
        words: What the cell is called.
        key: Unique on the page.
        on_choose: Called with row and column of a place that is clicked, or reached with arrow keys and Enter, before
            the fragment runs again.
    """
    data = {"place": place, "words": words}
    _place_component(key=key, data=data, width="content", on_picked_change=partial(_take, key, size, on_choose))


def steps_data(lanes: Sequence[Lane], ends: Sequence[End], walk: Walk) -> dict[str, Any]:
    """The numbers that go to the browser: every map once, as little-endian float32 in base64, row by row.

    The window's sum at a place is the sum over the kernel's rows r and columns c of kernel[r][c] times the input map's
    pixel in row `place * strides[0] - before[0] + r * dilation[0]`, and likewise the column; 0 beyond the map.
    """
    maps: list[str] = []

    def place(values: np.ndarray) -> int:
        text = _base64(values)
        if text not in maps:
            maps.append(text)
        return maps.index(text)

    return {
        "size": ends[0].values.shape,
        "walk": {
            "size": walk.input_size,
            "strides": walk.strides,
            "first": walk.first,
            "before": walk.before,
            "dilation": walk.dilation,
        },
        "lanes": [
            {
                "title": lane.title,
                "input": place(lane.input_map),
                "kernel": lane.kernel.tolist(),
                "depthwise": place(lane.depthwise_map),
                "bias": lane.bias,
                "between": [
                    {"map": place(values), "reach": _reach(values), "note": note} for values, note in lane.between
                ],
                "mixed": place(lane.mixed_map),
                "weight": float(lane.weight),
                # Colours of their own: what a channel shows counts there, not how strong it is.
                "reach": {"input": _reach(lane.input_map), "depthwise": _reach(lane.depthwise_map)},
            }
            for lane in lanes
        ],
        "ends": [
            {
                "title": end.title,
                "note": end.note,
                "sign": end.sign,
                "map": place(end.values),
                "reach": _reach(end.values),
            }
            for end in ends
        ],
        # One scale for the row: these are compared with each other.
        "reach": {
            "kernel": max(float(np.abs(lane.kernel).max()) for lane in lanes),
            "weight": max(abs(float(lane.weight)) for lane in lanes) or 1,
            "weighted": max(_reach(lane.mixed_map * lane.weight) for lane in lanes),
        },
        "maps": maps,  # last: by now they are all there
    }


def read_place(value: object, size: tuple[int, ...]) -> tuple[int, int] | None:
    """Row and column that the browser names; None unless there is such a pixel."""
    if not isinstance(value, Mapping):
        return None
    place = value.get("row"), value.get("column")
    if all(type(at) is int and 0 <= at < end for at, end in zip(place, size, strict=True)):
        return place  # type: ignore[return-value]
    return None


def _take(key: str, size: tuple[int, ...], on_choose: Callable[[int, int], None]) -> None:
    place = read_place(st.session_state[key].get("picked"), size)
    if place is not None:
        on_choose(*place)


def _reach(values: np.ndarray) -> float:
    """Size of the value that gets the last colour: few are so much larger than the rest that all else would pale."""
    return float(np.percentile(np.abs(values), _COLOURED_PERCENT)) or float(np.abs(values).max(initial=0))


def _base64(values: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()
