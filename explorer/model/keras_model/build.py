"""A graph as a Keras model."""

import sys
from typing import TYPE_CHECKING, Any

from explorer.arch.graph import Graph
from explorer.arch.ops import Input
from explorer.counting.tally import tally
from explorer.model.budget import build_estimate, require
from explorer.model.keras_model.keras_layers import keras_layer, model_name, recursion_limit

if TYPE_CHECKING:
    import keras


def build(graph: Graph, dtype: str = "float32") -> "keras.Model":
    """The Keras model of `graph`, with random weights: image (N, H, W, C) -> logits (N, classes).

    Layers bear the names of the nodes. `model.layers` stands in Keras' own order, which follows from the wiring
    and from the order in which additions and concatenations list their inputs, not from the order of creation;
    a description that wires a network as Keras Applications does can therefore load its weight files.

    A model sits in reference cycles: dropping it frees nothing before `gc.collect()`.

    Args:
        graph: The network.
        dtype: Of its weights and its arithmetic; float64 for proofs.

    Raises:
        BudgetError: If building is estimated to take more memory than allowed.
    """
    require(build_estimate(tally(graph)), "Building this network with Keras")
    import keras

    from explorer.model.keras_model import own_layers

    sys.setrecursionlimit(max(sys.getrecursionlimit(), recursion_limit(graph)))
    tensors: dict[str, Any] = {}
    for node in graph.nodes:
        described = keras_layer(node.op)
        classes = own_layers if described.is_own else keras.layers
        layer = getattr(classes, described.cls)(**described.arguments, name=node.name, dtype=dtype)
        inputs = [tensors[source] for source in node.inputs]
        # keras.layers.Input is already the tensor; a layer of several inputs takes a list.
        tensors[node.name] = layer(inputs[0] if len(inputs) == 1 else inputs) if inputs else layer
    image = next(node.name for node in graph.nodes if isinstance(node.op, Input))
    return keras.Model(tensors[image], tensors[graph.output.name], name=model_name(graph))
