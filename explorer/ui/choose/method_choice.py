"""By which method a picture is explained."""

import streamlit as st

from explorer.ui.choose.name_width import width_of
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.parts.view_link import METHOD
from explorer.vision.methods.table import METHODS

_USUAL: str = next(iter(METHODS))
_WIDTH_PX = 150


def choose_method() -> str:
    """Asks for a method."""
    method: str = linked(METHOD, METHODS, _USUAL)
    st.selectbox(
        "Method",
        tuple(METHODS),
        format_func=_words,
        key=widget_key(METHOD),
        on_change=take,
        args=(METHOD, _USUAL),
        width=width_of(_words(method), _WIDTH_PX),
        help="A slow method runs the network many times: it says how long it will take, then waits for you.",
    )
    return method


def _words(method: str) -> str:
    facts = METHODS[method]
    return f"{facts.title} (slow)" if facts.slow else facts.title
