"""The calculator: what a convolution costs in one step and in two, whatever its size."""

import streamlit as st

from explorer.chapters.graphs.convolutions import DEPTHWISE, POINTWISE, REGULAR, regular, separable
from explorer.chapters.numbers import EXAMPLE
from explorer.counting.formula import macs_formula, params_formula
from explorer.counting.tally import Cost, LayerTally, Tally, tally
from explorer.figures.theme import KIND_COLOURS
from explorer.quantities import exact, rounded
from explorer.ui.understand.beside import beside
from explorer.ui.understand.cost_bars import Bar, show_bars
from explorer.ui.widgets.table import show_table

_KERNELS = (1, 3, 5, 7, 9, 11)
_COLOURS = {
    REGULAR: KIND_COLOURS["convolution"],
    DEPTHWISE: KIND_COLOURS["depthwise"],
    POINTWISE: KIND_COLOURS["pointwise"],
}


@st.fragment
def show_calculator() -> None:
    """Four choices; below them every number with its arithmetic, and the ratio with the numbers put in."""
    st.subheader("The calculator", anchor=False)
    row = st.columns(4, gap="small")
    kernel = row[0].select_slider(
        "Kernel", _KERNELS, EXAMPLE["kernel"], format_func=lambda k: f"{k} × {k}", key="calculator_kernel"
    )
    channels = _number(row[1], "Input channels", "channels", 4096)
    filters = _number(row[2], "Output channels", "filters", 4096)
    size = _number(row[3], "Map, pixels a side", "size", 1024)
    one, two = tally(regular(size, channels, filters, kernel)), tally(separable(size, channels, filters, kernel))
    bars, words = beside((3, 4), "calculator")
    with bars:
        show_bars("Parameters", (_bar("Regular", one, "params"), _bar("Separable", two, "params")))
        show_bars("Multiply-adds (MACs)", (_bar("Regular", one, "macs"), _bar("Separable", two, "macs")))
    with words:
        rows = [*map(_row, one.layers[1:]), *map(_row, two.layers[1:])]
        rows.append(("separable, both", _sum(two, "params"), _sum(two, "macs")))
        show_table(("Layer", "Parameters", "Multiply-adds"), rows, room_rem=30)
        st.markdown(
            f"separable / regular = {exact(two.params)} / {exact(one.params)} = 1/*N* + 1/*k*² = "
            f"1/{filters} + 1/{kernel**2} = **{1 / filters + 1 / kernel**2:.4f}**"
        )
        st.markdown(_verdict(one, two))


def _number(place: st.delta_generator.DeltaGenerator, label: str, name: str, most: int) -> int:
    return int(place.number_input(label, 1, most, EXAMPLE[name], 1, key=f"calculator_{name}"))


def _bar(title: str, tally: Tally, cost: Cost) -> Bar:
    parts = ((layer.node.name, getattr(layer, cost)) for layer in tally.layers if layer.params)
    return Bar(title, tuple((name, value, _COLOURS[name]) for name, value in parts))


def _row(layer: LayerTally) -> tuple[str, str, str]:
    params, macs = params_formula(layer), macs_formula(layer)
    assert params is not None and macs is not None
    return layer.node.name, params.text, macs.text


def _sum(tally: Tally, cost: Cost) -> str:
    parts = [exact(getattr(layer, cost)) for layer in tally.layers if getattr(layer, cost)]
    return f"{' + '.join(parts)} = {exact(getattr(tally, cost))}"


def _verdict(one: Tally, two: Tally) -> str:
    if two.params < one.params:
        saved = f"{one.params / two.params:.1f} times fewer parameters and multiply-adds"
        return f"In two steps: **{saved}**, {rounded(two.macs)} instead of {rounded(one.macs)} MACs."
    return (
        f"Here two steps cost **more**, {exact(two.params)} against {exact(one.params)} parameters: with a 1 × 1 "
        "kernel or one output channel there is nothing to share."
    )
