"""The tour's panel: what to do at this step, what to see, and the way on; always in sight."""

import streamlit as st

from explorer.configuration.registry import network_of
from explorer.model.sources.known import find_source
from explorer.model.sources.store import available
from explorer.tour.step import PAGE_TITLES, Step
from explorer.tour.steps import COUNT, steps
from explorer.ui.browser import browser_file
from explorer.ui.tour.place import go_to, number


def show_tour(page: str) -> None:
    """The panel, if the session takes the tour.

    Args:
        page: Title of the page that is open.
    """
    at = number()
    if at is None:
        return
    step, last = steps()[at - 1], COUNT
    st.html(f"<style>{browser_file('tour.css')}</style>")
    is_here = page == PAGE_TITLES[step.page]
    with st.container(key="tour", border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"**{at} of {last} · {step.title}**", width="stretch")
            st.button("Back", on_click=go_to, args=(at - 1,), disabled=at == 1, key="tour_back")
            st.button("Begin again" if is_here else "Go there", on_click=go_to, args=(at,), key="tour_again")
            if at < last:
                st.button("Next", on_click=go_to, args=(at + 1,), type="primary", key="tour_next")
            st.button("Leave" if at < last else "Finish", on_click=go_to, args=(None,), key="tour_leave")
        if not is_here:
            st.markdown(f"This step is on *{PAGE_TITLES[step.page]}*.")
            return
        do, see = st.columns((4, 5), gap="medium")
        do.markdown(f":material/touch_app: {step.do}")
        see.markdown(f":material/visibility: {step.see}")
        if not _has_weights(step):
            st.caption(f"The weights {step.weights} are not here: fetch them on *Classify*, or go on.")


def _has_weights(step: Step) -> bool:
    network = network_of(step.config)
    return step.weights is None or find_source(step.weights, network) in available(network)
