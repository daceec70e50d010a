"""The film: the same question at every depth, a frame for each place; a click on a frame looks there."""

from typing import Any

import numpy as np
import streamlit as st

from explorer.arch.graph import Graph
from explorer.arch.places.taps import convolutions, find_tap, last_tap, module_outputs
from explorer.figures.badge import badge_of
from explorer.figures.theme import flow_colours
from explorer.ui.browser import browser_file
from explorer.ui.explain.appearance import is_signed
from explorer.ui.explain.question import Question
from explorer.ui.links.linked import choose
from explorer.ui.links.parts.view_link import LAYER, STAGE
from explorer.ui.painted.painting import (
    address,
    badge_address,
    cell_places,
    colour_tables,
    numbers_address,
    own_range,
    painter_js,
)
from explorer.ui.session import cache
from explorer.vision.checks.judgement import judge
from explorer.vision.methods.heat_map import HeatMap

_MODULES, _CONVOLUTIONS = "Every module", "Every convolution"
_METHOD = "grad-cam"
FILM = "film"
"""Key of the switch that shows it."""

_SMALL_PX = 240
"""As in film.js: the longer side of a frame below the screen."""

_film = st.components.v2.component(
    "film", html=browser_file("maps/film.html"), css=browser_file("maps/film.css"), js=painter_js("film")
)


def show_film(question: Question) -> None:
    """A switch that lets the film be shown, and the film."""
    st.subheader("The film")
    st.markdown(
        f"The same question, *{question.target_words}*, at every depth: Grad-CAM at all places from one pass forward "
        "and back. Click a frame, and the map above is of its layer."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.toggle("Show the film", key=FILM, persist_state="session")
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
    is_of_modules = places == _MODULES
    shown = maps[-modules:] if is_of_modules else maps[:-modules]
    _film(
        key="film_frames", data=_told(question, shown, is_of_modules), on_clicked_change=lambda: _press(subject.graph)
    )
    st.caption(
        "Each frame has its own range: frames show where, not how much. A frame without colour is no error: no cell "
        f"there speaks for {question.target_words}. Cells of early layers are small and depend on few pixels around "
        "them; those of late layers are coarse and depend on many. Opacity, colours and *Signed* are those of Display. "
        + (
            "Each frame is taken at the module's output."
            if is_of_modules
            else "Each frame is taken at the layer's output, of a separable convolution that of the pointwise one."
        )
    )


def _told(question: Question, shown: tuple[HeatMap, ...], is_of_modules: bool) -> dict[str, Any]:
    """What the browser is told to paint."""
    subject, signed = question.subject, is_signed(_METHOD)
    titles = {module.title: module.name for module in subject.graph.modules()}
    frames, first = [], 0
    for each in shown:
        tap = each.tap
        assert tap is not None
        title = titles[tap.module] if is_of_modules else tap.layer
        note = _note(each, signed)
        frames.append(
            {
                "node": tap.node,
                "flow": tap.flow,
                "title": title,
                "note": note,
                "alt": f"{title}, {tap.stage_words}: Grad-CAM of {question.target_words}, {note}",
                "shape": each.signed.shape,
                "first": first,
                "field": cell_places(each.field),
                "own": own_range(each.signed, signed),
            }
        )
        first += each.signed.size
    width, height = subject.seen.preview_size
    small = round(width * min(1, _SMALL_PX / max(width, height)))
    badge = badge_of(shown[0].provenance.state)
    colours, used = flow_colours(subject.graph), {frame["flow"] for frame in frames}
    return {
        "picture": address(subject.seen.preview, "image/jpeg", "film photograph"),
        "values": numbers_address(np.concatenate([each.signed.ravel() for each in shown]), "film values"),
        "frames": frames,
        "flows": [
            {"name": flow.name, "title": flow.title, "colour": colours[flow.name]}
            for flow in subject.graph.flows
            if flow.name in used
        ],
        "chosen": question.tap.node if question.tap else None,
        "inputSize": shown[0].input_size,
        "signed": signed,
        "tables": colour_tables(signed),
        "badge": badge_address(width, badge),
        "smallBadge": badge_address(small, badge),
    }


def _note(heat_map: HeatMap, signed: bool) -> str:
    rows, columns = heat_map.signed.shape
    kind = judge(heat_map).kind
    if kind == "flat":
        return f"{rows} × {columns} cells, all equal"
    return f"{rows} × {columns} cells{'' if kind == 'clear' or signed else ', none above 0'}"


def _press(graph: Graph) -> None:
    name = st.session_state["film_frames"].get("clicked")
    tap = next((tap for tap in (*convolutions(graph), *module_outputs(graph)) if tap.node == name), None)
    if tap is not None:
        usual = last_tap(graph)
        choose(LAYER, tap.layer, usual.layer)
        choose(STAGE, tap.stage, usual.stage if tap.layer == usual.layer else find_tap(graph, tap.layer).stage)
