"""A photograph through the drawing: by which weights, and the map of each module."""

from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config
from explorer.arch.places.taps import Tap
from explorer.errors import ImageError
from explorer.figures.badge import badge_of
from explorer.figures.diagram.live_maps import LiveMap, LiveMaps
from explorer.figures.real_numbers import significant
from explorer.ui.choose.fitting_weights import has_own_head
from explorer.ui.choose.weights_choice import say_that_nobody_trained, show_badge
from explorer.ui.painted.painting import address
from explorer.ui.session import cache
from explorer.vision.features.module_maps import MOST_CELLS
from explorer.vision.look import Look

if TYPE_CHECKING:
    import numpy as np

_COLOUR_MAP = "viridis"
_PHOTOGRAPH_PX = 128
_PLACES = (("top left", "top", "top right"), ("left", "middle", "right"), ("bottom left", "bottom", "bottom right"))


def say_weights(look: Look, config: Config, row: "st.delta_generator.DeltaGenerator") -> None:
    """Says in `row` by which weights the photograph runs through the network `config`, and below what they lack."""
    run, source = look.config, look.weights
    provenance = cache.network(run, source).provenance
    is_random = provenance.state == "random"
    words = "random" if is_random else f"{provenance.state}: {provenance.source}"
    remarks = list(provenance.sentences) if source else []
    if source and not is_random and has_own_head(look, config):
        remarks.append(f"The head is that of {source.name}: no module before it depends on it.")
    show_badge(provenance.state, words, (" ".join(remarks),) if remarks else (), place=row)
    if is_random and say_that_nobody_trained(source):
        st.rerun()


def maps_of(look: Look) -> LiveMaps:
    """The maps of all modules, with a word on how to read them.

    Raises:
        ExplorerError: If the picture cannot be read or the network would not fit; for `error_boundary`.
    """
    warning = badge_of(cache.network(look.config, look.weights).provenance.state) or ""
    maps = _maps(look, warning)
    st.caption(
        "Each map is of what its module hands on: the mean over the channels of the absolute activation, from its own "
        "least value, violet, to its own largest, yellow. It shows where, not how much. Maps of more than "
        f"{MOST_CELLS} cells a side are averaged down."
    )
    return maps


def _maps(look: Look, warning: str) -> LiveMaps:
    try:
        sheet = cache.module_sheet(look, _COLOUR_MAP, _PHOTOGRAPH_PX)
    except ImageError as error:
        raise ImageError(f"{look.picture.name}: {error}") from error
    names = {module.title: module.name for module in look.graph.modules()}
    first, *places = sheet.places
    photograph = LiveMap(first, look.picture.alt, ("as the network", "gets it"), is_smooth=True)
    maps = {}
    for each, place in zip(cache.module_maps(look), places, strict=True):
        name = names[each.tap.module]
        maps[name] = LiveMap(place, _label(name, each.tap, each.strength), _lines(each.tap, each.strength))
    return LiveMaps(
        address(sheet.png, "image/png", "photograph through the drawing"), sheet.size, photograph, maps, warning
    )


def _lines(tap: Tap, strength: "np.ndarray") -> tuple[str, ...]:
    return tap.stage_title, _cells(tap), _range(strength)


def _label(name: str, tap: Tap, strength: "np.ndarray") -> str:
    """The map in words."""
    row, column = divmod(int(strength.argmax()), strength.shape[1])
    place = _PLACES[3 * row // strength.shape[0]][3 * column // strength.shape[1]]
    return (
        f"{name}, {tap.stage_words}: {_cells(tap)}, mean absolute activation {_range(strength)}, largest at the {place}"
    )


def _cells(tap: Tap) -> str:
    return f"{tap.shape[0]} × {tap.shape[1]} cells"


def _range(strength: "np.ndarray") -> str:
    return f"{significant(float(strength.min()))} to {significant(float(strength.max()))}"
