"""MobileNet at its published sizes, beside the large networks."""

import streamlit as st

from explorer.configuration.registry import NETWORKS, PAPER
from explorer.counting.published.accuracy import accuracy_points
from explorer.figures.theme import BLUE, GREEN, GREY
from explorer.networks.mobilenet import MobileNetConfig
from explorer.quantities import exact
from explorer.ui.session import cache
from explorer.ui.understand.beside import beside
from explorer.ui.understand.cost_bars import Bar, show_bars

_ALPHAS, _SIZES = (0.25, 0.5, 0.75, 1.0), (128, 160, 192, 224)


@st.fragment
def show_mobilenet() -> None:
    """Width and resolution turned; costs as bars, and the accuracy that was published for that setting."""
    row = st.container(horizontal=True, gap="medium")
    alpha = row.select_slider("Width multiplier α", _ALPHAS, 1.0, key="mobilenet_alpha", width=260)
    size = row.select_slider("Input, px", _SIZES, 224, key="mobilenet_size", width=260)
    config = MobileNetConfig(alpha=alpha, input_size=size)
    shown = {
        "MobileNet V1": (cache.tally(config), GREEN),
        "Inception V3": (cache.tally(NETWORKS["inception-v3"].config()), GREY),
        "Xception": (cache.tally(PAPER), BLUE),
    }
    bars, words = beside((5, 4), "mobilenet")
    with bars:
        show_bars("Parameters", [Bar(name, ((name, one.params, colour),)) for name, (one, colour) in shown.items()])
        show_bars("Multiply-adds", [Bar(name, ((name, one.macs, colour),)) for name, (one, colour) in shown.items()])
    small, _ = shown["MobileNet V1"]
    large, _ = shown["Xception"]
    published = [point for point in accuracy_points() if point.config == config and point.top1 is not None]
    with words:
        st.markdown(
            f"At α = {alpha:g} and {size} px: {exact(small.params)} parameters, **{large.macs / small.macs:.0f} times "
            "fewer multiply-adds than Xception**."
        )
        for point in published:
            st.markdown(f"Published top-1 accuracy: **{point.top1:.3f}** ({point.source}).")
        paper = next(point for point in accuracy_points() if point.config == PAPER)
        st.caption(
            f"Xception's: {paper.top1:.3f} ({paper.source}). The two were trained differently: read it as an order of "
            "magnitude."
        )
