"""What the colours of a drawing stand for, with the legend of them."""

import streamlit as st

from explorer.counting.tally import Tally
from explorer.figures.heat.colouring import Colouring
from explorer.figures.heat.scale import COLOUR_MAP, heats
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.parts.drawing_link import COLOURS, FLOW, HEAT

_HELP = (
    "**flow**: the colours of the flows. **parameters**, **MACs**, **memory** of outputs: counted. **time**: seconds "
    "of each layer in one pass of one image, measured on this machine once you start it. **energy**: how strongly each "
    "layer answers a photograph: the root mean square of the values that it puts out, the activation energy."
)


def choose_colouring() -> str:
    """Asks what the colours say, by name in the link; the pages that draw networks share the choice."""
    chosen = linked(HEAT, COLOURS, FLOW)
    st.segmented_control(
        "Colours",
        tuple(COLOURS),
        required=True,
        format_func=COLOURS.__getitem__,
        key=widget_key(HEAT),
        on_change=take,
        args=(HEAT, FLOW),
        width="content",
        wrap=True,
        help=_HELP,
    )
    return chosen


def show_legend(tallies: tuple[Tally, ...], colouring: Colouring) -> None:
    """The colours in a row, with the amounts that they stand for in these networks."""
    from explorer.figures.maps.colour_bar import marked_bar_html  # needs NumPy, which flows' colours do not

    title = f"{colouring.title}, logarithmic: equal steps are equal factors"
    with st.container(width=360):
        st.html(marked_bar_html(COLOUR_MAP, heats(tallies, colouring)[0].marks, title=title))
