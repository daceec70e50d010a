"""By which method a picture is explained."""

import streamlit as st

from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.view_link import METHOD
from explorer.vision.methods.table import METHODS

_USUAL: str = next(iter(METHODS))


def choose_method() -> str:
    """Asks for a method."""
    method: str = linked(METHOD, METHODS, _USUAL)
    st.pills(
        "Method",
        tuple(METHODS),
        format_func=_words,
        required=True,
        wrap=True,
        key=widget_key(METHOD),
        on_change=take,
        args=(METHOD, _USUAL),
        help="Methods with a clock run the network many times: they tell how long they will take, then wait for you.",
    )
    return method


def _words(method: str) -> str:
    facts = METHODS[method]
    return f":material/schedule: {facts.title}" if facts.slow else facts.title
