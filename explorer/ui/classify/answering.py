"""Whether the network of the knobs with the chosen weights tells classes, and if not, why."""

import streamlit as st

from explorer.configuration.registry import network_of
from explorer.ui.choose.choice_bar import Choice
from explorer.ui.choose.weights_choice import offer_trained_settings, show_badge
from explorer.ui.links.opening_link import OWN_FILE, WEIGHTS
from explorer.ui.session import cache


def can_answer(choice: Choice, bar: "st.delta_generator.DeltaGenerator") -> bool:
    """Whether it does; shows the weights' badge on `bar`, and below it says what stands in the way."""
    source, config = choice.source, choice.config
    if source is None:
        show_badge("random", "random", place=bar)
        if st.session_state.get(WEIGHTS) == OWN_FILE:
            st.info("There is no weights file of yours here yet: choose one above.")
        elif not network_of(config).trained:
            st.info(
                "With random weights an answer means nothing: no classes are shown. *Explain* and *Feature maps* "
                "run it."
            )
        offer_trained_settings(None)
        return False
    obstacles = cache.obstacles(config, source)
    if obstacles:
        show_badge("random", "random", obstacles, place=bar)
        st.warning(
            "Nobody trained the network that the knobs describe, and these weights do not fit it. It has only "
            "random weights, with which its answers mean nothing: no classes are shown.",
            icon=":material/casino:",
        )
        offer_trained_settings(source)
        return False
    provenance = cache.network(config, source).provenance
    show_badge(provenance.state, f"{provenance.state}: {provenance.source}", provenance.sentences, place=bar)
    if not cache.is_classifier(source):
        st.info("These weights have no head: there are no classes to tell. *Feature maps* shows what they see.")
        return False
    return True
