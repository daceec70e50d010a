"""Choices that hold on every page and stand in the link under names of their own, whatever the widget shows.

The session knows them. A link that comes with a click may be older than the choice, and the browser drops them from
the link with a page; only at a session's start, and where the caller says so, is the link the one that is right.
"""

import streamlit as st

from explorer.configuration.link import NETWORK

FREED = "freed"
"""Knobs that weights would set and a person unlocked, with commas between them."""

PINS = "pins"
"""Configurations that a person pinned, each as a word, with spaces between them."""

_KEPT = (NETWORK, FREED, PINS)


def follow_link(*, is_right: bool = False) -> None:
    """At the beginning of a run: writes into the link what the session knows, or takes it from a link that is right."""
    for name in _KEPT:
        if is_right or _key(name) not in st.session_state:
            st.session_state[_key(name)] = st.query_params.get(name, "")
        else:
            _write(name)


def kept(name: str) -> str:
    """What was chosen; "" for what need not stand in the link."""
    key = _key(name)
    return str(st.session_state[key] if key in st.session_state else st.query_params.get(name, ""))


def keep(name: str, value: str) -> None:
    """Chooses; "" for what need not stand in the link."""
    st.session_state[_key(name)] = value
    _write(name)


def _write(name: str) -> None:
    value = kept(name)
    if st.query_params.get(name, "") != value:
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def _key(name: str) -> str:
    return f"kept-{name}"
