"""A place of the picture covered, and what the network says then beside what it said before."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from explorer.ui.choose.target_choice import percent
from explorer.ui.links.linked import asked_for
from explorer.ui.links.parts.cover_link import COVER, SMALLEST, read_edges
from explorer.ui.painted.box_picture import box_picture
from explorer.ui.pictures.cover_choice import choose_cover, choose_filling, move_cover
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.widgets.plain_words import plain
from explorer.ui.widgets.table import show_table
from explorer.vision.checks.covering import Box
from explorer.vision.look import Look

_PICTURE_PX = 300
_SHOWN = 5
_ALL = 8
"""Up to so many classes all are shown."""

_MINUS = "\N{MINUS SIGN}"


def show_cover_section(look: Look) -> None:
    """A switch, and where it is on the panel."""
    st.subheader("Cover a place")
    if choose_cover() is None:
        st.caption("The simplest test of any map: if the answer hangs on a place, it changes when that is covered.")
    else:
        show_cover(look)


@st.fragment
def show_cover(look: Look) -> None:
    """The picture with a box at the left, the probabilities before and after at the right.

    A fragment: a box that is moved draws nothing else anew.
    """
    edges = read_edges(asked_for(COVER))
    if edges is None:  # switched off meanwhile
        return
    with explained():
        box = Box(*edges)
        left, right = st.columns((5, 6), gap="medium")
        with right:
            filling = choose_filling(look)
        with left:
            _show_picture(look, box, edges, filling)
        with right:
            _show_probabilities(look, box, filling)


def _show_picture(look: Look, box: Box, edges: tuple[float, float, float, float], filling: str | Look) -> None:
    seen = cache.seen_in(look)
    box_picture(
        seen.preview,
        (seen.width, seen.height),
        edges,
        None if filling == "gray" else cache.filler_picture(look, filling),
        most_px=_PICTURE_PX,
        smallest=SMALLEST,
        alt=look.picture.alt,
        key="cover_box",
        on_move=move_cover,
    )
    size = look.graph.input_shape[0]
    rows, columns = box.pixels(size)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    st.caption(
        f"{plain(look.picture.name)}. Draw a box, or drag it. It covers {width} × {height} of the {size} × {size} px "
        f"that the network gets, {100 * width * height / size**2:.1f} %."
    )


def _show_probabilities(look: Look, box: Box, filling: str | Look) -> None:
    prediction = cache.prediction(look)
    before, after = prediction.probabilities, cache.covered_prediction(look, box, filling).probabilities
    is_named = prediction.provenance.state != "random"
    names = cache.trained(look.weights).class_names if look.weights and is_named else None
    titles = [names[index] if names else f"output {index}" for index in range(before.size)]
    st.markdown(change_words(titles, before, after))
    show_table(
        ("Class", "Before", "Covered", "Change"),
        [
            (titles[index], percent(before[index]), percent(after[index]), points(before[index], after[index]))
            for index in shown_classes(before, after)
        ],
        room_rem=19,
    )
    st.caption("Change in percentage points.")


def shown_classes(before: np.ndarray, after: np.ndarray) -> list[int]:
    """All of a few classes, else the most probable ones of either; in the order in which they were before."""
    order = np.argsort(-before, kind="stable")
    if before.size <= _ALL:
        return [int(index) for index in order]
    shown = {*order[:_SHOWN], *np.argsort(-after, kind="stable")[:_SHOWN]}
    return [int(index) for index in order if index in shown]


def points(before: float, after: float) -> str:
    """How far a probability rose or fell, in percentage points, with its sign."""
    text = f"{100 * (after - before):+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", _MINUS)


def change_words(titles: Sequence[str], before: np.ndarray, after: np.ndarray) -> str:
    """What became of the most probable class, in Markdown."""
    first, now = int(before.argmax()), int(after.argmax())
    name = plain(titles[first])
    became = f"**{name}**: {percent(before[first])} before, {percent(after[first])} with the box."
    if now == first:
        return f"{became} It is still the most probable class."
    return f"{became} Now **{plain(titles[now])}** is the most probable, with {percent(after[now])}."
