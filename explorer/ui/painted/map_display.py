"""How maps look, and saving them as they look: both in the browser, without the server.

What a person sets holds for all maps of the browser's tab, whatever the layer and the page.
"""

import streamlit as st

from explorer.figures.maps.colour_maps import COLOUR_MAPS
from explorer.ui.browser import browser_file
from explorer.ui.painted.painting import colour_maps

# Once for the process: a component that is registered again on every run loses its state.
_display = st.components.v2.component(
    "map_display",
    html=browser_file("maps/display.html"),
    css=browser_file("maps/display.css"),
    js=browser_file("maps/look.js") + browser_file("maps/display.js"),
)
_files = st.components.v2.component(
    "map_files",
    html=browser_file("maps/files.html"),
    css=browser_file("maps/files.css"),
    js=browser_file("maps/files.js"),
)


def map_display(own: float, *, signed: bool, key: str) -> None:
    """Opacity, colours and range of the pictures that `explorer.ui.painted.map_pictures` shows.

    Args:
        own: The end of the map's own range, from which a fixed one starts.
        signed: Whether the map is shown with values below 0.
        key: Unique on the page.
    """
    colours = [(name, COLOUR_MAPS[name].partition(":")[0]) for name in colour_maps(signed)]
    _display(key=key, data={"own": own, "colours": colours})


def map_files(*, painted: bool, key: str) -> None:
    """Buttons that save overlay and map as they are painted; idle if nothing is."""
    _files(key=key, data={"painted": painted})
