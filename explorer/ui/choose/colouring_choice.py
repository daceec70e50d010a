"""What the colours of a drawing stand for, with the legend of them."""

from collections.abc import Mapping

import streamlit as st

from explorer.figures.heat.colouring import Colouring
from explorer.figures.heat.counted import COLOURINGS
from explorer.figures.heat.scale import COLOUR_MAP, Heat
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.parts.drawing_link import COLOURS, FLOW, HEAT


def choose_colouring(measured: Mapping[str, Colouring] | None = None) -> Colouring | None:
    """Asks what the colours say, None if they say the flow; the pages that draw networks share the choice.

    Args:
        measured: What more can be shown here than what is known of every network, by name.
    """
    known = COLOURINGS | dict(measured or {})
    words = COLOURS | {name: each.word for name, each in known.items()}
    chosen = linked(HEAT, words, FLOW)
    st.segmented_control(
        "Colours",
        tuple(words),
        required=True,
        format_func=words.__getitem__,
        key=widget_key(HEAT),
        on_change=take,
        args=(HEAT, FLOW),
        width="content",
    )
    return known.get(chosen)


def show_legend(heat: Heat) -> None:
    """The colours in a row, with the amounts that they stand for."""
    from explorer.figures.maps.colour_bar import marked_bar_html  # needs NumPy, which flows' colours do not

    title = f"{heat.colouring.title}, logarithmic: equal steps are equal factors"
    st.html(marked_bar_html(COLOUR_MAP, heat.marks, title=title))
