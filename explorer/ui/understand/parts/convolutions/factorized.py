"""A large kernel against smaller ones that see as much."""

import streamlit as st

from explorer.chapters.graphs.inception import one_large, row_and_column, square, two_small
from explorer.counting.tally import Tally, tally
from explorer.quantities import exact, share
from explorer.ui.understand.beside import beside
from explorer.ui.understand.small_network import show_small_network
from explorer.ui.widgets.table import show_table

_SIZE = 17
"""Side of the maps, px: of Inception V3's middle modules."""
_CHANNELS = (8, 16, 32, 64, 128, 192, 256, 512)


@st.fragment
def show_two_for_one() -> None:
    """One 5x5 convolution beside two of 3x3."""
    channels = st.select_slider("Channels", _CHANNELS, 64, key="two_for_one_channels", width=340)
    _show_pair(tally(one_large(_SIZE, channels)), tally(two_small(_SIZE, channels)), "two_for_one")


@st.fragment
def show_row_and_column() -> None:
    """One n x n convolution beside n x 1 and 1 x n."""
    n = st.select_slider(
        "Kernel", (3, 5, 7, 9, 11), 7, format_func=lambda n: f"{n} × {n}", key="row_and_column_n", width=340
    )
    _show_pair(tally(square(_SIZE, 192, n)), tally(row_and_column(_SIZE, 192, n)), "row_and_column")


def _show_pair(one: Tally, two: Tally, key: str) -> None:
    left, right, words = beside((3, 3, 4), key)
    with left:
        show_small_network(one, f"{key}_one", hint=False)
    with right:
        show_small_network(two, f"{key}_two", hint=False)
    with words:
        show_table(
            ("Quantity", one.graph.title, two.graph.title),
            (
                ("Parameters", exact(one.params), exact(two.params)),
                ("Multiply-adds", exact(one.macs), exact(two.macs)),
                ("One output sees", _sees(one), _sees(two)),
            ),
            room_rem=20,
        )
        st.markdown(
            f"**{share(one.params - two.params, one.params)} saved**, in parameters and in multiply-adds alike. Two "
            "layers also have room for a ReLU between them."
        )


def _sees(tally: Tally) -> str:
    field = tally.layers[-1].receptive_field
    return f"{field.rows.size} × {field.columns.size} px"
