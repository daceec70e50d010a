"""The layers in the order in which depth grows: the x axis of the charts that run through a network."""

from explorer.arch.ops import BatchNorm, Elementwise
from explorer.counting.tally import LayerTally, Tally

X_TITLE = "Layer, along the longest path"


def layers_by_depth(tally: Tally) -> tuple[LayerTally, ...]:
    """The longest path from the image to the logits, without layers that change neither shape nor field.

    In a residual network that is its main branch, in Inception V3 the deepest branch of each module. Normalization,
    activations and dropout are left out.
    """
    length: dict[str, int] = {}
    before: dict[str, str] = {}
    for layer in tally.layers:
        name, inputs = layer.node.name, layer.node.inputs
        length[name] = 1 + max((length[source] for source in inputs), default=0)
        if inputs:
            before[name] = max(inputs, key=length.__getitem__)
    path = [tally.graph.output.name]
    while path[-1] in before:
        path.append(before[path[-1]])
    layers = (tally.by_name[name] for name in reversed(path))
    return tuple(layer for layer in layers if not isinstance(layer.node.op, Elementwise | BatchNorm))
