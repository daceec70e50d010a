"""The numbers a person looks for first, each with what it counts and how far it is from the paper's."""

import streamlit as st

from explorer.configuration.registry import PAPER
from explorer.counting.tally import Tally
from explorer.quantities import difference, exact, memory, rounded
from explorer.ui.session import cache


def show_headline(tally: Tally) -> None:
    """Parameters, multiply-adds, memory and depth of a network, beside the paper's Xception."""
    paper = cache.tally(PAPER)
    parameters, macs, weights, layers = st.columns(4)
    with parameters.container(border=True, height="stretch"):
        _metric("Parameters", exact(tally.params), tally.params, paper.params)
        st.caption(
            f"{exact(tally.trainable_params)} trainable + {exact(tally.non_trainable_params)} moving statistics "
            "of batch normalization"
        )
    with macs.container(border=True, height="stretch"):
        _metric("Multiply-adds (MACs)", rounded(tally.macs), tally.macs, paper.macs)
        st.caption(f"{exact(tally.macs)} for one image. FLOPs = 2 × MACs = {rounded(tally.flops)}")
    with weights.container(border=True, height="stretch"):
        _metric("Weights", memory(tally.weight_bytes), tally.weight_bytes, paper.weight_bytes)
        peak = tally.peak
        st.caption(f"float32. Feature maps of one image take {memory(peak.bytes)} at the peak, in {peak.node}")
    with layers.container(border=True, height="stretch"):
        _metric("Convolutional layers", exact(tally.conv_layers), tally.conv_layers, paper.conv_layers)
        st.caption(
            f"in {tally.modules} modules. As the paper counts: a separable convolution is one layer, "
            "shortcuts are not counted"
        )


def _metric(label: str, shown: str, value: int, reference: int) -> None:
    same = value == reference
    st.metric(
        label,
        shown,
        "the paper's" if same else f"{difference(value, reference)} against the paper",
        delta_color="off" if same else "blue",
        delta_arrow="off" if same else "auto",
    )
