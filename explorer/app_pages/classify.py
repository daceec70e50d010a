"""Classify: real photographs by real weights, in the network that the knobs describe."""

import streamlit as st

from explorer.arch.knobs import knobs
from explorer.configuration.brought import with_head_of
from explorer.configuration.registry import network_of
from explorer.ui.choose.picture_choice import choose_pictures
from explorer.ui.choose.weights_choice import choose_weights, offer_trained_knobs, show_badge
from explorer.ui.classify.predictions import show_predictions
from explorer.ui.links.opening_link import OWN_FILE, WEIGHTS
from explorer.ui.session import cache, state
from explorer.ui.session.error_boundary import explained

st.title("Classify")
repeats = network_of(state.config()).repeats
turn = (
    f" Turn **{knobs(type(state.config()))[repeats.knob].label}** at the side: the pretrained network loses or gains "
    "modules, and still answers."
    if repeats
    else ""
)
st.markdown(f"A photograph, through the network of your knobs, with weights that were really trained.{turn}")
source = choose_weights()
pictures = choose_pictures(source)
if source is None and not network_of(state.config()).trained and st.session_state.get(WEIGHTS) != OWN_FILE:
    show_badge("random", "random")
    st.info("With random weights an answer means nothing: no classes are shown. *Explain* and *Feature maps* run it.")
if source is not None:
    with explained():
        config = with_head_of(state.config(), cache.config_of(source))
        obstacles = cache.obstacles(config, source)
        if obstacles:
            show_badge("random", "random", obstacles)
            st.warning(
                "Nobody trained the network that the knobs describe, and these weights do not fit it. It has only "
                "random weights, with which its answers mean nothing: no classes are shown.",
                icon=":material/casino:",
            )
            offer_trained_knobs(source)
        elif not cache.is_classifier(source):
            st.info("These weights have no head: there are no classes to tell. *Feature maps* shows what they see.")
        elif pictures:
            show_predictions(pictures, config, source)
            if remark := cache.engine_remark():
                st.caption(remark)
