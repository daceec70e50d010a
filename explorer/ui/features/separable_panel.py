"""A separable convolution taken apart: how it makes the chosen channel, with all numbers between."""

from html import escape

import numpy as np
import streamlit as st

from explorer.arch.places.separable_pairs import SeparablePair, find_pair
from explorer.figures.theme import KIND_COLOURS
from explorer.quantities import exact, share
from explorer.ui.features.chosen import choose_cell, chosen_cell
from explorer.ui.features.layer_view import LayerView
from explorer.ui.features.separable_lanes import cost, ends, lanes, names, step_title
from explorer.ui.widgets.steps_picture import chosen_place, steps_picture
from explorer.vision.features.kernels import is_first_half
from explorer.vision.features.separable_steps import By, SeparableSteps

_SHOWN: dict[str, By] = {"Inputs that add most": "part", "Largest weights": "weight"}

_BAR = """
<div style="margin:.2rem 0 .5rem"><div style="display:flex;justify-content:space-between;gap:1rem;font-size:.85rem">
  <span>{label}</span><span style="font-variant-numeric:tabular-nums;opacity:.8">{total}</span></div>
<div role="img" aria-label="{alt}" style="display:flex;height:22px;border-radius:5px;overflow:hidden;font-size:.75rem;
  line-height:22px;color:#fff;white-space:nowrap">
  <div title="{first}" style="width:{percent:.2f}%;background:{depthwise}"></div>
  <div title="{second}" style="flex:1;background:{pointwise}"></div></div>
<div style="display:flex;justify-content:space-between;gap:1rem;font-size:.8rem;font-variant-numeric:tabular-nums">
  <span>{first}</span><span style="text-align:right">{second}</span></div></div>"""


def show_separable(view: LayerView, channel: int) -> None:
    """The way to one of a pair's output channels: the strongest lanes, their sum, and what follows.

    Nothing where the layer belongs to no separable pair.
    """
    pair = find_pair(view.subject.graph, view.tap.layer)
    if pair is None:
        return
    words = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        shown = st.segmented_control(
            "Input channels shown",
            tuple(_SHOWN),
            default=next(iter(_SHOWN)),
            required=True,
            key="lanes_by",
            persist_state="session",
            label_visibility="collapsed",
        )
        steps, remark = view.steps(channel, _SHOWN[shown])
        _show_cell(view, channel, steps.total.shape)
    words.markdown(
        f"**{steps.layer}, channel {steps.channel}**{_halves_words(pair)}: {_first_half_words(steps)}, "
        f"{_between_words(steps)}then all are added up by weight (*pointwise*). {remark}"
    )
    down, across = divmod(int(np.abs(steps.products).max(axis=-1).argmax()), steps.total.shape[1])
    steps_picture(
        lanes(steps),
        ends(steps),
        names=names(steps, _SHOWN[shown]),
        walk=steps.walk,
        cost=cost(steps),
        strongest=(down, across),
        lane=_own_lane(view, steps, channel),
        hint="Point at a map or use the arrow keys; click to choose the cell for all panels.",
        alt=f"How {steps.layer} makes its channel {steps.channel}, step by step",
        badge=view.badge,
        key="separable_steps",
    )
    _show_cost(steps)


@st.fragment
def _show_cell(view: LayerView, channel: int, size: tuple[int, ...]) -> None:
    """The chosen cell, and its place in the maps of the drawing, which have `size`."""
    cell, of = chosen_cell(view, channel), view.values.shape
    place = _resized(cell, of, size)
    below = "" if size == of[:2] else f" (below: row {place[0]}, column {place[1]})"
    chosen_place(
        place,
        size,
        words=f"row {cell[0]}, column {cell[1]}{below}",
        key="chosen_place",
        on_choose=lambda *place: choose_cell(*_resized(place, size, of)),
    )


def _resized(place: tuple[int, int], old: tuple[int, ...], new: tuple[int, ...]) -> tuple[int, int]:
    """The cell of a map that lies where a cell of another map does: modules hand on smaller maps than layers make."""
    row, column = (int((at + 0.5) * to / of) for at, of, to in zip(place, old, new, strict=False))
    return row, column


def _own_lane(view: LayerView, steps: SeparableSteps, channel: int) -> int | None:
    """The lane of the chosen channel, where that is a depthwise output and shown."""
    if not is_first_half(view.subject.graph, view.tap):
        return None
    return next((lane for lane, output in enumerate(steps.outputs) if output == channel), None)


def _halves_words(pair: SeparablePair) -> str:
    return f", with {pair.layers[0]} before it" if len(pair.layers) > 1 else ""


def _between_words(steps: SeparableSteps) -> str:
    passed = " and ".join(step_title(step) for step in steps.between)
    return f"goes through {passed}, " if passed else ""


def _first_half_words(steps: SeparableSteps) -> str:
    if steps.reads == 1:
        return "each input channel is filtered alone (*depthwise*)"
    return (
        f"each output of the first half reads {steps.reads} input channels (*channel segments*; the one that adds the "
        "most is shown)"
    )


def _show_cost(steps: SeparableSteps) -> None:
    params, macs = st.columns(2, gap="medium")
    first_half = "depthwise" if steps.reads == 1 else "over space"
    params.html(_bar("Parameters", first_half, *steps.params))
    macs.html(_bar("Multiply-adds (MACs) for one picture", first_half, *steps.macs))


def _bar(label: str, first_half: str, depthwise: int, pointwise: int) -> str:
    whole = depthwise + pointwise
    first = f"{first_half} {exact(depthwise)} ({share(depthwise, whole)})"
    second = f"pointwise {exact(pointwise)} ({share(pointwise, whole)})"
    return _BAR.format(
        label=escape(label),
        total=exact(whole),
        alt=escape(f"{label}: {first}, {second}"),
        first=first,
        second=second,
        percent=100 * depthwise / whole,
        depthwise=KIND_COLOURS["depthwise"],
        pointwise=KIND_COLOURS["pointwise"],
    )
