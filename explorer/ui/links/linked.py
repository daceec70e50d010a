"""Choices that stand in the link under names of their own and are shared by the pages, while widgets show words.

Streamlit's binding (`bind="query-params"`) writes the words that a widget shows into the link and lets go of them with
the page. Here the link holds what the command line takes too (`stage=act`), and another page goes on with the choice.
"""

from collections.abc import Callable, Collection

import streamlit as st


def linked(name: str, options: Collection[str], usual: str, read: Callable[[str], str] = str) -> str:
    """What the link asks for, else what was last chosen in this session, if it is one of `options`; else `usual`.

    To be called before the widget with the key `widget_key(name)` is drawn, whose value it sets.

    Args:
        name: In the link.
        options: What can be chosen.
        usual: What need not stand in the link.
        read: Turns what the link says into the option that is meant.
    """
    asked = read(asked_for(name))
    value = asked if asked in options else usual
    choose(name, value, usual)
    st.session_state[widget_key(name)] = value
    return value


def asked_for(name: str) -> str:
    """What the link or this session's last choice says, whether or not it can be had; "" if neither says anything."""
    return st.query_params.get(name) or st.session_state.get(_last(name)) or ""


def choose(name: str, value: str | None, usual: str) -> None:
    """Puts a choice into the link; the usual one, and none, need not stand there."""
    if value is None or value == usual:
        st.session_state[_last(name)] = None
        st.query_params.pop(name, None)
    else:
        st.session_state[_last(name)] = value
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def take(name: str, usual: str) -> None:
    """For `on_change` of the widget: what was chosen goes into the link."""
    choose(name, st.session_state[widget_key(name)], usual)


def widget_key(name: str) -> str:
    """Key of the widget in which `name` is chosen."""
    return f"choice-{name}"


def _last(name: str) -> str:
    return f"last-{name}"
