"""What a newcomer sees first: the numbers and the knobs, before the browser has megabytes of charting to load."""

import time

import streamlit as st

_PAUSED = "first_paint_done"
_STEPS, _STEP_S = 14, 0.05


def let_numbers_appear() -> None:
    """On a session's first run: a pause in which the browser shows what it has been sent.

    Without it the browser loads Plotly and the table's grid, each over a megabyte of script, before it paints
    anything, and the numbers come a second later.
    """
    if _PAUSED in st.session_state:
        return
    for _ in range(_STEPS):
        time.sleep(_STEP_S)
        st.session_state[_PAUSED] = True  # at each access Streamlit lets a knob that was turned end this run
