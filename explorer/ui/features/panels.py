"""What is shown of the chosen channel: one panel at a time, and only the open one is made."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from explorer.ui.links.linked_tabs import open_tab
from explorer.ui.links.parts.channel_link import PANEL, USUAL_PANEL, Panel

_TITLES: dict[Panel, str] = {
    "channels": "Channels",
    "cell": "What a cell depends on",
    "apart": "Taken apart",
    "wants": "Wants to see",
    "kernels": "Kernels",
}


def open_panel(offered: Sequence[Panel]) -> tuple[str, AbstractContextManager[Any]]:
    """Draws the tabs; returns which one is open, as links call it, and where it is to be drawn.

    Args:
        offered: Which there are here, the usual one among them.
    """
    return open_tab(PANEL, {each: _TITLES[each] for each in offered}, USUAL_PANEL)
