"""Where to look: a layer, by name or on a small drawing of the network, and which of its outputs."""

from collections.abc import Mapping

import streamlit as st

from explorer.arch.graph import Graph
from explorer.arch.places.taps import Tap, find_tap, layers, taps
from explorer.figures.network_strip import strip_html
from explorer.figures.theme import flow_colours
from explorer.ui.browser import browser_file
from explorer.ui.choose.name_width import width_of
from explorer.ui.links.linked import asked_for, choose, linked, take, widget_key
from explorer.ui.links.parts.view_link import LAYER, STAGE
from explorer.ui.widgets.clickable_diagram import PRESSABLE_JS

WIDTH_PX = 185
"""Of the two widgets, unless told otherwise."""

# Once for the process, as the large drawing.
_strip = st.components.v2.component(
    "network_strip", html='<div class="flows"></div>', css=browser_file("network_strip.css"), js=PRESSABLE_JS
)


def choose_tap(
    graph: Graph, bar: "st.delta_generator.DeltaGenerator", *, default: Tap, key: str, width: int = WIDTH_PX
) -> Tap:
    """Asks where to look; the link's layer and stage as far as the network has them.

    Args:
        graph: The network.
        bar: A row for the names; the drawing comes below.
        default: Where to look unless told otherwise.
        key: Unique on the page.
        width: Of each of the two widgets, in px, unless the name needs more.
    """
    names = layers(graph)
    asked = asked_for(LAYER)
    chosen = linked(LAYER, names, default.layer)
    if asked and asked != chosen:  # a knob took it away
        st.toast(f"{asked} is not in this network: {chosen} is shown.", icon=":material/layers_clear:")
    by_stage = {tap.stage: tap for tap in taps(graph) if tap.layer == chosen and tap.is_map}
    own = find_tap(graph, chosen).stage
    bar.selectbox(
        "Layer",
        names,
        key=widget_key(LAYER),
        on_change=take,
        args=(LAYER, default.layer),
        filter_mode="contains",
        width=width_of(chosen, width),
        help="A convolution, pooling or what a module hands on, by Keras' name. Or click it in the drawing.",
    )
    usual = default.stage if chosen == default.layer else own
    stage = linked(STAGE, by_stage, usual)
    bar.selectbox(
        "Output",
        list(by_stage),
        format_func=lambda stage: by_stage[stage].stage_title,
        key=widget_key(STAGE),
        on_change=take,
        args=(STAGE, usual),
        width=width,
        help="What the layer gives itself, and what normalization, activation and addition make of it. A separable "
        "convolution is a depthwise one, then a pointwise one, whose output is the layer's own.",
    )
    colours = flow_colours(graph)
    flows = [{"colour": colours[flow], "svg": html} for flow, html in strip_html(graph, chosen).items()]
    data = {"flows": flows, "toolbar": "Layers of the network"}
    _strip(key=key, data=data, on_clicked_change=lambda: _press(graph, default, st.session_state[key].get("clicked")))
    return find_tap(graph, chosen, stage)


def _press(graph: Graph, default: Tap, clicked: object) -> None:
    name = clicked.get("name") if isinstance(clicked, Mapping) else None
    if isinstance(name, str) and name in layers(graph):
        choose(LAYER, name, default.layer)
