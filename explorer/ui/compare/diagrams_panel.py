"""The networks' diagrams side by side, their stages at the same height."""

from collections.abc import Mapping

import streamlit as st

from explorer.counting.tally import Tally
from explorer.figures.diagram.drawing import LEGEND
from explorer.figures.heat.scale import heats
from explorer.ui.choose.colouring_choice import choose_colouring, show_legend
from explorer.ui.widgets.aligned_diagrams import aligned_diagrams

_ALIGNED = (
    "A module stands where most of its multiply-adds are; a stage's totals count each layer by the size of its output."
)


@st.fragment
def show_diagrams(tallies: Mapping[str, Tally]) -> None:
    """Two to four networks by title: click a module to open it, or a layer, and its stage is marked in all of them."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        colouring = choose_colouring()
        if colouring is not None:
            with st.container(width=360):
                show_legend(heats(tuple(tallies.values()), colouring)[0])
    aligned_diagrams(tallies, "diagrams", colouring)
    coloured = "One scale of colours for all. " if colouring else ""
    st.caption(f"{coloured}{_ALIGNED} {LEGEND}")
