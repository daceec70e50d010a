"""Depthwise convolutions that a pointwise one follows: a separable convolution written as layers of its own."""

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Activation, BatchNorm, Conv2D, DepthwiseConv2D, Dropout

_BETWEEN = (BatchNorm, Activation, Dropout)


def separable_pairs(graph: Graph) -> dict[str, str]:
    """The depthwise convolution of each pointwise one, by name: `conv_pw_1` -> `conv_dw_1`.

    Between the two may stand batch normalization and an activation, as in MobileNet, as long as nothing else reads
    what is between. A `SeparableConv2D` is one layer and no pair.
    """
    nodes: dict[str, Node] = {}
    readers: dict[str, int] = {}
    pairs: dict[str, str] = {}
    for node in graph.nodes:
        nodes[node.name] = node
        for source in node.inputs:
            readers[source] = readers.get(source, 0) + 1
    for node in graph.nodes:
        op = node.op
        if type(op) is Conv2D and op.kernel == op.strides == (1, 1) and op.groups == 1:
            before = nodes[node.inputs[0]]
            while isinstance(before.op, _BETWEEN) and readers[before.name] == 1:
                before = nodes[before.inputs[0]]
            if isinstance(before.op, DepthwiseConv2D) and readers[before.name] == 1:
                pairs[node.name] = before.name
    return pairs
