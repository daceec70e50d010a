"""How the network is drawn: what its colours stand for, with the legend of them."""

from typing import cast

import streamlit as st

from explorer.counting.tally import Cost, Tally
from explorer.figures.diagram.heat import COLOUR_MAP, heat
from explorer.ui.links.drawing_link import COLOURINGS, FLOW, HEAT
from explorer.ui.links.linked import linked, take, widget_key

_TITLES: dict[Cost, str] = {"params": "Parameters", "macs": "MACs for one image"}


def choose_colours(tally: Tally) -> Cost | None:
    """Asks what the colours say and shows their legend; None if they say the flow."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
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
        if chosen == FLOW:
            return None
        cost = cast(Cost, chosen)
        with st.container(width=360):
            _show_legend(tally, cost)
    return cost


def _show_legend(tally: Tally, cost: Cost) -> None:
    from explorer.figures.maps.colour_bar import marked_bar_html  # needs NumPy, which flows' colours do not

    st.html(
        marked_bar_html(
            COLOUR_MAP, heat(tally, cost).marks, title=f"{_TITLES[cost]}, logarithmic: equal steps are equal factors"
        )
    )
