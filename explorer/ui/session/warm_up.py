"""Workers that are ready before anybody asks."""

from contextlib import suppress

import streamlit as st

from explorer.compute.choice import compute
from explorer.errors import ExplorerError


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Starts the workers, once; to be called when the first page was sent."""
    with suppress(ExplorerError):  # the page that asks says it
        compute()
