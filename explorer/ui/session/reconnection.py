"""A window that stays open while the server is replaced goes on where it was.

A browser that finds the server again asks for nothing, so long as no part of its page is run by the clock. A click in
a part that is run alone would then be lost: the new process does not know that part.
"""

import streamlit as st

_EVERY_S = 604_800
"""A week: nothing is to happen by the clock. Browsers count to 24 days."""


@st.fragment(run_every=_EVERY_S)
def run_when_reconnected() -> None:
    """A part of the page that shows nothing, run by the clock: for its sake the browser has the whole page run anew."""
