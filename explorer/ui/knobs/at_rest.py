"""The knobs on a page where none of them acts: not drawn, and back where they stood when it is left.

To show them there would be a promise that nothing keeps. Streamlit forgets a widget that a run does not draw, so what
they stood at is remembered, and turned to again on the next page.
"""

import streamlit as st

from explorer.arch.knobs import Config, knobs
from explorer.configuration.link import NETWORK, from_query
from explorer.configuration.registry import network_of
from explorer.ui.knobs.turning import set_knobs, turn_back
from explorer.ui.links.linked import choose
from explorer.ui.links.opening_link import LINKED, WEIGHTS
from explorer.ui.session import state

_AT_REST = "knobs_at_rest"


def rest() -> None:
    """Says at the side why there are no knobs; a session that begins here takes them from its link."""
    if not state.has_config():
        state.set_config(_config_of_link())
    st.session_state[_AT_REST] = True
    st.caption(
        "Each picture of this page has knobs of its own. Those of the network wait on the other pages as you left them."
    )


def take_up(*, is_told_otherwise: bool) -> None:
    """On the page after: what the link asks for if a chapter's link led here, else all as it was left.

    A chapter's link names the network; the row of pages leads to a page without a link.

    Args:
        is_told_otherwise: Whether the tour or the browser's history says where the knobs stand.
    """
    if not st.session_state.pop(_AT_REST, False) or is_told_otherwise:
        return
    if NETWORK not in st.query_params:
        turn_back(state.config())
        return
    config = _config_of_link()
    state.set_config(config)
    query = st.query_params.to_dict()
    set_knobs(config)
    for name in LINKED:
        choose(name, query.get(name), "")
    if WEIGHTS in query:
        st.session_state[WEIGHTS] = query[WEIGHTS]


def _config_of_link() -> Config:
    query = st.query_params.to_dict()
    network = network_of(from_query({NETWORK: query[NETWORK]} if NETWORK in query else {}).config)
    names = {NETWORK, *knobs(network.config)}
    return from_query({name: text for name, text in query.items() if name in names}).config
