"""The colours: one for each flow, one for each kind of arithmetic, one for each network, used everywhere.

All are readable on a white and on a near-black ground, and told apart by colour-blind people
(after Okabe and Ito, "Color Universal Design", 2008).
"""

from typing import get_args

from explorer.arch.graph import Graph
from explorer.arch.ops import Kind
from explorer.counting.measured.timing import TimedKind

BLUE, ORANGE, GREEN, PURPLE, GREY = "#3787D1", "#D98A00", "#0E9F76", "#B8679A", "#8A94A6"

BROWN, CYAN, LEAF = "#9C6B4A", "#2CA0B8", "#7EA834"

FLOW_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, BROWN, CYAN, LEAF)
"""Of the first flow, the second ... From the eighth on they begin anew."""

KIND_COLOURS: dict[Kind, str] = {
    "convolution": "#5B6B8C",
    "depthwise": "#E4475A",
    "pointwise": "#7B6CD0",
    "dense": "#8C8526",
    "normalization": "#AAB2C0",
}
"""Hues that no flow has: the two stand in one chart, and a blue bar would read as the entry flow."""

KIND_TITLES: dict[Kind, str] = {
    "convolution": "Regular convolution",
    "depthwise": "Depthwise",
    "pointwise": "Pointwise",
    "dense": "Dense",
    "normalization": "Batch normalization",
}

TIMED_COLOURS: dict[TimedKind, str] = {
    **{kind: KIND_COLOURS[kind] for kind in get_args(Kind)},
    "segments": KIND_COLOURS["depthwise"],
    "pooling": CYAN,
    "elementwise": BROWN,
    "between": GREY,
}
"""Of what time goes into: the kinds of arithmetic, and what is none."""

TIMED_TITLES: dict[TimedKind, str] = {
    **{kind: KIND_TITLES[kind] for kind in get_args(Kind)},
    "segments": "Spatial, in channel segments",
    "pooling": "Pooling",
    "elementwise": "Activation, addition, joining",
    "between": "Other: between layers",
}

NETWORK_COLOURS = (BLUE, PURPLE, GREY, ORANGE)
"""Of what is compared: the first, which the others are held against, the second ..."""

STATE_COLOURS: dict[str, str] = {
    "pretrained": GREEN,
    "altered": ORANGE,
    "trained here": BLUE,
    "random": GREY,
}
"""Colour of each state of the weights: of its badge and of the predictions made with it."""


def flow_colours(graph: Graph) -> dict[str, str]:
    """Colour of each flow of `graph`, by name, given by position: entry blue, middle orange, exit green."""
    return {flow.name: FLOW_COLOURS[i % len(FLOW_COLOURS)] for i, flow in enumerate(graph.flows)}
