"""A picture divided into cells, of which one can be chosen by mouse, touch or keyboard.

However many cells there are, the page holds two marks only: where the pointer or the keyboard is, and what is chosen.
"""

from collections.abc import Callable, Sequence
from functools import partial
from struct import unpack_from
from typing import Any

import streamlit as st

from explorer.ui.browser import browser_file
from explorer.ui.painted.painting import address

Box = tuple[float, float, float, float, str, str]
"""Left, top, width and height as shares of the picture, which it may exceed; colour in CSS; label, or ""."""

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component(
    "cell_picture",
    html=browser_file("cell_picture.html"),
    css=browser_file("cell_picture.css"),
    js=browser_file("cell_picture.js"),
)


def cell_picture(
    picture_png: bytes,
    rows: int,
    columns: int,
    labels: Sequence[str],
    selected: int | None,
    key: str,
    alt: str,
    boxes: Sequence[Box] = (),
    *,
    area: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0),
    smooth: bool = False,
    first: int | None = None,
    on_choose: Callable[[int], None] | None = None,
) -> int | None:
    """Shows the picture, as wide as there is room; returns the cell chosen in it last, None before the first time.

    What was chosen lives in the session under `key` and lasts as long as there is a cell of that number. Call it
    inside a fragment, together with what shows the choice, and a click redraws nothing else on the page.

    Args:
        picture_png: A PNG file.
        rows: Of cells, of one height.
        columns: Of cells, of one width.
        labels: What each cell is, row by row; cells without a label cannot be chosen. None at all: a mere picture.
        selected: The cell to be outlined; the one chosen last if None.
        key: Unique on the page.
        alt: The picture in words.
        boxes: Rectangles drawn over the picture; what reaches beyond it is cut off, and the cut sides are dashed.
        area: Where the cells lie, if not on the whole picture: left, top, width and height as shares of it.
        smooth: Whether a picture with fewer pixels than the screen is smoothed: photographs, but not maps, whose
            pixels are what there is to see.
        first: The cell that counts as chosen as long as none was.
        on_choose: Called with the cell, once for each click, before the page runs again.

    Raises:
        ValueError: If there are more labels than cells, or the bytes are no PNG file.
    """
    if len(labels) > rows * columns:
        raise ValueError(f"expected at most {rows} x {columns} labels, got {len(labels)}")
    chosen = read_choice(len(labels), st.session_state.get(_chosen(key)))
    chosen = first if chosen is None else chosen
    drawn = [box for box in map(clipped, boxes) if box]
    marked = ", ".join(box["label"] for box in drawn if box["label"])
    data = {
        "picture": address(picture_png, "image/png", key),
        "size": png_size(picture_png),
        "rows": rows,
        "columns": columns,
        "labels": list(labels),
        "selected": chosen if selected is None else selected,
        "alt": f"{alt.removesuffix('.')}. Marked: {marked}." if marked else alt,
        "boxes": drawn,
        "area": area,
        "smooth": smooth,
    }
    _component(key=key, data=data, on_chosen_change=partial(_take, key, len(labels), on_choose))
    return chosen


def read_choice(count: int, value: object) -> int | None:
    """What the browser says was chosen of `count` cells; None unless it is one of them."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count else None


def clipped(box: Box) -> dict[str, Any] | None:
    """The part of `box` that lies on the picture, and which of its sides are cuts; None if none of it does."""
    left, top, width, height, colour, label = box
    right, bottom = left + width, top + height
    shown = {"left": max(left, 0.0), "top": max(top, 0.0), "right": min(right, 1.0), "bottom": min(bottom, 1.0)}
    if shown["left"] >= shown["right"] or shown["top"] >= shown["bottom"]:
        return None
    whole = {"left": left, "top": top, "right": right, "bottom": bottom}
    cuts = [side for side in shown if shown[side] != whole[side]]
    return {**shown, "cuts": cuts, "colour": colour, "label": label}


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG file in px, so that the page keeps its place while the picture loads.

    Raises:
        ValueError: If it is none.
    """
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        raise ValueError("expected the bytes of a PNG file")
    width, height = unpack_from(">II", data, 16)
    return width, height


def _take(key: str, count: int, on_choose: Callable[[int], None] | None) -> None:
    """Runs before the page does, with as many cells as the person saw when clicking."""
    choice = read_choice(count, st.session_state[key].get("chosen"))
    if choice is None:
        return
    st.session_state[_chosen(key)] = choice
    if on_choose is not None:
        on_choose(choice)


def _chosen(key: str) -> str:
    return f"{key}-chosen"
