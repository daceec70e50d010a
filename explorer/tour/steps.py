"""The steps of the tour. Every number in them is counted from the description when they are first asked for."""

from functools import cache
from types import MappingProxyType

from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.arch.places.separable_pairs import find_pair
from explorer.arch.places.taps import find_tap, last_tap
from explorer.configuration.link import from_query
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PAPER, PRESETS, graph_of
from explorer.counting.comparison import ratio
from explorer.counting.formula import params_formula
from explorer.counting.tally import tally
from explorer.quantities import exact
from explorer.tour.step import Step

_SEPARABLE = "block5_sepconv1"
_EXPLAINED = "block8_sepconv3"
_TAKEN_APART = "block2_sepconv1"
_TRAINED = "kitchenware"


def _length() -> Step:
    without = from_query({"middle_repeats": "0"}).config
    before, after = tally(graph_of(PAPER)).params, tally(graph_of(without)).params
    return Step(
        "Turn a knob",
        "architecture",
        PAPER,
        "Pull *Middle-flow modules* at the side down to 0.",
        f"{exact(before)} parameters become {exact(after)}, and the middle flow's card says *passes through*.",
    )


def _segments() -> Step:
    regular = from_query({"segments": "1"}).config
    before, after = tally(graph_of(PAPER)), tally(graph_of(regular))
    return Step(
        "The idea",
        "architecture",
        PAPER,
        "Pull *Channel segments*, the first knob at the side, from *depthwise* to 1.",
        "Every depthwise convolution is now a regular one over all channels: "
        f"{exact(after.params)} parameters, {after.params / before.params:.1f} times as many, and "
        f"{after.macs / before.macs:.1f} times the multiply-adds. That is what separable convolutions save.",
    )


def _formula() -> Step:
    formula = params_formula(tally(graph_of(PAPER)).by_name[_SEPARABLE])
    assert formula is not None
    return Step(
        "One layer",
        "architecture",
        PAPER,
        "In the drawing, click the module *block5*, then its layer *sepconv1*.",
        f"Its parameters, with the numbers put in: `{formula.text}`.",
    )


def _comparison() -> Step:
    ours, theirs = tally(graph_of(PAPER)), tally(graph_of(NETWORKS["inception-v3"].config()))
    times = ratio(theirs.macs, ours.macs)
    return Step(
        "Against Inception V3",
        "compare",
        PAPER,
        "Look at the first table and the chart below it.",
        f"{exact(ours.params)} parameters against {exact(theirs.params)}, about the size of Inception V3, which "
        f"makes do with {times} the multiply-adds. The chart shows in which stages.",
    )


def _answer() -> Step:
    repeats = DEFAULT_NETWORK.repeats
    assert repeats is not None
    shorter = int(getattr(PRESETS[_TRAINED].config, repeats.knob)) - 1
    return Step(
        "A real photograph",
        "classify",
        PRESETS[_TRAINED].config,
        f"The network says *cup*. Turn *Middle-flow modules* down to {shorter}.",
        "A module is gone and the answer is still *cup*. The badge turns from *pretrained* to *altered*.",
        MappingProxyType({"sample": "coffee"}),
        _weights(),
    )


def _reason() -> Step:
    config = PRESETS[_TRAINED].config
    graph = graph_of(config)
    coarse, fine = last_tap(graph), find_tap(graph, _EXPLAINED)
    block, layer = _EXPLAINED.split("_")
    return Step(
        "Why cup?",
        "explain",
        config,
        f"The map is bright where the network looked. In the small drawing, click *{layer}* of *{block}*.",
        f"The map changes where it stands: {_cells(fine.shape)} cells instead of {_cells(coarse.shape)}. Below it you "
        "read what share of the evidence this layer carries; the rest takes the shortcut.",
        MappingProxyType({"sample": "coffee"}),
        _weights(),
    )


def _weights() -> str:
    return next(each.name for each in DEFAULT_NETWORK.trained if each.short_name == _TRAINED)


def _cells(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} × {shape[1]}"


def _window() -> Step:
    config = PRESETS[_TRAINED].config
    graph = graph_of(config)
    pair = find_pair(graph, _TAKEN_APART)
    assert pair is not None
    assert isinstance(pair.spatial.op, DepthwiseConv2D)
    assert isinstance(pair.pointwise.op, Conv2D)
    rows, columns = pair.spatial.op.kernel
    mixed = pair.pointwise.op.filters
    return Step(
        "Taken apart",
        "feature_maps",
        config,
        "Move the window over the pixels, by pointer or arrow keys.",
        f"{rows} × {columns} products make one number of one channel. Then a 1 × 1 convolution mixes all channels, at "
        f"each pixel alone, into {mixed}.",
        MappingProxyType({"sample": "coffee", "layer": _TAKEN_APART, "panel": "apart"}),
        _weights(),
    )


_ALL = (_length, _segments, _formula, _comparison, _answer, _reason, _window)
COUNT = len(_ALL)


@cache
def steps() -> tuple[Step, ...]:
    """All steps, in order."""
    return tuple(make() for make in _ALL)
