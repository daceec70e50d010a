"""The network's diagram in the page: modules open and close, layers can be selected, by mouse, touch or keyboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from explorer.counting.tally import Tally
from explorer.figures.diagram.drawing import flow_svgs
from explorer.figures.diagram.live_maps import LiveMaps
from explorer.figures.diagram.structure import runs
from explorer.figures.heat.colouring import Colouring
from explorer.figures.theme import flow_colours
from explorer.ui.browser import browser_file

_HTML = '<div class="flows"></div>'

CLOSE = {"kind": "close"}
"""What the browser says when Escape was pressed."""

PRESSABLE_JS = browser_file("nearest.js") + browser_file("pressable.js")
"""Shows `flows`, each a drawing in its colour, and reports which of their `data-kind` buttons is pressed."""

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component(
    "architecture_diagram", html=_HTML, css=browser_file("diagram.css"), js=PRESSABLE_JS
)


@dataclass(frozen=True, slots=True)
class Click:
    """What is selected in the diagram: a layer, or a module as a whole."""

    module: str
    layer: str | None = None


def architecture_diagram(
    tally: Tally, key: str, in_front: str = "", colouring: Colouring | None = None, live: LiveMaps | None = None
) -> Click | None:
    """Draws the network; returns what is selected in it, which stays selected until something else is.

    Which modules are open and what is selected lives in the session under `key`, and survives a change of the
    configuration as far as the new network has the same names. Call it inside a fragment, together with
    what shows the selection, and a click redraws nothing else on the page.

    Args:
        tally: The network.
        key: Unique on the page.
        in_front: What may lie over the drawing, as a CSS selector: the page is scrolled until it hides nothing that
            was selected.
        colouring: What the colours of layers and closed modules say; None: nothing but their flow.
        live: Maps of a photograph in its modules, if there is one.
    """
    opened = st.session_state.get(_opened(key), frozenset())
    selected = _still_there(tally, st.session_state.get(_selected(key)))
    colours = flow_colours(tally.graph)
    drawn = flow_svgs(
        tally, opened=opened, selected=selected.layer if selected else None, colouring=colouring, live=live
    )
    flows = [{"colour": colours[flow.name], "svg": svg} for flow, svg in zip(tally.graph.flows, drawn, strict=True)]
    shown = None if selected is None else selected.layer or selected.module
    data = {"flows": flows, "selected": shown, "in_front": in_front}
    _component(key=key, data=data, on_clicked_change=partial(_take, tally, key))
    return selected


def close_selection(key: str) -> None:
    """Nothing is selected in the diagram any more; for a button."""
    st.session_state[_selected(key)] = None


def neighbour(tally: Tally, click: Click, places: int) -> Click | None:
    """The layer so many places after what is selected, before it if negative; None beyond the ends.

    What follows a module as a whole is its first layer.
    """
    names = [layer.node.name for layer in tally.layers]
    if click.layer is not None:
        at = names.index(click.layer) + places
    else:
        first = next(n for n, layer in enumerate(tally.layers) if layer.node.module == click.module)
        at = first + (places - 1 if places > 0 else places)
    return read_click(tally, {"kind": "layer", "name": names[at]}) if 0 <= at < len(names) else None


def select(tally: Tally, key: str, click: Click) -> None:
    """Selects a layer in the diagram and opens its module; for a button."""
    opened: frozenset[str] = st.session_state.get(_opened(key), frozenset())
    if click.module not in opened:
        st.session_state[_opened(key)] = toggled(tally, opened, click.module)
    st.session_state[_selected(key)] = click


def read_click(tally: Tally, value: object) -> Click | None:
    """What the browser says was clicked; None unless it names a module or a layer of this network."""
    if not isinstance(value, Mapping):
        return None
    kind, name = value.get("kind"), value.get("name")
    if not isinstance(name, str):
        return None
    if kind == "layer" and name in tally.by_name:
        return Click(tally.by_name[name].node.module, name)
    if kind == "module" and any(module.name == name for module in tally.module_tallies):
        return Click(name)
    return None


def toggled(tally: Tally, opened: frozenset[str], module: str) -> frozenset[str]:
    """`opened` after a click on `module`: of equal modules in a row at most one stays open."""
    alike = next(run.names for flow in tally.graph.flows for run in runs(tally, flow.name) if module in run.names)
    shown = next((name for name in alike if name in opened), None)
    closed = opened.difference(alike)
    return closed if shown == module else closed | {module}


def _take(tally: Tally, key: str) -> None:
    """Runs before the page does, with the network that the person saw when clicking."""
    clicked = st.session_state[key].get("clicked")
    if clicked == CLOSE:
        close_selection(key)
        return
    click = read_click(tally, clicked)
    if click is None:
        return
    if click.layer is not None and click == st.session_state.get(_selected(key)):
        close_selection(key)
        return
    if click.layer is None:
        opened = toggled(tally, st.session_state.get(_opened(key), frozenset()), click.module)
        st.session_state[_opened(key)] = opened
        st.session_state[_selected(key)] = click if click.module in opened else None
    else:
        st.session_state[_selected(key)] = click


def _still_there(tally: Tally, click: Click | None) -> Click | None:
    if click is None:
        return None
    kind, name = ("layer", click.layer) if click.layer else ("module", click.module)
    return read_click(tally, {"kind": kind, "name": name})


def _opened(key: str) -> str:
    return f"{key}-opened"


def _selected(key: str) -> str:
    return f"{key}-selected"
