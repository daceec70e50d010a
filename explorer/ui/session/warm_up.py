"""Workers that are ready before anybody asks."""

from contextlib import suppress
from threading import Timer

import streamlit as st

from explorer.compute.choice import compute
from explorer.errors import ExplorerError

_AFTER_S = 4.0
"""By then the first page stands in the browser, which shares the machine with the workers."""


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Starts the workers, once and a little later; to be called when the first page was sent."""
    timer = Timer(_AFTER_S, _start)
    timer.daemon = True
    timer.start()


def _start() -> None:
    with suppress(ExplorerError):  # the page that asks says it
        compute()
