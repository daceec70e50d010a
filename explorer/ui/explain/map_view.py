"""Picture, map and overlay side by side, and how they are shown; nothing here runs the network."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from explorer.figures.badge import badge_of
from explorer.figures.maps.colour_bar import colour_bar_html
from explorer.figures.maps.overlay import map_picture, overlay, png_bytes
from explorer.ui.explain.appearance import Appearance, choose_appearance
from explorer.ui.explain.evidence_downloads import show_downloads
from explorer.ui.explain.question import Question
from explorer.vision.checks.judgement import is_flat
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.upscaling import upscaled

_THIRDS = (("top left", "top", "top right"), ("left", "centre", "right"), ("bottom left", "bottom", "bottom right"))


@dataclass(frozen=True, slots=True, eq=False)
class MapPictures:
    """A map in colours.

    Attributes:
        cells: (h, w, 3): each pixel has the colour of the cell that is nearest.
        overlay: (h, w, 3): over the picture, smoothly interpolated.
    """

    cells: np.ndarray
    overlay: np.ndarray


@st.fragment
def show_map(question: Question, heat_map: HeatMap) -> None:
    """The three pictures, the widgets that change their colours, and the files to take away."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(f"{question.facts.title} {question.place_words}", width="stretch")
    with row.popover("Display", icon=":material/palette:"):
        appearance = choose_appearance(heat_map)
    shown = map_pictures(question, heat_map, appearance)
    with row.popover("Download", icon=":material/download:"):
        show_downloads(question, heat_map, appearance.signed, shown.cells, shown.overlay)
    _show_pictures(question, heat_map, appearance, shown)


def map_pictures(question: Question, heat_map: HeatMap, appearance: Appearance) -> MapPictures:
    """The map as it is to be shown, over the picture as people see it."""
    picture = np.asarray(Image.open(BytesIO(question.subject.seen.preview)).convert("RGB"))
    place = (heat_map.field, heat_map.input_size, *picture.shape[:2])
    values = appearance.values(heat_map)
    colours: dict[str, Any] = {
        "colour_map": appearance.colour_map,
        "low": appearance.low,
        "high": appearance.high,
        "badge": badge_of(heat_map.provenance.state),
    }
    return MapPictures(
        map_picture(upscaled(values, *place, smooth=False), **colours),
        overlay(picture, upscaled(values, *place), **colours, opacity=appearance.opacity),
    )


def hottest_place(heat_map: HeatMap) -> str | None:
    """Where the largest value lies, in words; None if no value is above 0, or all are equal."""
    values = heat_map.values
    if not values.any() or is_flat(heat_map.signed):
        return None
    size = heat_map.input_size
    large = upscaled(values, heat_map.field, size, size, size)
    row, column = np.unravel_index(large.argmax(), large.shape)
    return _THIRDS[int(3 * row // size)][int(3 * column // size)]


def _show_pictures(question: Question, heat_map: HeatMap, appearance: Appearance, shown: MapPictures) -> None:
    subject = question.subject
    rows, columns = heat_map.signed.shape
    hottest = hottest_place(heat_map)
    where = f"the largest value at the {hottest}" if hottest else "no value stands out above 0"
    what = f"{question.facts.title} of {question.target_words}"
    original, cells, over = st.columns(3, gap="small")
    with original:
        st.image(subject.seen.preview, width="stretch", alt=subject.picture.alt)
        st.caption(f"**Picture** · {subject.seen.width} × {subject.seen.height} px")
    if not appearance.values(heat_map).any():
        with cells.container(border=True):
            # An even picture in the darkest colour would look like an answer.
            st.markdown(":material/visibility_off: **Nothing to paint.** No cell is above 0; the reason stands above.")
        return
    with cells:
        st.image(png_bytes(shown.cells), width="stretch", alt=f"Heat map, {what}: {rows} by {columns} cells, {where}")
        st.caption(f"**Map** · {rows} × {columns} cells, as the network has them")
        st.html(colour_bar_html(appearance.colour_map, appearance.low, appearance.high, title=what))
    with over:
        st.image(_jpeg(shown.overlay), width="stretch", alt=f"{subject.picture.alt}; over it the heat map, {where}")
        st.caption("**Overlay** · smoothly interpolated")


def _jpeg(picture: np.ndarray) -> bytes:
    """For the page alone, a fifth of the PNG's size; what is taken away is a PNG."""
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=92)
    return file.getvalue()
