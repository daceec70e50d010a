"""How much memory the feature maps of one inference need."""

from dataclasses import dataclass
from math import prod

from explorer.arch.graph import Graph
from explorer.arch.ops import Op, Shape

BYTES_PER_VALUE = 4
"""float32."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The fullest moment: bytes, and the node that runs then."""

    bytes: int
    node: str


def peak_activations(graph: Graph, shapes: dict[str, Shape]) -> Peak:
    """The largest sum of feature maps alive at once: float32, batch 1, nodes run in order.

    A map lives from the node that writes it until its last reader has run; no operation works in place. A
    separable convolution runs in two steps: its depthwise output lives until the pointwise part has read it.
    Weights and the workspace of the convolution routines are not counted.
    """
    last_readers = {source: node.name for node in graph.nodes for source in node.inputs}
    values = {name: prod(shape) for name, shape in shapes.items()}
    freed = dict.fromkeys(shapes, 0)  # values that nobody reads after the node
    for source, last_reader in last_readers.items():
        freed[last_reader] += values[source]
    total = 0  # values alive
    peak = Peak(0, graph.nodes[0].name)
    for node in graph.nodes:
        output = values[node.name]
        between = 0
        if type(node.op).intermediate_shape is not Op.intermediate_shape:  # few operations have any
            between = prod(node.op.intermediate_shape(*[shapes[source] for source in node.inputs]))
        fullest = total + (between or output)
        total -= freed[node.name]
        if between:
            fullest = max(fullest, total + between + output)
        total += output
        if fullest * BYTES_PER_VALUE > peak.bytes:
            peak = Peak(fullest * BYTES_PER_VALUE, node.name)
    return peak
