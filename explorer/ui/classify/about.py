"""What there is to know about an answer: what the network got, and how far its classes reach."""

import streamlit as st

from explorer.arch.knobs import knobs
from explorer.configuration.registry import network_of
from explorer.ui.choose.beside import Beside
from explorer.ui.classify.input_view import show_input
from explorer.ui.session import cache
from explorer.vision.look import Look

_FEW_CLASSES = 20
"""Up to here a network is so narrow that most pictures show none of its classes."""


def show_about(look: Look, beside: Beside | None) -> None:
    """The picture as the network gets it, that of the network beside it too, and what to bear in mind."""
    st.header("What the network got")
    others = [beside.look] if beside and beside.look else []
    *inputs, words = st.columns((2, 2, 4) if others else (2, 4), gap="medium")
    for number, (place, each) in enumerate(zip(inputs, (look, *others), strict=True)):
        with place:
            show_input(each, str(number))
    with words:
        for sentence in (_classes(look), _turn(look)):
            st.markdown(sentence)


def _classes(look: Look) -> str:
    count = cache.prediction(look).logits.size
    if count > _FEW_CLASSES:
        return ""
    return (
        f"These weights know {count} classes and nothing else: every picture is forced into one of them, whatever it "
        "shows. A high entropy is the network's way of saying that it does not know; a low one is no proof that it "
        "does."
    )


def _turn(look: Look) -> str:
    repeats = network_of(look.config).repeats
    if not repeats:
        return ""
    label = knobs(type(look.config))[repeats.knob].label
    return f"Turn **{label}** at the side: the pretrained network loses or gains modules, and still answers."
