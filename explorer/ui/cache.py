"""All caches of the app: bounded, shared by the sessions, keyed by frozen values, holding only immutable ones."""

import streamlit as st

from explorer.arch.knobs import Config
from explorer.arch.networks import graph_of
from explorer.arch.tally import Tally
from explorer.arch.tally import tally as tally_of
from explorer.model.verify import Verification, verify


@st.cache_resource(max_entries=64, show_spinner=False)
def tally(config: Config) -> Tally:
    """The tally of a configuration."""
    return tally_of(graph_of(config))


@st.cache_resource(max_entries=16, show_spinner="Building with Keras and comparing every layer …")
def verification(config: Config) -> Verification:
    """The tally held against the model that Keras builds."""
    return verify(graph_of(config), profile=True)
