"""How a map is shown: opacity, colours, range, and whether what speaks against the target shows too."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.maps.colour_maps import COLOUR_MAPS, DIVERGING, symmetric_limits
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.table import METHODS

SIGNED = "map_signed"
"""Key of the switch in the session."""

_OWN, _FIXED = "Own", "Fixed"
_SEQUENTIAL = tuple(name for name in COLOUR_MAPS if name not in DIVERGING)


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


def choose_appearance(heat_map: HeatMap) -> Appearance:
    """Asks how the map is to be shown; what was chosen holds for the next map too."""
    opacity_place, colour_place, range_place, sign_place = (st.container() for _ in range(4))
    can_be_signed = METHODS[heat_map.method].signed
    signed = can_be_signed and sign_place.toggle(
        "Signed",
        key=SIGNED,
        persist_state="session",
        help="Show what speaks against the target too, in blue, instead of cutting it off at 0.",
    )
    opacity = opacity_place.slider(
        "Opacity of the map", 0, 100, 75, 5, format="%d %%", key="map_opacity", persist_state="session"
    )
    if signed:
        (colour_map,) = DIVERGING
        colour_place.selectbox("Colours", (colour_map,), format_func=_name, disabled=True)
    else:
        colour_map = colour_place.selectbox(
            "Colours", _SEQUENTIAL, format_func=_name, key="map_colours", persist_state="session"
        )
    shown = heat_map.signed if signed else heat_map.values
    _, own = symmetric_limits(shown)
    high = _range(range_place, own)
    return Appearance(colour_map, -high if signed else 0.0, high, opacity / 100, signed)


def _name(colour_map: str) -> str:
    return COLOUR_MAPS[colour_map].partition(":")[0]


def _range(place: "st.delta_generator.DeltaGenerator", own: float) -> float:
    """The value of the last colour."""
    kind = place.segmented_control(
        "Range",
        (_OWN, _FIXED),
        default=_OWN,
        required=True,
        key="map_range",
        persist_state="session",
        help="Each map's own range shows its shape; a fixed one makes maps of one layer and method comparable.",
    )
    if kind == _OWN:
        return own
    return place.number_input(
        "The last colour stands for",
        min_value=0.0,
        value=float(f"{own:.2g}") if own else 1.0,
        format="%.4g",
        key="map_scale",
        persist_state="session",
    )
