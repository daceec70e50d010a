"""One convolution, regular or in two steps. Source: arXiv:1610.02357, section 2; arXiv:1704.04861, section 3.1."""

from functools import lru_cache

from explorer.arch.graph import Graph
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.chapters.graphs.rewiring import begin

REGULAR, DEPTHWISE, POINTWISE = "regular", "depthwise", "pointwise"
"""Names of the layers."""


@lru_cache(maxsize=64)
def regular(size: int, channels: int, filters: int, kernel: int) -> Graph:
    """A regular convolution of a square map, `size` pixels on a side; padding keeps the size, no bias."""
    builder, x = begin("Regular convolution", (size, size, channels))
    builder.add(REGULAR, Conv2D(filters, (kernel, kernel)), x)
    return builder.graph()


@lru_cache(maxsize=64)
def separable(size: int, channels: int, filters: int, kernel: int) -> Graph:
    """The same in two layers: a depthwise convolution, then a pointwise one."""
    builder, x = begin("Separable convolution", (size, size, channels))
    x = builder.add(DEPTHWISE, DepthwiseConv2D((kernel, kernel)), x)
    builder.add(POINTWISE, Conv2D(filters, (1, 1)), x)
    return builder.graph()
