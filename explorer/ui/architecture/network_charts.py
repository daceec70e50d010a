"""The charts of one network."""

from functools import partial
from typing import get_args

import streamlit as st

from explorer.counting.tally import Cost, Tally
from explorer.figures.charts.cost import COST_TITLES, cost_by_kind, cost_by_module
from explorer.figures.charts.receptive_field_chart import receptive_field_through_depth
from explorer.figures.charts.shapes import shapes_through_depth
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart

_TABS = ("By module", "Depthwise against pointwise", "Size and channels", "Receptive field")


@st.fragment
def show_network_charts(tally: Tally) -> None:
    """Four views, of which only the open one is drawn."""
    by_module, by_kind, shapes, field = st.tabs(_TABS, key="network_charts", on_change="rerun")
    if by_module.open:
        with by_module:
            by = cost_control("cost_by_module")
            show_chart(cache.chart(partial(cost_by_module, tally, by=by), by, tally.graph), "chart_by_module")
            st.caption(
                "One bar a module, stacked by kind of arithmetic. Batch normalization, ReLU, pooling and additions "
                "count no multiply-adds."
            )
    if by_kind.open:
        with by_kind:
            show_chart(cache.chart(partial(cost_by_kind, tally), tally.graph), "chart_by_kind")
            st.caption(
                "A separable convolution is a depthwise part (one kernel per channel) and a pointwise part (a 1 × 1 "
                "convolution over all channels). Nearly all the cost is pointwise."
            )
    if shapes.open:
        with shapes:
            show_chart(cache.chart(partial(shapes_through_depth, tally), tally.graph), "chart_shapes")
            st.caption("Where the map gets smaller, the channels grow: detail is traded for kinds of features.")
    if field.open:
        with field:
            show_chart(cache.chart(partial(receptive_field_through_depth, tally), tally.graph), "chart_receptive_field")
            st.caption(
                "The theoretical receptive field: pixels outside of it cannot change a unit. What a unit really "
                "responds to is smaller."
            )


def cost_control(key: str) -> Cost:
    """Asks whether to count multiply-adds or parameters."""
    options = get_args(Cost)
    return st.segmented_control(
        "Count", options, default=options[0], required=True, format_func=COST_TITLES.__getitem__, key=key
    )
