"""At which step of the tour a session is, and how it gets to another."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from explorer.configuration.registry import network_of
from explorer.model.sources.known import find_source
from explorer.tour.step import PAGE_TITLES, Step
from explorer.tour.steps import COUNT, steps
from explorer.ui.knobs.turning import set_knobs
from explorer.ui.links.linked import choose
from explorer.ui.links.opening_link import LINKED, TOUR, WEIGHTS

_WANTED = "step_wanted"


def number() -> int | None:
    """Of the step, from 1; None outside of the tour."""
    text = st.query_params.get(TOUR, "")
    return int(text) if text in {str(each) for each in range(1, COUNT + 1)} else None


def go_to(number: int | None) -> None:
    """For a button: the next run is at that step, on its page, with everything as the step begins; None leaves."""
    if number is None:
        st.query_params.pop(TOUR, None)
    else:
        st.session_state[_WANTED] = number


def arrive(pages: Mapping[str, StreamlitPage], page: StreamlitPage) -> bool:
    """Goes where a button or a link wants to go, and tells whether it did; to be called before anything is drawn.

    Args:
        pages: All, by title.
        page: The one that the browser is on.
    """
    if set(st.query_params) == {TOUR} and number():
        st.session_state.setdefault(_WANTED, number())  # a link that says no more than this
    wanted: int | None = st.session_state.get(_WANTED)
    if wanted is None:
        return False
    step = steps()[wanted - 1]
    place = pages[PAGE_TITLES[step.page]]
    if place.title != page.title:
        # With a link of its own: Streamlit would refuse to clear one that knobs are bound to.
        st.switch_page(place, query_params={TOUR: str(wanted)})
    del st.session_state[_WANTED]
    _set(step)
    st.query_params[TOUR] = str(wanted)
    return True


def _set(step: Step) -> None:
    set_knobs(step.config)
    for name in LINKED:
        choose(name, step.view.get(name), "")
    source = find_source(step.weights, network_of(step.config)) if step.weights else None
    if source is not None:
        st.session_state[WEIGHTS] = source.short_name
