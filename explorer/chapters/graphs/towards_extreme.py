"""From an Inception module to a separable convolution in four steps. Source: arXiv:1610.02357, figures 1 to 4."""

from dataclasses import dataclass
from functools import lru_cache

from explorer.arch.graph import Graph
from explorer.arch.ops import AveragePool, Concat, Conv2D, DepthwiseConv2D
from explorer.chapters.graphs.rewiring import begin

TOWERS = 3
"""Of the paper's figures 2 and 3."""


@dataclass(frozen=True, slots=True)
class ExtremeStep:
    """One of the paper's figures.

    Attributes:
        figure: Its number in the paper.
        title: What it shows, in a word or two.
        story: What is new in it.
        graph: The module.
    """

    figure: int
    title: str
    story: str
    graph: Graph


@lru_cache(maxsize=16)
def steps(size: int, channels: int, towers: int = TOWERS) -> tuple[ExtremeStep, ...]:
    """The four figures as modules that read and give a map of the same shape.

    Args:
        size: Height and width of the map.
        channels: That enter, that each 1x1 convolution or all of them together make, and that leave; a multiple of
            `towers` and of 4.
        towers: Of the simplified module.
    """
    return (
        ExtremeStep(
            1,
            "Canonical",
            "Four branches. Each begins with a 1 × 1 convolution of its own, but for the pooling, which has it last.",
            _canonical(size, channels),
        ),
        ExtremeStep(
            2,
            "Simplified",
            f"One kernel size, no pooling: {towers} towers, each a 1 × 1 and a 3 × 3 convolution.",
            _simplified(size, channels, towers),
        ),
        ExtremeStep(
            3,
            "Equivalent",
            "The 1 × 1 convolutions read the same map, so they are one large one. The 3 × 3 convolutions then work on "
            f"{towers} segments of its channels, each alone. Not a number changes.",
            _equivalent(size, channels, towers),
        ),
        ExtremeStep(
            4,
            "Extreme",
            f"A segment for each channel: {channels} 3 × 3 kernels, one a channel. This is a separable convolution, "
            "its two halves in the other order.",
            _extreme(size, channels),
        ),
    )


def _canonical(size: int, channels: int) -> Graph:
    builder, x = begin("Canonical Inception module", (size, size, channels))
    part = channels // 4
    pool = builder.add("pool", AveragePool((3, 3), (1, 1), "same"), x)
    branches = [builder.add("pool_1x1", Conv2D(part, (1, 1)), pool), builder.add("one_1x1", Conv2D(part, (1, 1)), x)]
    for name, deep in (("single", 1), ("double", 2)):
        y = builder.add(f"{name}_1x1", Conv2D(part, (1, 1)), x)
        for place in range(1, deep + 1):
            y = builder.add(f"{name}_3x3_{place}", Conv2D(part, (3, 3)), y)
        branches.append(y)
    builder.add("concat", Concat(), *branches)
    return builder.graph()


def _simplified(size: int, channels: int, towers: int) -> Graph:
    builder, x = begin("Simplified Inception module", (size, size, channels))
    part = channels // towers
    branches = []
    for tower in range(1, towers + 1):
        y = builder.add(f"tower{tower}_1x1", Conv2D(part, (1, 1)), x)
        branches.append(builder.add(f"tower{tower}_3x3", Conv2D(part, (3, 3)), y))
    builder.add("concat", Concat(), *branches)
    return builder.graph()


def _equivalent(size: int, channels: int, towers: int) -> Graph:
    builder, x = begin("Strictly equivalent form", (size, size, channels))
    x = builder.add("all_1x1", Conv2D(channels, (1, 1)), x)
    builder.add("segments_3x3", Conv2D(channels, (3, 3), groups=towers), x)
    return builder.graph()


def _extreme(size: int, channels: int) -> Graph:
    builder, x = begin("Extreme Inception module", (size, size, channels))
    x = builder.add("all_1x1", Conv2D(channels, (1, 1)), x)
    builder.add("channels_3x3", DepthwiseConv2D((3, 3)), x)
    return builder.graph()
