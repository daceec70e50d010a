"""How the network is drawn: what its colours stand for, with the legend of them, and what runs through it."""

from typing import cast

import streamlit as st

from explorer.counting.tally import Cost, Tally
from explorer.figures.diagram.heat import COLOUR_MAP, heat
from explorer.ui.links.drawing_link import COLOURINGS, FLOW, HEAT, IS_LIVE, LIVE
from explorer.ui.links.linked import asked_for, choose, linked, take, widget_key

_TITLES: dict[Cost, str] = {"params": "Parameters", "macs": "MACs for one image"}

_SWITCH = "live_switch"


def choose_drawing(tally: Tally, row: "st.delta_generator.DeltaGenerator") -> tuple[Cost | None, bool]:
    """Asks in `row` what the colours say, None if they say the flow, and whether a photograph is wanted."""
    with row:
        chosen = linked(HEAT, COLOURINGS, FLOW)
        st.segmented_control(
            "Colours",
            tuple(COLOURINGS),
            required=True,
            format_func=COLOURINGS.__getitem__,
            key=widget_key(HEAT),
            on_change=take,
            args=(HEAT, FLOW),
            width="content",
        )
        with st.container(width="content"):
            is_photograph_wanted = _wants_photograph()
        if chosen == FLOW:
            return None, is_photograph_wanted
        cost = cast(Cost, chosen)
        with st.container(width=360):
            _show_legend(tally, cost)
    return cost, is_photograph_wanted


def _show_legend(tally: Tally, cost: Cost) -> None:
    from explorer.figures.maps.colour_bar import marked_bar_html  # needs NumPy, which flows' colours do not

    st.html(
        marked_bar_html(
            COLOUR_MAP, heat(tally, cost).marks, title=f"{_TITLES[cost]}, logarithmic: equal steps are equal factors"
        )
    )


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
