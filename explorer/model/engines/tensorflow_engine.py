"""The graph as a Keras model, run by one compiled TensorFlow function."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.counting.tally import tally
from explorer.model.budget import build_estimate, require
from explorer.model.engines.engine import EngineName, Outputs, checked_images
from explorer.model.keras_model.build import build
from explorer.model.weights.arrays import Weights
from explorer.model.weights.written_out_arrays import tapped_bytes, tapped_node, written_out_arrays

if TYPE_CHECKING:
    import keras


class TensorFlowEngine:
    """A compiled network; see `explorer.model.engines.engine`."""

    name: EngineName = "tensorflow"

    def __init__(self, graph: Graph, weights: Weights, taps: Sequence[str] = ()) -> None:
        require(memory_estimate(graph, weights, taps), "Running this network with TensorFlow")
        import keras
        import tensorflow as tf

        self.version = tf.__version__
        self.provenance = weights.provenance
        self._input_shape = graph.input_shape
        self._output = tapped_node(graph, graph.output.name)
        self._nodes = {tap: tapped_node(graph, tap) for tap in taps}
        model = written_out_model(graph, weights)
        outputs = (self._output, *self._nodes.values())
        tapped = keras.Model(model.inputs, {name: model.get_layer(name).output for name in outputs})
        # A fixed signature: any number of images is one trace.
        signature = tf.TensorSpec((None, *graph.input_shape), tf.float32)
        self._function = tf.function(lambda images: tapped(images, training=False), input_signature=[signature])

    def run(self, images: np.ndarray) -> Outputs:
        """See `explorer.model.engines.engine.Engine.run`."""
        outputs = self._function(checked_images(images, self._input_shape))
        taps = {tap: outputs[node].numpy() for tap, node in self._nodes.items()}
        return Outputs(outputs[self._output].numpy(), taps)


def written_out_model(graph: Graph, weights: Weights, dtype: str = "float32") -> "keras.Model":
    """The Keras model of a picture in `graph` with `weights`, separable convolutions written out as two layers each."""
    model = build(prepared(written_out(graph), weights.preprocessing), dtype)
    for name, arrays in written_out_arrays(graph, weights.arrays).items():
        for variable in model.get_layer(name).weights:
            variable.assign(arrays[variable.name])
    return model


def memory_estimate(graph: Graph, weights: Weights, taps: Sequence[str] = ()) -> int:
    """Bytes that the process grows by with an engine and one pass: an upper bound, some 5 to 50 % too high.

    What building takes, a copy of the largest weight while it is set, 1.8 x the fullest moment's maps, and 2 x what
    is tapped. TensorFlow itself (0.6 GB) is not counted. It keeps what it was given once, for engines to come.
    """
    counted = tally(written_out(graph))
    largest = max((array.nbytes for arrays in weights.arrays.values() for array in arrays.values()), default=0)
    maps = 18 * counted.peak.bytes // 10 + 2 * tapped_bytes(graph, taps)
    return build_estimate(counted) + largest + maps
