"""Inception's ideas, each as a small network.

Sources: arXiv:1409.4842 (four branches, reductions), arXiv:1512.00567, sections 3.1 and 3.2 (kernels taken apart).
"""

from functools import lru_cache

from explorer.arch.graph import Graph
from explorer.arch.ops import Activation, Conv2D
from explorer.chapters.graphs.rewiring import begin, module_of, without
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.networks.inception_v1 import MODULES

_V1 = "inception-v1"
V1_MODULES = tuple(MODULES)
"""Inception V1's modules: 3a to 5b."""


@lru_cache(maxsize=32)
def v1_module(name: str, *, reduced: bool = True) -> Graph:
    """A module of Inception V1, its ReLUs left out, as they cost nothing.

    Args:
        name: One of `V1_MODULES`.
        reduced: Whether the 3x3 and 5x5 branches have their 1x1 reductions; without, they read the whole map.
    """
    whole = module_of(graph_of(NETWORKS[_V1].config()), f"inception_{name}")
    return without(
        whole, lambda node: isinstance(node.op, Activation) or (not reduced and node.name.endswith("_reduce"))
    )


@lru_cache(maxsize=32)
def one_large(size: int, channels: int) -> Graph:
    """A 5x5 convolution that keeps the channels."""
    builder, x = begin("One 5 × 5", (size, size, channels))
    builder.add("conv_5x5", Conv2D(channels, (5, 5)), x)
    return builder.graph()


@lru_cache(maxsize=32)
def two_small(size: int, channels: int) -> Graph:
    """Two 3x3 convolutions that see as much: arXiv:1512.00567, figure 1."""
    builder, x = begin("Two 3 × 3", (size, size, channels))
    x = builder.add("conv_3x3_1", Conv2D(channels, (3, 3)), x)
    builder.add("conv_3x3_2", Conv2D(channels, (3, 3)), x)
    return builder.graph()


@lru_cache(maxsize=32)
def square(size: int, channels: int, n: int) -> Graph:
    """An n x n convolution that keeps the channels."""
    builder, x = begin(f"{n} × {n}", (size, size, channels))
    builder.add(f"conv_{n}x{n}", Conv2D(channels, (n, n)), x)
    return builder.graph()


@lru_cache(maxsize=32)
def row_and_column(size: int, channels: int, n: int) -> Graph:
    """An n x 1 convolution, then a 1 x n one: arXiv:1512.00567, figure 3."""
    builder, x = begin(f"{n} × 1 and 1 × {n}", (size, size, channels))
    x = builder.add(f"conv_{n}x1", Conv2D(channels, (n, 1)), x)
    builder.add(f"conv_1x{n}", Conv2D(channels, (1, n)), x)
    return builder.graph()
