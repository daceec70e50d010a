"""Where the picture that is shown comes from; known without the libraries that pictures need."""

import streamlit as st

PLACE = "picture_place"
"""Key of the widget in which it is chosen."""

PLACES = ("Samples", "Upload", "Camera")


def is_own_picture() -> bool:
    """Whether a person's own picture is shown, or asked for."""
    return bool(st.session_state.get(PLACE, PLACES[0]) != PLACES[0])


def show_samples() -> None:
    """Turns to the samples; to be called before the choice is drawn."""
    st.session_state[PLACE] = PLACES[0]
