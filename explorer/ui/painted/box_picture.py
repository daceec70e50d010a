"""A picture with a box on it, drawn, moved and resized by pointer, finger or keyboard.

The browser draws; the server is told once, when the box is let go. The picture goes to the browser as a file, so that
it is not sent again with each box.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import isfinite

import streamlit as st

from explorer.ui.browser import browser_file
from explorer.ui.painted.painting import address

_component = st.components.v2.component(
    "box_picture",
    html=browser_file("box_picture.html"),
    css=browser_file("box_picture.css"),
    js=browser_file("box_picture.js"),
)


def box_picture(
    picture_jpeg: bytes,
    size: tuple[int, int],
    box: tuple[float, float, float, float],
    filler_png: bytes | None,
    *,
    most_px: int,
    smallest: float,
    alt: str,
    key: str,
    on_move: Callable[[Sequence[float]], None],
) -> None:
    """Shows the picture with the box.

    Args:
        picture_jpeg: A JPEG file.
        size: Its width and height, in any unit.
        box: Left, top, right and bottom, as shares of the picture from 0 to 1.
        filler_png: A PNG file that shows in the box, stretched over the whole picture; gray if None.
        most_px: Height of the picture at most.
        smallest: Side of a box at least, as a share of the picture's.
        alt: The picture in words.
        key: Unique on the page.
        on_move: Called with the box as `box` has it, once when it is let go, before the page runs again.
    """
    data = {
        "picture": address(picture_jpeg, "image/jpeg", f"{key} picture"),
        "filler": None if filler_png is None else address(filler_png, "image/png", f"{key} filler"),
        "size": size,
        "box": box,
        "most": most_px,
        "smallest": smallest,
        "alt": alt,
    }
    _component(key=key, data=data, on_moved_change=partial(_take, key, on_move))


def read_box(value: object) -> tuple[float, ...] | None:
    """What the browser says; None unless it is four numbers."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    if any(isinstance(edge, bool) or not isinstance(edge, int | float) or not isfinite(edge) for edge in value):
        return None
    return tuple(float(edge) for edge in value)


def _take(key: str, on_move: Callable[[Sequence[float]], None]) -> None:
    box = read_box(st.session_state[key].get("moved"))
    if box is not None:
        on_move(box)
