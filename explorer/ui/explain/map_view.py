"""Picture, map and overlay side by side, how they are shown, and what can be taken away; nothing runs the network."""

import numpy as np
import streamlit as st

from explorer.figures.badge import badge_of
from explorer.ui.explain.appearance import choose_display, is_signed
from explorer.ui.explain.evidence_downloads import show_downloads
from explorer.ui.explain.question import Question
from explorer.ui.painted.map_pictures import MapWords, map_pictures
from explorer.vision.checks.judgement import is_flat
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.upscaling import upscaled

_PANEL_PX = 280
_THIRDS = (("top left", "top", "top right"), ("left", "centre", "right"), ("bottom left", "bottom", "bottom right"))


def show_map(question: Question, heat_map: HeatMap) -> None:
    """The three pictures, and above them what they are, how they are shown and what can be taken away."""
    signed = is_signed(heat_map.method)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="map_bar"):
            guess = " · the network is **guessing**" if question.is_guess else ""
            choose_display(heat_map)  # at the left: its panel covers the photograph, and not what it changes
            st.caption(f"{question.facts.title} {question.place_words}{guess}")
            with st.popover("Download", icon=":material/download:"), st.container(width=_PANEL_PX):
                show_downloads(question, heat_map, signed)
        seen = question.subject.seen
        map_pictures(
            seen.preview,
            seen.preview_size,
            heat_map.signed,
            heat_map.field,
            heat_map.input_size,
            signed=signed,
            badge=badge_of(heat_map.provenance.state),
            words=_words(question, heat_map, signed),
            key="map_pictures",
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


def _words(question: Question, heat_map: HeatMap, signed: bool) -> MapWords:
    subject = question.subject
    rows, columns = heat_map.signed.shape
    hottest = hottest_place(heat_map)
    where = f"the largest value at the {hottest}" if hottest else "no value stands out above 0"
    what = f"{question.facts.title} of {question.target_words}"
    nothing = ""
    if not (heat_map.signed if signed else heat_map.values).any():
        # An even picture in the darkest colour would look like an answer.
        nothing = (
            "Nothing to paint: no cell is above 0. That is the network's answer, not a fault; the reason is below."
        )
    return MapWords(
        title=f"{what} {question.place_words}",
        picture=f"{subject.seen.width} × {subject.seen.height} px",
        map=f"{rows} × {columns} cells",
        picture_alt=subject.picture.alt,
        map_alt=f"Heat map, {what}: {rows} by {columns} cells, {where}",
        overlay_alt=f"{subject.picture.alt}; over it the heat map, {where}",
        of=what,
        nothing=nothing,
        file_name=question.file_name,
    )
