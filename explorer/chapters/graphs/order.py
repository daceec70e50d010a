"""Stacks of separable convolutions in either order, and a module of Xception with its knobs turned."""

from functools import lru_cache

from explorer.arch.graph import Graph
from explorer.arch.ops import BatchNorm, Conv2D, DepthwiseConv2D
from explorer.arch.written_out import written_out
from explorer.chapters.graphs.rewiring import begin, module_of, without
from explorer.configuration.registry import graph_of
from explorer.networks.xception import XceptionConfig

DEPTHWISE_FIRST, POINTWISE_FIRST = "Depthwise first", "Pointwise first"
MODULE = "block5"
"""The first module of the middle flow."""


@lru_cache(maxsize=32)
def stack(count: int, *, depthwise_first: bool, size: int = 19, channels: int = 128, filters: int = 256) -> Graph:
    """`count` separable convolutions one after the other; the first pointwise one turns `channels` into `filters`.

    Layers bear the same names in both orders where they are the same: each pointwise convolution and the depthwise
    one behind it.
    """
    builder, x = begin(DEPTHWISE_FIRST if depthwise_first else POINTWISE_FIRST, (size, size, channels))
    for place in range(1, count + 1):
        if depthwise_first:
            x = builder.add(f"depthwise_{place}", DepthwiseConv2D((3, 3)), x)
        x = builder.add(f"pointwise_{place}", Conv2D(filters, (1, 1)), x)
        if not depthwise_first:
            x = builder.add(f"depthwise_{place + 1}", DepthwiseConv2D((3, 3)), x)
    return builder.graph()


def shared(count: int) -> frozenset[str]:
    """Names of the layers that both stacks have, with the same input and output shapes."""
    one, other = (stack(count, depthwise_first=first) for first in (True, False))
    return frozenset({node.name for node in one.nodes} & {node.name for node in other.nodes})


@lru_cache(maxsize=16)
def middle_module(config: XceptionConfig) -> Graph:
    """Xception's first middle module as `config` has it, each half of a separable convolution by itself.

    Without batch normalization, which inference folds away.
    """
    return without(module_of(written_out(graph_of(config)), MODULE), lambda node: isinstance(node.op, BatchNorm))
