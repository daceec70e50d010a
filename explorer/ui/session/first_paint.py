"""Numbers and knobs first: the browser paints them before it is given charts and tables to work on."""

import time

import streamlit as st

_LOADED = "charting_is_loaded"
_STEP_S = 0.05
_STEPS_TO_LOAD = 20


def let_numbers_appear() -> None:
    """A pause in which the browser shows what it has been sent: 0.05 s, on a session's first run 1 s.

    The browser works through all that it has before it paints. Behind the numbers come megabytes of script on the
    first run (Plotly, the table's grid), and figures and tables to redraw on every run: without the pause the
    numbers come a second later on the first and a third later on the others.
    """
    for _ in range(1 if _LOADED in st.session_state else _STEPS_TO_LOAD):
        time.sleep(_STEP_S)
        st.session_state[_LOADED] = True  # at each access Streamlit lets a knob that was turned end this run
