"""Which part of the picture is covered, and with what: it stands in the link, and goes from page to page."""

from collections.abc import Sequence

import streamlit as st

from explorer.ui.links.linked import asked_for, choose, linked, take, widget_key
from explorer.ui.links.parts.cover_link import (
    COVER,
    FILLING,
    FILLINGS,
    USUAL_COVER,
    Edges,
    edges_text,
    nearest_edges,
    read_edges,
)
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES

_SWITCH, _LAST = "cover_switch", "last_cover"
_WIDTH_PX = 220


def choose_cover() -> Edges | None:
    """A switch; the covered box, or None if nothing is covered."""
    edges = read_edges(asked_for(COVER))
    choose(COVER, edges_text(edges) if edges else None, "")  # another page's link does not have it yet
    st.session_state[_SWITCH] = edges is not None
    st.toggle(
        "Cover a place",
        key=_SWITCH,
        on_change=_switch,
        help="Covers a part of the picture and asks the network again: what the answer hangs on, it misses.",
    )
    return edges


def choose_filling(look: Look) -> str | Look:
    """With what the place is covered: `gray`, `blur`, or another picture in the same network."""
    samples = {sample.name: sample for sample in SAMPLES}
    options = [name for name in FILLINGS if name not in samples or samples[name].title != look.picture.name]
    titles = {"gray": "gray", "blur": "a blur of the picture"} | {
        name: f"the sample {each.title}" for name, each in samples.items()
    }
    chosen = linked(FILLING, options, FILLINGS[0])
    st.selectbox(
        "Covered with",
        options,
        format_func=titles.__getitem__,
        key=widget_key(FILLING),
        on_change=take,
        args=(FILLING, FILLINGS[0]),
        width=_WIDTH_PX,
        help="Gray is 0 in what the network gets, as occlusion has it. A gray box is a thing of its own that a network "
        "may see something in: try another filling before you believe the first.",
    )
    if chosen not in samples:
        return chosen
    sample = samples[chosen]
    of_sample = picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name)
    return Look(of_sample, look.config, look.weights, look.head)


def move_cover(numbers: Sequence[float]) -> None:
    """Covers another place: left, top, right and bottom, as shares of the picture."""
    edges = nearest_edges(numbers)
    if edges is not None:
        choose(COVER, edges_text(edges), "")


def _switch() -> None:
    if st.session_state[_SWITCH]:
        choose(COVER, st.session_state.get(_LAST, USUAL_COVER), "")
    else:
        st.session_state[_LAST] = asked_for(COVER) or USUAL_COVER
        choose(COVER, None, "")
