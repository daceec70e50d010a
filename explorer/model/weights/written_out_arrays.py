"""The weights and the outputs of a graph whose separable convolutions are written out as two layers each."""

from collections.abc import Iterable
from math import prod

import numpy as np

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import SeparableConv2D, Shape
from explorer.arch.written_out import depthwise_name, pointwise_name, written_out
from explorer.counting.memory import BYTES_PER_VALUE
from explorer.model.weights.arrays import Arrays


def written_out_variable(name: str, variable: str) -> tuple[str, str]:
    """Node and variable that hold `variable` of the separable convolution `name` once it is written out."""
    if variable == "depthwise_kernel":
        return depthwise_name(name), "kernel"
    return pointwise_name(name), variable.removeprefix("pointwise_")


def written_out_arrays(graph: Graph, arrays: Arrays) -> Arrays:
    """The weights of `graph` as those of `written_out(graph)`."""
    result: dict[str, dict[str, np.ndarray]] = {}
    separable = {node.name for node in graph.nodes if isinstance(node.op, SeparableConv2D)}
    for node, of_node in arrays.items():
        for variable, array in of_node.items():
            place = written_out_variable(node, variable) if node in separable else (node, variable)
            result.setdefault(place[0], {})[place[1]] = array
    return result


def taps_of(graph: Graph) -> dict[str, Shape]:
    """Every output that an engine can be asked for: its name and its shape without the batch."""
    shapes = output_shapes(graph)
    return {**shapes, **output_shapes(written_out(graph))}


def tapped_node(graph: Graph, tap: str) -> str:
    """The node of `written_out(graph)` whose output `tap` is."""
    is_separable = any(node.name == tap and isinstance(node.op, SeparableConv2D) for node in graph.nodes)
    return pointwise_name(tap) if is_separable else tap


def tapped_bytes(graph: Graph, taps: Iterable[str]) -> int:
    """Size of the outputs `taps` for one image, in float32."""
    outputs = taps_of(graph)
    return sum(prod(outputs[tap]) for tap in taps) * BYTES_PER_VALUE
