"""How a map is shown: the display's popover, of which only *Signed* asks the server, and the usual look of files."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.maps.colour_maps import DIVERGING
from explorer.ui.painted.map_display import map_display
from explorer.ui.painted.painting import own_range
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.table import METHODS

SIGNED = "map_signed"
"""Key of the switch in the session."""

_USUAL_OPACITY = 0.75


@dataclass(frozen=True, slots=True)
class Appearance:
    """How a map is shown.

    Attributes:
        colour_map: One of `explorer.figures.maps.colour_maps.COLOUR_MAPS`.
        low: Value of the first colour.
        high: Value of the last colour.
        opacity: Of the map over the picture, 0 to 1.
        signed: Whether values below 0 show.
    """

    colour_map: str
    low: float
    high: float
    opacity: float
    signed: bool

    def values(self, heat_map: HeatMap) -> np.ndarray:
        """What of the map is shown."""
        return heat_map.signed if self.signed else heat_map.values


def usual_appearance(signed: bool, high: float) -> Appearance:
    """How a map is shown unless somebody changes it, with `high` for the last colour."""
    if signed:
        (diverging,) = DIVERGING
        return Appearance(diverging, -high, high, _USUAL_OPACITY, True)
    return Appearance("viridis", 0.0, high, _USUAL_OPACITY, False)


def is_signed(method: str) -> bool:
    """Whether what speaks against the target shows too: switched on, and by a method whose signs mean something."""
    return METHODS[method].signed and bool(st.session_state.get(SIGNED))


def choose_display(heat_map: HeatMap) -> None:
    """A popover that asks how the map is to be shown; what was chosen holds for the next map too."""
    with st.popover("Display", icon=":material/tune:"):
        if METHODS[heat_map.method].signed:
            # Sentences and film follow, which the server makes; everything else is the browser's.
            st.toggle(
                "Signed",
                key=SIGNED,
                persist_state="session",
                help="Show evidence against the target too, in blue, instead of cutting it off at 0.",
            )
        signed = is_signed(heat_map.method)
        map_display(own_range(heat_map.signed, signed), signed=signed, key="map_display")
