"""A separable convolution taken apart: how it makes the chosen channel of its input, with all numbers between."""

from html import escape

import numpy as np
import streamlit as st

from explorer.arch.ops import FUNCTIONS
from explorer.arch.places.separable_pairs import SeparablePair, find_pair
from explorer.figures.real_numbers import significant
from explorer.figures.theme import KIND_COLOURS
from explorer.quantities import exact, share
from explorer.ui.features.layer_view import LayerView
from explorer.ui.features.window_panel import Start, lane_title, place_window, show_window
from explorer.ui.widgets.steps_picture import End, Lane, steps_picture
from explorer.vision.features.normalizations import ACTIVATION_WORDS, Normalization
from explorer.vision.features.separable_steps import By, SeparableSteps, StepBetween

_SHOWN: dict[str, By] = {"That add the most here": "part", "With the largest weights": "weight"}

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
    words, cost = st.container(), st.container()
    shown = st.segmented_control(
        "Input channels shown",
        tuple(_SHOWN),
        default=next(iter(_SHOWN)),
        required=True,
        key="lanes_by",
        persist_state="session",
        help="Those whose weighted maps are the largest on this picture, or those with the largest pointwise weights, "
        "whatever the picture; signs left out.",
    )
    steps, remark = view.steps(channel, _SHOWN[shown])
    words.markdown(
        f"How **{steps.layer}** makes its **channel {steps.channel}** of your picture{_halves_words(pair)}: every "
        f"input channel is filtered alone (*depthwise*), {_between_words(steps)}then all are mixed, each with a weight "
        f"of its own (*pointwise*). That is the whole idea of separable convolutions. {remark}{_segments_words(steps)}"
    )
    with cost:
        _show_cost(steps)
    row, column, lane = (int(at) for at in np.unravel_index(np.abs(steps.products).argmax(), steps.products.shape))
    steps_picture(
        _lanes(steps),
        _ends(steps),
        names=_names(steps, _SHOWN[shown]),
        start=(row, column),
        walk=steps.walk,
        hint="Point at a map to read another, or move with the arrow keys; a click takes the window below there.",
        alt=f"How {steps.layer} makes its channel {steps.channel}, step by step",
        badge=view.badge,
        key="separable_steps",
        on_choose=place_window,
    )
    show_window(view, steps, Start(row, column, lane))


def _halves_words(pair: SeparablePair) -> str:
    return f", with {pair.layers[0]} before it" if len(pair.layers) > 1 else ""


def _between_words(steps: SeparableSteps) -> str:
    passed = " and ".join(_step_title(step) for step in steps.between)
    return f"goes through {passed}, " if passed else ""


def _step_title(step: StepBetween) -> str:
    return FUNCTIONS[step.function] if step.function else "batch normalization"


def _segments_words(steps: SeparableSteps) -> str:
    if steps.reads == 1:
        return ""
    return (
        f" **With channel segments nothing is filtered alone:** each first-half output reads {steps.reads} input "
        "channels; of these the one that adds the most to it is shown."
    )


def _names(steps: SeparableSteps, by: By) -> tuple[tuple[str, str], ...]:
    height, width = steps.kernels.shape[:2]
    which = "that add the most" if by == "part" else "with the largest weights"
    bias = "" if steps.depthwise_bias is None else ", its bias added"
    return (
        ("", ""),
        ("Input channels", f"the {len(steps.inputs)} {which}, each in its own colours"),
        ("Depthwise kernels", f"{height} × {width}, one for each"),
        ("Depthwise maps", f"{'each of one channel' if steps.reads == 1 else 'each of one segment'}{bias}"),
        *((_capital(_step_title(step)), _step_note(step)) for step in steps.between),
        ("Pointwise weights", f"how much goes into channel {steps.channel}"),
        ("Weighted maps", "in one scale: what each adds"),
    )


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _step_note(step: StepBetween) -> str:
    return ACTIVATION_WORDS[step.function] if step.function else "a scale and a shift for each"


def _lane_note(step: StepBetween, lane: int) -> str:
    return "" if step.normalizations is None else _affine(step.normalizations[lane])


def _affine(of: Normalization) -> str:
    return f"× {significant(of.scale)} {'−' if of.shift < 0 else '+'} {significant(abs(of.shift))}"


def _lanes(steps: SeparableSteps) -> list[Lane]:
    return [
        Lane(
            lane_title(steps, i),
            steps.input_maps[..., i],
            steps.kernels[..., i],
            steps.depthwise_maps[..., i],
            tuple((step.maps[..., i], _lane_note(step, i)) for step in steps.between),
            steps.mixed_maps[..., i],
            float(steps.weights[i]),
        )
        for i in range(len(steps.outputs))
    ]


def _ends(steps: SeparableSteps) -> list[End]:
    part = 100 * float(steps.strengths.sum()) / steps.all_strengths if steps.all_strengths else 0
    note = f"added up: {part:.1f} % of what all add, signs left out"
    ends = [End(f"These {len(steps.outputs)}", note, steps.products.sum(axis=-1), "Σ")]
    bias = "" if steps.bias is None else f", and the bias {significant(steps.bias)}"
    if steps.others or bias:
        others = f"The other {exact(steps.others)}"
        ends.append(End(others, f"each with its own weight{bias}", steps.rest + (steps.bias or 0), "+"))
    ends.append(End("Pointwise output", f"channel {steps.channel}, the layer's own", steps.total, "="))
    if steps.normalization is not None and steps.normalized is not None:
        ends.append(End("Batch normalization", _affine(steps.normalization), steps.normalized, "→"))
    if steps.activated is not None and steps.activation is not None:
        ends.append(End(FUNCTIONS[steps.activation], ACTIVATION_WORDS[steps.activation], steps.activated, "→"))
    return ends


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
