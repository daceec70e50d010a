"""Numbers and knobs first: the browser paints them before it is given charts and tables to work on."""

import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_LOADED, _BEHIND = "charting_is_loaded", "drawn_behind_numbers"
_STEP_S = 0.05
_STEPS_TO_LOAD = 20


def is_first() -> bool:
    """Whether nothing has appeared in this session yet."""
    return _LOADED not in st.session_state


def draw_behind_numbers(*draws: Callable[[], None]) -> None:
    """What the page draws behind its numbers in this run, one after the other; none for nothing.

    They are drawn as by the app's own script, not the page's, as in other runs: Streamlit tells equal widgets of the
    two apart, and would not know one again.
    """
    st.session_state[_BEHIND] = draws


def let_numbers_appear() -> None:
    """A pause in which the browser shows what it has been sent: 0.05 s, on a session's first run 1 s.

    The browser works through all that it has before it paints. Behind the numbers come megabytes of script on the
    first run (Plotly, the table's grid), and figures and tables to redraw on every run: without the pause the
    numbers come a second later on the first and a third later on the others.
    """
    for _ in range(1 if _LOADED in st.session_state else _STEPS_TO_LOAD):
        time.sleep(_STEP_S)
        st.session_state[_LOADED] = True  # at each access Streamlit lets a knob that was turned end this run
    draws, context = st.session_state.pop(_BEHIND, ()), get_script_run_ctx()
    if context is not None:
        with context.run_with_active_hash(context.pages_manager.main_script_hash):
            for draw in draws:
                draw()
