"""The numbers that stand in sentences of chapters, by name: each is counted when it is first asked for."""

from collections.abc import Callable, Iterable
from functools import cache

from explorer.arch.graph import Graph
from explorer.chapters.graphs import convolutions, inception, spectrum, towards_extreme
from explorer.configuration.link import from_query
from explorer.configuration.registry import NETWORKS, PAPER, graph_of
from explorer.counting.tally import Tally, tally
from explorer.quantities import exact, share

EXAMPLE = {"size": 299, "channels": 3, "filters": 64, "kernel": 3}
"""The calculator's first example: one tutorial's, a 3x3 convolution of a photograph's three channels."""

_STEPS = {"size": 35, "channels": 192}


def _regular() -> Tally:
    return tally(convolutions.regular(**EXAMPLE))


def _separable() -> Tally:
    return tally(convolutions.separable(**EXAMPLE))


def _layer(name: str) -> str:
    return exact(_separable().by_name[name].params)


def _saved(less: Graph, more: Graph) -> str:
    before, after = tally(more), tally(less)
    return share(before.params - after.params, before.params)


def _step(number: int) -> str:
    return exact(tally(towards_extreme.steps(**_STEPS)[number - 1].graph).params)


def _whole(**query: str) -> Tally:
    return tally(graph_of(from_query(query).config))


NUMBERS: dict[str, Callable[[], str]] = {
    "regular-params": lambda: exact(_regular().params),
    "depthwise-params": lambda: _layer(convolutions.DEPTHWISE),
    "pointwise-params": lambda: _layer(convolutions.POINTWISE),
    "separable-params": lambda: exact(_separable().params),
    "separable-share": lambda: share(_separable().params, _regular().params),
    "reduction-saved": lambda: _saved(inception.v1_module("3a"), inception.v1_module("3a", reduced=False)),
    "two-small-saved": lambda: _saved(inception.two_small(28, 64), inception.one_large(28, 64)),
    "row-column-3-saved": lambda: _saved(inception.row_and_column(17, 64, 3), inception.square(17, 64, 3)),
    "row-column-7-saved": lambda: _saved(inception.row_and_column(17, 64, 7), inception.square(17, 64, 7)),
    "towers-params": lambda: _step(2),
    "segments-params": lambda: _step(3),
    "extreme-params": lambda: _step(4),
    "middle-channels": lambda: str(tally(graph_of(PAPER)).by_name["block5_sepconv1"].output_shape[-1]),
    "layer-regular-params": lambda: exact(tally(spectrum.layer(1)).params),
    "layer-depthwise-params": lambda: exact(tally(spectrum.layer(spectrum.CHANNELS)).params),
    "layer-pointwise-params": lambda: exact(tally(spectrum.layer(1)).by_name["pointwise"].params),
    "layer-spatial-params": lambda: exact(tally(spectrum.layer(spectrum.CHANNELS)).by_name["spatial"].params),
    "inception-v3-params": lambda: exact(tally(graph_of(NETWORKS["inception-v3"].config())).params),
    "mobilenet-params": lambda: exact(tally(graph_of(NETWORKS["mobilenet"].config())).params),
    "xception-params": lambda: exact(tally(graph_of(PAPER)).params),
    "xception-regular-params": lambda: exact(_whole(segments="1").params),
}


def counted(names: Iterable[str]) -> dict[str, str]:
    """Those of `names` that are known, written out."""
    return {name: _written(name) for name in names if name in NUMBERS}


@cache
def _written(name: str) -> str:
    return NUMBERS[name]()
