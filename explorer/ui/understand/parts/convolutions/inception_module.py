"""Any module of Inception V1, with its 1x1 reductions and without them."""

import streamlit as st

from explorer.chapters.graphs.inception import V1_MODULES, v1_module
from explorer.counting.tally import tally
from explorer.quantities import exact, rounded
from explorer.ui.understand.beside import beside
from explorer.ui.understand.small_network import show_small_network
from explorer.ui.widgets.facts import show_facts


@st.fragment
def show_inception_module() -> None:
    """The module as a picture, and what the reductions save in it."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    name = row.select_slider("Module of Inception V1", V1_MODULES, V1_MODULES[0], key="v1_module", width=340)
    reduced = row.toggle("1 × 1 reductions before 3 × 3 and 5 × 5", True, key="v1_reduced")
    with_them, without = tally(v1_module(name)), tally(v1_module(name, reduced=False))
    shown = with_them if reduced else without
    picture, words = beside((5, 3), "inception_module")
    with picture:
        show_small_network(shown, "v1_picture", lanes=4)
    with words:
        show_facts({"Parameters": exact(shown.params), "Multiply-adds": exact(shown.macs)})
        times, macs = without.params / with_them.params, without.macs / with_them.macs
        st.markdown(
            f"With the reductions {exact(with_them.params)} parameters and {rounded(with_them.macs)} MACs, without "
            f"them {exact(without.params)} and {rounded(without.macs)}: **{times:.1f} times the parameters, {macs:.1f} "
            "times the multiply-adds**, for an output of the same shape."
        )
        st.caption("Cut out of the description of Inception V1; ReLUs are left out of the picture. Biases are counted.")
