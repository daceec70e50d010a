"""A network of a few layers that can be pressed: the layer's arithmetic stands below it."""

from collections.abc import Mapping

import streamlit as st

from explorer.counting.formula import macs_formula, params_formula
from explorer.counting.tally import Tally
from explorer.figures.diagram.small_network import small_network_svg
from explorer.ui.browser import browser_file
from explorer.ui.widgets.clickable_diagram import CLOSE, PRESSABLE_JS

# Once for the process: a component that is registered again on every run loses its state.
_component = st.components.v2.component(
    "small_network", html='<div class="flows"></div>', css=browser_file("small_network.css"), js=PRESSABLE_JS
)


def show_small_network(
    tally: Tally, key: str, *, lanes: int = 2, hint: bool = True, pale: frozenset[str] = frozenset()
) -> None:
    """Draws the network; a press on a layer shows below how its numbers come about. Call it inside a fragment.

    Args:
        tally: Of a network of one module.
        key: Unique on the page.
        lanes: As wide as so many branches at least.
        pale: Names of layers that are drawn with a broken line.
        hint: Whether to say what a press does as long as nothing is pressed.
    """
    name = st.session_state.get(_selected(key))
    selected = name if name in tally.by_name else None
    drawn = small_network_svg(tally, selected=selected, lanes=lanes, pale=pale)
    data = {"flows": [{"colour": "currentColor", "svg": drawn}], "selected": selected}
    _component(key=key, data=data, on_clicked_change=lambda: _take(key))
    if selected is None:
        if hint:
            st.caption("Press a layer to see its arithmetic. With the keyboard: Tab, then Enter.")
        return
    layer = tally.by_name[selected]
    params, macs = params_formula(layer), macs_formula(layer)
    told = [f"parameters `{params.text}`"] if params else []
    told += [f"multiply-adds `{macs.text}`"] if macs else []
    st.markdown(f"**{selected}**: {', '.join(told)}")


def _take(key: str) -> None:
    clicked = st.session_state[key].get("clicked")
    if clicked == CLOSE:
        st.session_state[_selected(key)] = None
    elif isinstance(clicked, Mapping) and isinstance(clicked.get("name"), str):
        name = clicked["name"]
        st.session_state[_selected(key)] = None if name == st.session_state.get(_selected(key)) else name


def _selected(key: str) -> str:
    return f"{key}-selected"
