"""How the network is drawn: what its colours stand for, with the legend of them, and what runs through it."""

import streamlit as st

from explorer.counting.tally import Tally
from explorer.figures.heat.colouring import Colouring
from explorer.figures.heat.scale import heat
from explorer.ui.choose.colouring_choice import choose_colouring, show_legend
from explorer.ui.links.linked import asked_for, choose
from explorer.ui.links.parts.drawing_link import IS_LIVE, LIVE

_SWITCH = "live_switch"


def choose_drawing(tally: Tally, row: "st.delta_generator.DeltaGenerator") -> tuple[Colouring | None, bool]:
    """Asks in `row` what the colours say, None if they say the flow, and whether a photograph is wanted."""
    with row:
        colouring = choose_colouring()
        with st.container(width="content"):
            is_photograph_wanted = _wants_photograph()
        if colouring is not None:
            with st.container(width=360):
                show_legend(heat(tally, colouring))
    return colouring, is_photograph_wanted


def _wants_photograph() -> bool:
    is_wanted = asked_for(LIVE) == IS_LIVE
    choose(LIVE, IS_LIVE if is_wanted else None, "")  # another page's link does not have it yet
    st.session_state[_SWITCH] = is_wanted
    st.toggle(
        "Show a photograph in it",
        key=_SWITCH,
        on_change=_switch,
        help="Runs a photograph through this network, and draws in each module a map of what the module hands on.",
    )
    return is_wanted


def _switch() -> None:
    choose(LIVE, IS_LIVE if st.session_state[_SWITCH] else None, "")
