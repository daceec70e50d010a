"""One layer at any point between a regular and a depthwise separable convolution. Source: arXiv:1610.02357, 1.2."""

from functools import lru_cache

from explorer.arch.graph import Graph
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.chapters.graphs.rewiring import begin
from explorer.networks.xception import MIDDLE_FILTERS

CHANNELS = MIDDLE_FILTERS
"""Of Xception's middle flow."""
SIZE = 19
"""Side of its maps, px."""


def stops(channels: int = CHANNELS) -> tuple[int, ...]:
    """Numbers of segments that divide the channels evenly, from 1 to one for each channel."""
    return tuple(count for count in range(1, channels + 1) if channels % count == 0)


@lru_cache(maxsize=64)
def layer(segments: int, channels: int = CHANNELS, size: int = SIZE) -> Graph:
    """A 3x3 convolution on so many segments, then a pointwise one; channels and size stay as they are."""
    builder, x = begin("A layer of the middle flow", (size, size, channels))
    spatial = DepthwiseConv2D((3, 3)) if segments == channels else Conv2D(channels, (3, 3), groups=segments)
    x = builder.add("spatial", spatial, x)
    builder.add("pointwise", Conv2D(channels, (1, 1)), x)
    return builder.graph()
