"""The film: the same question at every depth, a frame for each place; a click on a frame looks there."""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from explorer.arch.places.taps import convolutions, find_tap, last_tap, module_outputs
from explorer.figures.badge import badge_of, stamped
from explorer.figures.maps.overlay import overlay
from explorer.figures.theme import flow_colours
from explorer.ui.browser import browser_file
from explorer.ui.explain.question import Question
from explorer.ui.links.linked import choose
from explorer.ui.links.view_link import LAYER, STAGE
from explorer.ui.session import cache
from explorer.ui.widgets.clickable_diagram import PRESSABLE_JS
from explorer.vision.checks.judgement import judge
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.upscaling import upscaled

_MODULES, _CONVOLUTIONS = "Every module", "Every convolution"
_FRAME_PX = 200
_OPACITY = 0.85

_film = st.components.v2.component(
    "film", html='<div class="flows"></div>', css=browser_file("film.css"), js=PRESSABLE_JS
)


def show_film(question: Question) -> None:
    """A switch that lets the film be shown, and the film."""
    st.subheader("The film")
    st.markdown(
        f"The same question, *{question.target_words}*, at every depth: Grad-CAM of all places by one pass forward "
        "and back. Click a frame to look there."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.toggle("Show the film", key="film", persist_state="session")
        places = st.segmented_control(
            "Frames",
            (_MODULES, _CONVOLUTIONS),
            default=_MODULES,
            required=True,
            key="film_places",
            persist_state="session",
            label_visibility="collapsed",
            disabled=not is_wanted,
        )
    if not is_wanted:
        return
    subject = question.subject
    maps = cache.film(subject.look, question.target)
    modules = len(module_outputs(subject.graph))
    shown = maps[-modules:] if places == _MODULES else maps[:-modules]
    titles = {module.title: module.name for module in subject.graph.modules()}
    picture = _small(subject.seen.preview)
    colours = flow_colours(subject.graph)
    flows = []
    for flow in subject.graph.flows:
        frames = [
            _frame(each, titles[each.tap.module] if places == _MODULES else each.tap.layer, picture, question)
            for each in shown
            if each.tap and each.tap.flow == flow.name
        ]
        if frames:
            html = f'<h4>{escape(flow.title)}</h4><div class="frames">{"".join(frames)}</div>'
            flows.append({"colour": colours[flow.name], "svg": html})
    _film(key="film_frames", data={"flows": flows}, on_clicked_change=lambda: _press(question))
    st.caption(
        "Each frame has a range of its own, from 0 to its largest value: frames show where, not how much. Cells of "
        "early layers are small and depend on few pixels around them, those of late ones are coarse and depend on "
        "many. "
        + (
            "Each frame is taken at the module's output."
            if places == _MODULES
            else "Each frame is taken at the layer's own output, of a separable convolution the pointwise one."
        )
    )


def _frame(heat_map: HeatMap, title: str, picture: np.ndarray, question: Question) -> str:
    tap = heat_map.tap
    assert tap is not None
    place = (heat_map.field, heat_map.input_size, *picture.shape[:2])
    high = float(heat_map.values.max())
    frame = stamped(
        overlay(picture, upscaled(heat_map.values, *place), colour_map="viridis", low=0.0, high=high, opacity=_OPACITY),
        badge_of(heat_map.provenance.state),
    )
    rows, columns = heat_map.signed.shape
    nothing = {"clear": "", "flat": " · flat", "negative": " · none > 0"}[judge(heat_map).kind]
    note = f"{rows} × {columns}{nothing}"
    alt = f"{title}, {tap.stage_words}: Grad-CAM of {question.target_words}, {note}"
    inside = (
        f'<img src="{_address(frame)}" alt="{escape(alt)}"><div class="title">{escape(title)}</div>'
        f'<div class="note">{escape(note)}</div>'
    )
    pressed = str(tap == question.tap).lower()
    return (
        f'<button type="button" class="frame" data-kind="tap" data-name="{escape(tap.node)}" aria-pressed="{pressed}" '
        f'title="Look at {escape(tap.node)}">{inside}</button>'
    )


def _press(question: Question) -> None:
    clicked = st.session_state["film_frames"].get("clicked")
    name = clicked.get("name") if isinstance(clicked, Mapping) else None
    graph = question.subject.graph
    frames = (*convolutions(graph), *module_outputs(graph))
    tap = next((tap for tap in frames if tap.node == name), None)
    if tap is not None:
        usual = last_tap(graph)
        choose(LAYER, tap.layer, usual.layer)
        choose(STAGE, tap.stage, usual.stage if tap.layer == usual.layer else find_tap(graph, tap.layer).stage)


def _small(preview: bytes) -> np.ndarray:
    image = Image.open(BytesIO(preview)).convert("RGB")
    image.thumbnail((_FRAME_PX, _FRAME_PX))
    return np.asarray(image)


def _address(picture: np.ndarray) -> str:
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{b64encode(file.getvalue()).decode()}"
