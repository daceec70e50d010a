"""A photograph, a map of it and both together, painted in the browser: how they look is changed without the server.

The browser gets the photograph and the map's numbers once, by their addresses, and paints what
`explorer.figures.maps.overlay` paints.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.arch.receptive_field import ReceptiveField
from explorer.ui.browser import browser_file
from explorer.ui.painted.painting import (
    address,
    badge_address,
    cell_places,
    colour_tables,
    numbers_address,
    own_range,
    painter_js,
)

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component(
    "map_pictures",
    html=browser_file("maps/pictures.html"),
    css=browser_file("maps/pictures.css"),
    js=painter_js("pictures"),
)


@dataclass(frozen=True, slots=True)
class MapWords:
    """What is said of the pictures.

    Attributes:
        title: Of all of them, for who does not see them.
        picture: The photograph's size; stands below it.
        map: The map's; likewise.
        picture_alt: The photograph in words.
        map_alt: The map in words.
        overlay_alt: The map over the photograph in words.
        of: What the values are, as "Grad-CAM of cup"; stands at the scale.
        nothing: What is said in the place of a map that has nothing to paint; "" if it has.
        file_name: How the names of saved pictures begin.
    """

    title: str
    picture: str
    map: str
    picture_alt: str
    map_alt: str
    overlay_alt: str
    of: str
    nothing: str
    file_name: str


def map_pictures(
    photograph_jpeg: bytes,
    size: tuple[int, int],
    values: np.ndarray,
    field: ReceptiveField,
    input_size: int,
    *,
    signed: bool,
    badge: str | None,
    words: MapWords,
    key: str,
) -> None:
    """Shows the photograph, the map's cells, and the map smoothly interpolated over the photograph.

    Opacity, colours and range are those that `explorer.ui.painted.map_display` lets a person set.

    Args:
        photograph_jpeg: A JPEG file.
        size: Its width and height, px.
        values: (rows, columns), finite: what speaks for the target above 0, what speaks against it below.
        field: Of the map's cells, in px of what the network saw.
        input_size: Side of what the network saw, px.
        signed: Whether values below 0 are shown too; else they are cut off at 0.
        badge: What the pictures say of the weights, as `explorer.figures.badge.badge_of` has it.
        words: What is said of them.
        key: Unique on the page.
    """
    data = {
        "picture": address(photograph_jpeg, "image/jpeg", f"{key} photograph"),
        "map": numbers_address(values, f"{key} values"),
        "size": size,
        "shape": values.shape,
        "field": cell_places(field),
        "inputSize": input_size,
        "signed": signed,
        "own": own_range(values, signed),
        "tables": colour_tables(signed),
        "badge": badge_address(size[0], badge),
        "title": words.title,
        "captions": {"picture": words.picture, "map": words.map, "overlay": "smoothly interpolated"},
        "alts": {"picture": words.picture_alt, "map": words.map_alt, "overlay": words.overlay_alt},
        "of": words.of,
        "nothing": words.nothing,
        "name": words.file_name,
    }
    _component(key=key, data=data)
