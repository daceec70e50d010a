"""What is shown of the chosen channel: one panel at a time, and only the open one is made."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

from explorer.ui.links.channel_link import PANEL, USUAL_PANEL, Panel
from explorer.ui.links.linked import asked_for, choose, widget_key

_TITLES: dict[Panel, str] = {
    "channels": "Channels",
    "cell": "What a cell depends on",
    "apart": "Taken apart",
    "wants": "Wants to see",
    "kernels": "Kernels",
}


def open_panel(offered: Sequence[Panel]) -> tuple[Panel, AbstractContextManager[Any]]:
    """Draws the tabs; returns which one is open, as links call it, and where it is to be drawn.

    Args:
        offered: Which there are here, the usual one among them.
    """
    name = next((each for each in offered if each == asked_for(PANEL)), USUAL_PANEL)
    st.session_state[widget_key(PANEL)] = _TITLES[name]
    tabs = st.tabs([_TITLES[each] for each in offered], key=widget_key(PANEL), on_change=_take)
    return name, tabs[offered.index(name)]


def _take() -> None:
    title = st.session_state[widget_key(PANEL)]
    choose(PANEL, next(name for name, known in _TITLES.items() if known == title), USUAL_PANEL)
