"""The networks' diagrams side by side, their stages at the same height."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config
from explorer.figures.diagram.drawing import LEGEND
from explorer.figures.heat.energies import ENERGY
from explorer.ui.choose.weights_choice import show_badge
from explorer.ui.colours.asked_colours import asked_colours
from explorer.ui.colours.colouring_choice import choose_colouring, show_legend
from explorer.ui.colours.time_colours import offer_times, takes_long
from explorer.ui.session import cache
from explorer.ui.widgets.aligned_diagrams import aligned_diagrams
from explorer.ui.widgets.plain_words import plain

if TYPE_CHECKING:
    from explorer.model.weights.arrays import Provenance

_ALIGNED = (
    "A module stands where most of its multiply-adds are; a stage's totals count each layer by the size of its output."
)


def show_diagrams(configs: Mapping[str, Config]) -> None:
    """Two to four networks by title: click a module to open it, or a layer, and its stage is marked in all of them.

    To be called outside of fragments: what is clicked redraws nothing else, unless there is something to measure.
    """
    (_show if takes_long(configs.values()) else _show_at_once)(configs)


@st.fragment
def _show_at_once(configs: Mapping[str, Config]) -> None:
    if takes_long(configs.values()):
        st.rerun()
    _show(configs)


def _show(configs: Mapping[str, Config]) -> None:
    tallies = {title: cache.tally(config) for title, config in configs.items()}
    row, below = st.container(horizontal=True, vertical_alignment="bottom", gap="small"), st.container()
    with row:
        name = choose_colouring()
    with below:
        chosen = None
        if name == ENERGY:
            # Imported here: who wants no photograph does not wait for what pictures need.
            from explorer.ui.pictures.picture_select import select_picture

            chosen = select_picture(row)
        colours = asked_colours(name, configs, chosen)
        if colours.weights:
            _say_weights(colours.weights)
    colouring = colours.colouring
    if colouring is not None:
        with row:
            show_legend(tuple(tallies.values()), colouring)
    aligned_diagrams(tallies, "diagrams", colouring)
    coloured = "One scale of colours for all; of equal modules the colour is that of the first. " if colouring else ""
    if colours.words:
        st.caption(colours.words)
    st.caption(f"{coloured}{_ALIGNED} {LEGEND}")
    if takes_long(configs.values()):
        with below:
            offer_times(configs.values())


def _say_weights(weights: tuple[tuple[str, "Provenance"], ...]) -> None:
    """A badge for each network; what there is to say of them stands below the drawing."""
    with st.container(horizontal=True, gap="small"):
        for title, provenance in weights:
            words = "random weights" if provenance.state == "random" else provenance.source
            show_badge(provenance.state, plain(f"{title}: {words}"))
