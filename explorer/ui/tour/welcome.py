"""The first visit: one screen that says what a separable convolution is and what can be done here."""

import streamlit as st

from explorer.figures.separable_animation import separable_animation
from explorer.tour.steps import COUNT
from explorer.ui.browser import browser_file
from explorer.ui.tour.place import go_to

_IS_OPEN = "welcome_is_open"

# Each once for the process. Streamlit's own HTML would lose the drawing.
_animation = st.components.v2.component("separable_animation", html=separable_animation())
_first_visit = st.components.v2.component("first_visit", js=browser_file("first_visit.js"))


def open_welcome() -> None:
    """For a button: the next run shows the screen."""
    st.session_state[_IS_OPEN] = True


def ask_whether_first_visit() -> None:
    """Lets the browser say whether it was here before; if not, the screen opens. Draws nothing."""
    _first_visit(key="first_visit", on_first_change=open_welcome)


def show_welcome() -> None:
    """The screen, if it is wanted."""
    if st.session_state.pop(_IS_OPEN, False):
        _welcome()


@st.dialog("What is a separable convolution?", width="medium")
def _welcome() -> None:
    _animation(key="separable_animation")
    st.markdown(
        "A convolution slides a small window over a picture and mixes **place and channel** in one step. A separable "
        "one takes two: a window for **each channel alone**, then a mix of **all channels at each pixel**. Xception is "
        "built of these: turn its knobs here, see every number follow, and ask why it says *cup*."
    )
    with st.container(horizontal=True):
        if st.button(f"Take the tour: {COUNT} steps, two minutes", type="primary", icon=":material/tour:"):
            go_to(1)
            st.rerun()
        if st.button("Look around"):
            st.rerun()
