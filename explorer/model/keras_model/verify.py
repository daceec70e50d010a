"""Proof that the tally is right: the network is built with Keras and every layer compared."""

import gc
import time
from dataclasses import dataclass
from math import prod
from threading import Lock
from typing import TYPE_CHECKING

from explorer.arch.graph import Graph
from explorer.arch.ops import Shape
from explorer.counting.tally import tally
from explorer.model.keras_model.build import build
from explorer.model.keras_model.profiler import profiler_macs

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class Counts:
    """What is compared, of a layer or of a whole network: its output shape without the batch, and its costs."""

    output_shape: Shape
    params: int
    trainable_params: int
    macs: int


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Attributes:
        name: Of the layer, or the network's title.
        ours: By the tally.
        keras: By the built model; None if the layer did not become part of it.
    """

    name: str
    ours: Counts
    keras: Counts | None

    @property
    def agrees(self) -> bool:
        """Whether everything is equal."""
        return self.ours == self.keras


@dataclass(frozen=True, slots=True)
class Verification:
    """The tally beside the built model.

    Attributes:
        rows: One for each layer, in the graph's order.
        total: The network's output shape and sums.
        profiler_macs: Multiply-adds by TensorFlow's profiler; None if it was not asked or cannot tell.
        seconds: What building and comparing took.
        keras_version: Of the Keras that built the model.
    """

    rows: tuple[Row, ...]
    total: Row
    profiler_macs: int | None
    seconds: float
    keras_version: str

    @property
    def agrees(self) -> bool:
        """Whether every layer and the total are equal, and the profiler, if it told, agrees."""
        return (
            all(row.agrees for row in self.rows)
            and self.total.agrees
            and self.profiler_macs in (None, self.total.ours.macs)
        )


# However many people ask at once, the process holds one model for it.
_ONE_AT_A_TIME = Lock()


def verify(graph: Graph, *, profile: bool = False) -> Verification:
    """Builds `graph` with Keras and compares shapes, parameters and multiply-adds of every layer.

    The model is freed before the result is there.

    Args:
        graph: The network.
        profile: Also count with TensorFlow's profiler, which takes about as long as building.

    Raises:
        BudgetError: If building is estimated to take more memory than allowed.
    """
    with _ONE_AT_A_TIME:
        try:
            return _verify(graph, profile)
        finally:
            gc.collect()


def _verify(graph: Graph, profile: bool) -> Verification:
    import keras

    start = time.perf_counter()
    model = build(graph)
    built = {layer.name: _built(layer) for layer in model.layers}
    ours = tally(graph)
    rows = tuple(
        Row(
            layer.node.name,
            Counts(layer.output_shape, layer.params, layer.trainable_params, layer.macs),
            built.get(layer.node.name),
        )
        for layer in ours.layers
    )
    total = Row(
        graph.title,
        Counts(ours.layers[-1].output_shape, ours.params, ours.trainable_params, ours.macs),
        Counts(
            model.output_shape[1:],
            model.count_params(),
            _values(model.trainable_weights),
            sum(counts.macs for counts in built.values()),
        ),
    )
    macs = profiler_macs(model) if profile else None
    return Verification(rows, total, macs, time.perf_counter() - start, keras.__version__)


def _built(layer: "keras.Layer") -> Counts:
    """What the built layer itself says.

    Each value of a kernel takes part in one multiply-add at each output position, whether the convolution is
    regular, grouped, depthwise or separable. Biases and the weights of batch normalization are vectors.
    """
    output_shape = layer.output.shape[1:]
    kernels = [weight for weight in layer.weights if len(weight.shape) > 1]
    macs = prod(output_shape[:-1]) * _values(kernels)
    return Counts(output_shape, layer.count_params(), _values(layer.trainable_weights), macs)


def _values(weights: "list[keras.Variable]") -> int:
    return sum(prod(weight.shape) for weight in weights)
