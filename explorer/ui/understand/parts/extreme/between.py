"""A module of Xception with a non-linearity between the halves or none, with the shortcut or without."""

import streamlit as st

from explorer.chapters.graphs.order import middle_module
from explorer.configuration.registry import PAPER
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig
from explorer.quantities import difference, exact
from explorer.ui.session import cache
from explorer.ui.understand.beside import beside
from explorer.ui.understand.small_network import show_small_network
from explorer.ui.widgets.table import show_table

CHOICES = {"None": None, "ReLU": "relu", "ELU": "elu"}
"""What may stand between the halves, by what it is called."""


@st.fragment
def show_between() -> None:
    """The module as a picture; beside it what the choice changes in the whole network."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    word = row.segmented_control(
        "Between depthwise and pointwise", tuple(CHOICES), default="None", required=True, key="between_function"
    )
    residual = row.toggle("Shortcuts", True, key="between_residual")
    config = XceptionConfig(intermediate_activation=CHOICES[word], residual=residual)  # type: ignore[arg-type]
    whole, paper = cache.tally(config), cache.tally(PAPER)
    picture, words = beside((4, 5), "between")
    with picture:
        show_small_network(tally(middle_module(config)), "between_picture")
    with words:
        rows = (
            ("Parameters", exact(whole.params), difference(whole.params, paper.params)),
            ("Multiply-adds", exact(whole.macs), difference(whole.macs, paper.macs)),
            ("Layers of the description", exact(len(whole.layers)), _more(len(whole.layers) - len(paper.layers))),
        )
        show_table(("All of Xception", "With this choice", "Against the paper's"), rows, room_rem=22)
        if word == "None":
            told = "As the paper has it: nothing between the halves. **Figure 10** found that this is best."
        else:
            told = (
                f"{word} between the halves costs no parameters and no multiply-adds. **Figure 10** of the paper: "
                "with ReLU or ELU there, training is slower and ends lower than with none."
            )
        st.markdown(told)
        st.markdown(
            "With shortcuts each module learns a difference."
            if residual
            else "Without shortcuts the four projections go, too. **Figure 9**: training is slower and ends lower, "
            "with the settings that were tuned for the residual network. The paper adds that shortcuts are not needed "
            "for every stack of separable convolutions."
        )


def _more(count: int) -> str:
    return f"{count:+d}" if count else "same"
