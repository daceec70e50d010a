"""The network's diagram in the page: modules open and close, layers can be selected, by mouse, touch or keyboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from explorer.counting.tally import Tally
from explorer.figures.diagram.drawing import flow_svgs
from explorer.figures.diagram.structure import runs
from explorer.figures.theme import flow_colours

_HTML = '<div class="flows"></div>'

_CSS = """
:host { container-type: inline-size; display: block; }
.flows { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; align-items: stretch; }
.flow {
    border: 1px solid color-mix(in srgb, var(--flow) 32%, transparent);
    border-radius: 14px;
    background: color-mix(in srgb, var(--flow) 6%, transparent);
}
.flow svg { display: block; width: 100%; max-width: 430px; height: auto; margin: 0 auto; }
@container (min-width: 600px) { .flows { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@container (min-width: 780px) { .flows[data-count="3"] { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
@container (min-width: 1180px) { .flows { grid-template-columns: repeat(var(--count), minmax(0, 1fr)); } }
"""

PRESSABLE_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
    const flows = parentElement.querySelector(".flows");
    const buttons = () => [...flows.querySelectorAll("[data-kind]")];
    const root = flows.getRootNode();
    const before = buttons();
    const at = before.indexOf(root.activeElement);

    flows.dataset.count = data.flows.length;
    flows.style.setProperty("--count", data.flows.length);
    data.flows.forEach((flow, i) => {
        const panel = flows.children[i] ?? flows.appendChild(document.createElement("div"));
        panel.className = "flow";
        panel.style.setProperty("--flow", flow.colour);
        if (panel.drawn !== flow.svg) {
            panel.innerHTML = panel.drawn = flow.svg;
        }
    });
    while (flows.children.length > data.flows.length) flows.lastChild.remove();

    // A new drawing must not take the focus away from those who use the keyboard.
    if (at >= 0) {
        const { kind, name } = before[at].dataset;
        const now = buttons();
        const same = now.find((b) => b.dataset.kind === kind && b.dataset.name === name);
        (same ?? now[Math.min(at, now.length - 1)])?.focus({ preventScroll: true });
    }

    const press = (event) => {
        const button = event.target.closest("[data-kind]");
        if (!button) return;
        event.preventDefault();
        setTriggerValue("clicked", { kind: button.dataset.kind, name: button.dataset.name });
    };
    flows.onclick = press;
    flows.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") press(event);
    };
}
"""

"""Shows `flows`, each a drawing in its colour, and reports which of their `data-kind` buttons is pressed."""

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component("architecture_diagram", html=_HTML, css=_CSS, js=PRESSABLE_JS)


@dataclass(frozen=True, slots=True)
class Click:
    """What is selected in the diagram: a layer, or a module as a whole."""

    module: str
    layer: str | None = None


def architecture_diagram(tally: Tally, key: str) -> Click | None:
    """Draws the network; returns what is selected in it, which stays selected until something else is.

    Which modules are open and what is selected lives in the session under `key`, and survives a change of the
    configuration as far as the new network has the same names. Call it inside a fragment, together with
    what shows the selection, and a click redraws nothing else on the page.

    Args:
        tally: The network.
        key: Unique on the page.
    """
    opened = st.session_state.get(_opened(key), frozenset())
    selected = _still_there(tally, st.session_state.get(_selected(key)))
    colours = flow_colours(tally.graph)
    drawn = flow_svgs(tally, opened=opened, selected=selected.layer if selected else None)
    flows = [{"colour": colours[flow.name], "svg": svg} for flow, svg in zip(tally.graph.flows, drawn, strict=True)]
    _component(key=key, data={"flows": flows}, on_clicked_change=partial(_take, tally, key))
    return selected


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
    click = read_click(tally, st.session_state[key].get("clicked"))
    if click is None:
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
