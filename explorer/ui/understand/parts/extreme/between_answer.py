"""What a non-linearity put between the halves does to the answer of a trained network."""

import streamlit as st

from explorer.ui.session import cache
from explorer.ui.understand.parts.extreme.between import CHOICES
from explorer.ui.understand.sample_look import sample_look, sample_weights
from explorer.ui.widgets.table import show_table

_GUESSES = 3


@st.fragment
def show_between_answer() -> None:
    """The coffee cup in the trained network as it is, and with ReLU or ELU put in; once it is asked for."""
    st.markdown("**A real answer, with the layer put in**")
    if sample_weights() is None:
        st.caption("With trained weights (fetched on *Classify*) a real network answers here, with ReLU put in.")
        return
    # Each is another network to build, some seconds for the first time: not for those who only pass by.
    if not st.session_state.get("between_asked") and not st.button("Ask the trained network", key="between_ask"):
        return
    st.session_state["between_asked"] = True
    rows = []
    for word, function in CHOICES.items():
        found = cache.prediction(sample_look(intermediate_activation=function))
        guesses = [f"{guess.label} {guess.probability:.3f}" for guess in found.top[:_GUESSES]]
        rows.append((word, f"{found.provenance.state}: {found.provenance.source}", *guesses))
    show_table(("Between the halves", "Weights", "First", "Second", "Third"), rows, room_rem=34)
    st.caption(
        "The photograph is the coffee cup, the weights were trained with nothing between. They use what lies below 0 "
        "in the depthwise maps, and a ReLU takes that away. This shows what the trained network relies on. It does not "
        "show that a network trained with ReLU would be worse: figure 10 does."
    )
