"""What goes through the whole network and back: the network as a Keras model, with parts that are compiled.

A *film* runs the whole network once, forward and backward, and sums up the gradients at many nodes on the way. An
*activation gradient* goes from the picture to one channel of a node, and back. Both are TensorFlow's; a single place's
gradient is OpenVINO's (`explorer.model.gradients.openvino_gradients`).

What is asked about is a direction in the space of the logits: 1 at a class, and -1 at another if the question is
what tells the two apart. It goes in as a tensor, so that all classes share one trace.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from math import prod
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Conv2D
from explorer.arch.written_out import written_out
from explorer.counting.memory import BYTES_PER_VALUE
from explorer.counting.tally import tally
from explorer.model.budget import build_estimate, require
from explorer.model.gradients.activation_gradient import ActivationGradient
from explorer.model.gradients.film import Film
from explorer.model.gradients.split_model import SplitModel
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Weights

if TYPE_CHECKING:
    import keras

T = TypeVar("T")

MOST_ACTIVATION_GRADIENTS = 4
"""Compiled activation gradients that a network keeps: each some megabytes of graph, the weights are shared."""


class GradientNetwork:
    """A network with weights of which gradients can be had. TensorFlow is imported when one is made.

    Attributes:
        graph: The network.
        network: The same, written out: the nodes that its parts begin and end at.
        provenance: State of its weights.
        model: The Keras model of the written-out network.
    """

    def __init__(self, graph: Graph, weights: Weights, dtype: str = "float32") -> None:
        """Builds the Keras model.

        Args:
            graph: The network.
            weights: Its weights.
            dtype: float64 for proofs.

        Raises:
            BudgetError: If building and differentiating it would not fit into the memory budget.
            ValueError: If the weights are not those of `graph`.
        """
        weights.check(graph)
        require(memory_estimate(graph), "Computing gradients in this network")
        self.graph = graph
        self.provenance = weights.provenance
        self._split = SplitModel(graph, weights, dtype)

        self._activation_gradients: OrderedDict[str, LazyValue[ActivationGradient]] = OrderedDict()
        self._lock = Lock()

    @property
    def network(self) -> Graph:  # noqa: D102
        return self._split.network

    @property
    def model(self) -> "keras.Model":  # noqa: D102
        return self._split.whole

    def activation_gradient(self, node: str) -> ActivationGradient:
        """Of `node` of the written-out graph; compiled, the `MOST_ACTIVATION_GRADIENTS` last used are kept."""
        known, most = self._activation_gradients, MOST_ACTIVATION_GRADIENTS
        return self._last_used(known, node, most, lambda: ActivationGradient(self._split, node))()

    def film(self, nodes: Sequence[str]) -> Film:
        """The gradients at all of `nodes` in one pass; compiled before it is returned."""
        return Film(self._split, nodes)

    def _last_used(
        self, known: OrderedDict[str, LazyValue[T]], node: str, most: int, make: Callable[[], T]
    ) -> LazyValue[T]:
        with self._lock:
            once = known.setdefault(node, LazyValue(make))
            known.move_to_end(node)
            if len(known) > most:
                known.popitem(last=False)
        return once


def memory_estimate(graph: Graph) -> int:
    """Bytes that a process grows by with the Keras model and one pass forward and backward: an upper bound.

    Building, 1.1 x the outputs of all layers, which are kept for the way back, and 80 MB for what is compiled; at
    the paper's size and above 20 to 35 % too high. Grouped convolutions are compiled by XLA, which takes some 300 MB
    more. TensorFlow itself (0.6 GB) is not counted.
    """
    network = written_out(graph)
    outputs = sum(map(prod, output_shapes(network).values())) * BYTES_PER_VALUE
    grouped = any(isinstance(node.op, Conv2D) and node.op.groups > 1 for node in network.nodes)
    return build_estimate(tally(network)) + 11 * outputs // 10 + (80 + 400 * grouped) * 2**20
