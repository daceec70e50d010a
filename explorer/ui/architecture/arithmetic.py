"""The arithmetic of what is selected in the diagram."""

import streamlit as st

from explorer.counting.formula import Formula, macs_formula, params_formula
from explorer.counting.reading import reading
from explorer.counting.tally import GroupTally, LayerTally, Tally
from explorer.quantities import exact, shape, share
from explorer.ui.widgets.clickable_diagram import Click, close_selection, neighbour, select

ARITHMETIC = "arithmetic"
"""Key of the panel."""

# The diagram can be taller than the screen: what a click shows stays in sight below it.
_STAYS_IN_SIGHT = f"""<style>
div:has(> .st-key-{ARITHMETIC}) {{ position: sticky; bottom: 0.75rem; z-index: 5; }}
.st-key-{ARITHMETIC} {{ background: Canvas; box-shadow: 0 0 14px rgb(0 0 0 / 12%);
  max-height: 45vh; overflow-y: auto; }}
</style>"""


def show_arithmetic(click: Click, tally: Tally, diagram: str) -> None:
    """How the numbers of a layer come about, or what a module costs, with ways on to the layers beside it.

    Args:
        click: What is selected.
        tally: The network.
        diagram: Key of the diagram in which it is selected.
    """
    st.html(_STAYS_IN_SIGHT)
    with st.container(border=True, key=ARITHMETIC, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="stretch"):
                st.markdown(_name(tally, click))
            _show_ways_on(tally, click, diagram)
        if click.layer is None:
            _show_module(_module(tally, click), tally)
        else:
            _show_layer(tally.by_name[click.layer])


def _name(tally: Tally, click: Click) -> str:
    if click.layer is None:
        module = _module(tally, click)
        return f"**{module.title}** · {shape(module.input_shape)} → {shape(module.output_shape)}"
    layer = tally.by_name[click.layer]
    before = ", ".join(shape(each) for each in layer.input_shapes)
    shapes = f"{before} → {shape(layer.output_shape)}" if before else shape(layer.output_shape)
    return f"**{layer.node.name}** · {type(layer.node.op).__name__} · {shapes}"


def _module(tally: Tally, click: Click) -> GroupTally:
    return next(module for module in tally.module_tallies if module.name == click.module)


def _show_ways_on(tally: Tally, click: Click, diagram: str) -> None:
    """To the layers beside it, for fingers too large for a box of the drawing, and back."""
    with st.container(horizontal=True, width="content", gap="xsmall"):
        for places, label, icon in ((-1, "Previous", "arrow_back"), (1, "Next", "arrow_forward")):
            beside = neighbour(tally, click, places)
            st.button(
                label,
                icon=f":material/{icon}:",
                disabled=beside is None,
                on_click=select,
                args=(tally, diagram, beside),
                key=f"{label.lower()}_layer",
            )
        st.button("Close", icon=":material/close:", on_click=close_selection, args=(diagram,), key="close_arithmetic")


def _show_module(module: GroupTally, tally: Tally) -> None:
    st.markdown(
        f"{module.conv_layers} convolutional layers, {exact(module.params)} parameters "
        f"({share(module.params, tally.params)} of the network), {exact(module.macs)} MACs "
        f"({share(module.macs, tally.macs)}). Click a layer to see its arithmetic."
    )


def _show_layer(layer: LayerTally) -> None:
    params, macs = st.columns(2)
    with params:
        _show_formula("Parameters", params_formula(layer), "This layer has no parameters.")
    with macs:
        _show_formula("Multiply-adds (MACs)", macs_formula(layer), "No multiply-adds are counted for this layer.")
    st.caption(reading(layer))


def _show_formula(title: str, formula: Formula | None, none: str) -> None:
    if formula is None:
        st.caption(none)
        return
    st.markdown(f"{title}  \n`{formula.text}`")
    st.caption("; ".join(f"{term.text}: {term.meaning}" for term in formula.explained))
