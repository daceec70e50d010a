"""A separable convolution drawn step by step: maps, kernels and weights, whose numbers at one pixel are read together.

Pointing at any map reads all of them at that pixel, in the browser: the maps go there as numbers, not as pictures.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

import numpy as np
import streamlit as st

from explorer.figures.maps.colour_maps import STEPS, table
from explorer.figures.theme import STATE_COLOURS
from explorer.ui.widgets.steps_picture_parts import CSS, HTML, JS
from explorer.vision.features.windows import Walk

_COLOURED_PERCENT = 99.5
"""Percentage of a map's values that lie within its colours; those beyond get the last one."""

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component("separable_steps", html=HTML, css=CSS, js=JS)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """The way of one depthwise output: a map, the kernel that reads it, what comes out, what follows, and its weight.

    Attributes:
        title: "channel 17".
        input_map: (rows, columns).
        kernel: (height, width).
        depthwise_map: (rows, columns).
        between: What each step between the halves makes of that, and a note of what it does, or "".
        mixed_map: What the pointwise convolution reads: the last of these; the depthwise map if there are none.
        weight: What it multiplies that by.
    """

    title: str
    input_map: np.ndarray
    kernel: np.ndarray
    depthwise_map: np.ndarray
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


def steps_picture(
    lanes: Sequence[Lane],
    ends: Sequence[End],
    *,
    names: Sequence[tuple[str, str]],
    start: tuple[int, int],
    walk: Walk,
    hint: str,
    alt: str,
    badge: str | None,
    key: str,
    on_choose: Callable[[int, int], None],
) -> None:
    """Draws the lanes side by side and below them how they come together.

    Args:
        lanes: At least one; all maps of one size, but for the input maps, over which the window walks.
        ends: Likewise.
        names: Title and note of each of the lanes' rows, the heads' first.
        start: Row and column that are read until another pixel is pointed at.
        walk: How it does so.
        hint: A sentence below.
        alt: What the whole shows.
        badge: What the picture says of the weights, as `explorer.figures.badge.badge_of` has it.
        key: Unique on the page.
        on_choose: Called with row and column of a pixel that is clicked, or reached with arrow keys and Enter, before
            the page runs again.
    """
    maps: list[str] = []

    def place(values: np.ndarray) -> int:
        text = _base64(values)
        if text not in maps:
            maps.append(text)
        return maps.index(text)

    data = {
        "size": ends[0].values.shape,
        "walk": {"size": walk.input_size, "strides": walk.strides, "first": walk.first},
        "lanes": [
            {
                "title": lane.title,
                "input": place(lane.input_map),
                "kernel": lane.kernel.tolist(),
                "depthwise": place(lane.depthwise_map),
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
        "names": names,
        "start": start,
        "hint": hint,
        "alt": alt,
        "badge": [badge, STATE_COLOURS[badge.split()[0].lower()]] if badge else None,
        "colours": b64encode(table("balance")[:STEPS].tobytes()).decode(),
    }
    data["maps"] = maps
    data["stamp"] = sha256(repr(data).encode()).hexdigest()
    _component(key=key, data=data, on_chosen_change=partial(_take, key, ends[0].values.shape, on_choose))


def read_place(value: object, size: tuple[int, ...]) -> tuple[int, int] | None:
    """Row and column that the browser names; None unless there is such a pixel."""
    if not isinstance(value, Mapping):
        return None
    place = value.get("row"), value.get("column")
    if all(type(at) is int and 0 <= at < end for at, end in zip(place, size, strict=True)):
        return place  # type: ignore[return-value]
    return None


def _take(key: str, size: tuple[int, ...], on_choose: Callable[[int, int], None]) -> None:
    place = read_place(st.session_state[key].get("chosen"), size)
    if place is not None:
        on_choose(*place)


def _reach(values: np.ndarray) -> float:
    """Size of the value that gets the last colour: few are so much larger than the rest that all else would pale."""
    return float(np.percentile(np.abs(values), _COLOURED_PERCENT)) or float(np.abs(values).max(initial=0))


def _base64(values: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()
