"""A stack of separable convolutions in both orders, side by side."""

import streamlit as st

from explorer.chapters.graphs.order import shared, stack
from explorer.counting.tally import tally
from explorer.quantities import exact
from explorer.ui.understand.beside import beside
from explorer.ui.understand.small_network import show_small_network


@st.fragment
def show_two_orders() -> None:
    """Both stacks; what only one of them has is drawn with a broken line."""
    count = st.select_slider("Separable convolutions", (1, 2, 3, 4, 5), 2, key="orders_count", width=340)
    same = shared(count)
    counted = [tally(stack(count, depthwise_first=first)) for first in (True, False)]
    columns = beside((3, 3, 3), "two_orders")
    for column, one in zip(columns, counted, strict=False):
        with column:
            st.markdown(f"**{one.graph.title}**")
            odd = frozenset(one.by_name) - same
            show_small_network(one, f"orders_{one.graph.title}", hint=False, pale=odd)
            st.caption(f"{exact(one.params)} parameters")
    inner = len(same) - 1
    with columns[2]:
        st.markdown(
            f"**{inner} of {2 * count} layers are the same**, in the same order, with the same shapes: every pointwise "
            f"convolution{' and the depthwise ones between them' if count > 1 else ''}. The order decides about one "
            "layer at an end of the stack: a depthwise one on the thin map that enters, or on the wide one that leaves."
        )
        st.markdown(f"The difference is {exact(counted[1].params - counted[0].params)} parameters, whatever the depth.")
