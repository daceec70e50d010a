"""Separable convolutions written out as two layers each, so that both halves have an output of their own."""

from collections.abc import Iterator
from functools import lru_cache

from explorer.arch.graph import Graph, Node, Part
from explorer.arch.ops import SeparableConv2D


def depthwise_name(name: str) -> str:
    """Node of the depthwise half of the separable convolution `name`."""
    return f"{name}_depthwise"


def pointwise_name(name: str) -> str:
    """Node of the pointwise half of the separable convolution `name`."""
    return f"{name}_pointwise"


@lru_cache(maxsize=64)
def written_out(graph: Graph) -> Graph:
    """`graph` without `SeparableConv2D`: the same function, named as where a configuration needs two layers."""
    renamed = {node.name: pointwise_name(node.name) for node in graph.nodes if isinstance(node.op, SeparableConv2D)}

    def rewritten() -> Iterator[Node]:
        for node in graph.nodes:
            inputs = tuple(renamed.get(source, source) for source in node.inputs)
            place = (node.flow, node.module, node.branch)
            if isinstance(node.op, SeparableConv2D):
                depthwise = depthwise_name(node.name)
                yield Node(depthwise, node.op.depthwise, inputs, *place, Part(node.name, "depthwise"))
                yield Node(renamed[node.name], node.op.pointwise, (depthwise,), *place, Part(node.name, "pointwise"))
            else:
                yield Node(node.name, node.op, inputs, *place, node.part)

    return Graph(graph.title, graph.flows, tuple(rewritten()))
