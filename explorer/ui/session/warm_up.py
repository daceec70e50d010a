"""Workers that are ready before anybody asks."""

import streamlit as st

from explorer.compute.choice import compute


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Starts the workers, once; to be called when the first page stands."""
    compute()
