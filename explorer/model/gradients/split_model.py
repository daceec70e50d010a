"""A Keras model that can be split at any node: its parts share the variables of the whole."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Input, Shape
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.weights.arrays import Weights

if TYPE_CHECKING:
    import keras


class SplitModel:
    """A network with weights as a Keras model, and the parts of it between nodes.

    Attributes:
        graph: The network as it is described.
        network: The same, written out, with the preparation of the picture: the nodes that parts begin and end at.
        dtype: Of its arithmetic.
        whole: The Keras model of the written-out network.
        image: Name of the input node.
        shapes: Output shapes of the written-out network's nodes.
    """

    def __init__(self, graph: Graph, weights: Weights, dtype: str) -> None:
        """Builds the Keras model.

        Args:
            graph: The network.
            weights: Its weights.
            dtype: As "float32".
        """
        self.graph = graph
        self.network = prepared(written_out(graph), weights.preprocessing)
        self.dtype = dtype
        self.whole: keras.Model = written_out_model(graph, weights, dtype)
        self.image = next(node.name for node in self.network.nodes if isinstance(node.op, Input))
        self.shapes: dict[str, Shape] = output_shapes(self.network)

    @property
    def output(self) -> str:
        """Name of the node that gives the logits."""
        return self.network.output.name

    def part(self, inputs: Iterable[str], outputs: Iterable[str]) -> "keras.Model":
        """The layers between nodes of the written-out network."""
        import keras

        def tensors(names: Iterable[str]) -> list[Any]:
            return [self.whole.get_layer(name).output for name in names]

        ends = tensors(outputs)
        return keras.Model(tensors(inputs), ends if len(ends) > 1 else ends[0])
