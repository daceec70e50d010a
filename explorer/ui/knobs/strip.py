"""The headline in the phone's drawer, where the page that follows the knobs is out of sight."""

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.arch.knobs import Config
from explorer.quantities import exact, rounded
from explorer.ui.browser import browser_file
from explorer.ui.session import cache, state

# Once for the process.
_drawer = st.components.v2.component("drawer", js=browser_file("drawer.js"))


def close_drawer_for_pages() -> None:
    """On a phone a page that is chosen closes the drawer. To be called at a page's end: it takes a line."""
    _drawer(key="drawer")


def strip_place(config: Config) -> DeltaGenerator:
    """The strip at the lower edge of the drawer, with the counts of `config`; only a phone shows it."""
    tally = cache.tally(config)
    place = st.container(key="headline_strip", gap=None)
    place.html(f"<span><b>{exact(tally.params)}</b> parameters</span><span><b>{rounded(tally.macs)}</b> MACs</span>")
    return place


def show_answer_in(strip: DeltaGenerator) -> None:
    """Adds what the page found, once it stands: the answer, or the state of the weights."""
    words = state.take_headline()
    if words:
        strip.html(f"<span>{escape(words)}</span>")
