"""Separable convolutions as a graph has them: a convolution over space, then a pointwise one, whatever stands between.

In Xception nothing stands between, in MobileNet batch normalization and ReLU6. The two may be one layer of the graph,
or marked as one (`explorer.arch.graph.Part`); otherwise they are found by what they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.arch.places.chains import Readers, followers, keeps_places, readers
from explorer.arch.written_out import written_out


@dataclass(frozen=True, slots=True)
class SeparablePair:
    """Two convolutions that are one in the sense of the paper: each channel, or segment, alone, then all mixed.

    Attributes:
        name: Of the layer that both are; of the pointwise one where they are two.
        spatial: The first half, a node of the written-out graph: depthwise, or with channel segments.
        between: What stands between the halves, in order.
        pointwise: The second half.
    """

    name: str
    spatial: Node
    between: tuple[Node, ...]
    pointwise: Node

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that it is made of: one name, or two."""
        return tuple(dict.fromkeys((layer_of(self.spatial), layer_of(self.pointwise))))


def layer_of(node: Node) -> str:
    """The layer that a node of the written-out graph is a step of, as people call it."""
    return node.part.of if node.part else node.name


@lru_cache(maxsize=64)
def separable_pairs(graph: Graph) -> tuple[SeparablePair, ...]:
    """Every separable pair, in order; none in a network without such."""
    return pairs_among(written_out(graph).nodes)


def pairs_among(nodes: Sequence[Node]) -> tuple[SeparablePair, ...]:
    """The pairs that are written as two nodes each, in order."""
    spatial = [node for node in nodes if _is_spatial(node)]
    known = readers(nodes) if spatial else {}
    return tuple(pair for node in spatial if (pair := _pair(node, known)))


def find_pair(graph: Graph, layer: str) -> SeparablePair | None:
    """The pair that the layer is, or is a half of; None if there is none."""
    return next((pair for pair in separable_pairs(graph) if layer in pair.layers), None)


def _is_spatial(node: Node) -> bool:
    if node.part is not None:
        # With one channel segment the first half is a regular convolution, of which nothing else tells.
        return node.part.step == "depthwise"
    op = node.op  # compared by type, which is faster than isinstance: every node of every tally is asked
    return type(op) is DepthwiseConv2D or (type(op) is Conv2D and op.groups > 1)


def _pair(spatial: Node, known: Readers) -> SeparablePair | None:
    between: list[Node] = []
    for node in followers(known, spatial.name):
        if is_pointwise(node):
            return SeparablePair(layer_of(node), spatial, tuple(between), node)
        if not keeps_places(node.op):
            return None
        between.append(node)
    return None


def is_pointwise(node: Node) -> bool:
    """Whether it is a convolution that mixes the channels of each pixel, and does nothing else."""
    op = node.op
    return isinstance(op, Conv2D) and (op.kernel, op.strides, op.groups) == ((1, 1), (1, 1), 1)
