"""What a web process does once, when its first page was sent."""

from contextlib import suppress

import streamlit as st

from explorer.compute.choice import compute
from explorer.errors import ExplorerError
from explorer.ui.session.process_folder import remove_left_over


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Starts the workers, so that they are ready before anybody asks; tidies up after processes that were killed."""
    with suppress(ExplorerError):  # the page that asks says it
        compute()
    remove_left_over()
