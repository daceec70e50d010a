"""Tabs of which one is open at a time, the one that the link names, and only that one is made."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

from explorer.ui.links.linked import asked_for, choose, widget_key


def open_tab(name: str, titles: Mapping[str, str], usual: str) -> tuple[str, AbstractContextManager[Any]]:
    """Draws the tabs; returns which one is open, as links call it, and where it is to be drawn.

    Args:
        name: Of the choice, in the link.
        titles: Those that there are, by their names in the link.
        usual: What is open unless the link or this session says otherwise.
    """
    opened = next((each for each in titles if each == asked_for(name)), usual)
    st.session_state[widget_key(name)] = titles[opened]
    tabs = st.tabs(list(titles.values()), key=widget_key(name), on_change=_take, args=(name, dict(titles), usual))
    return opened, tabs[list(titles).index(opened)]


def _take(name: str, titles: Mapping[str, str], usual: str) -> None:
    title = st.session_state[widget_key(name)]
    choose(name, next(each for each, known in titles.items() if known == title), usual)
