"""The way back as OpenVINO computes it, against TensorFlow's tape in float64: every operation, every network."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Activation, AveragePool, Conv2D, DepthwiseConv2D, GlobalMaxPool, MaxPool, Op
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.weights.arrays import Weights
from tests.contract.small import assert_close
from tests.contract.test_operations import CASES, described, on_pixel
from tests.lively_weights import lively_weights

ODD = (
    Conv2D(4, (1, 1), (2, 2)),
    Conv2D(4, (2, 1), (3, 2), "valid"),
    Conv2D(4, (4, 5), (3, 2)),
    Conv2D(6, (3, 3), (2, 3), groups=2),
    DepthwiseConv2D((2, 4), (3, 3), "valid"),
    DepthwiseConv2D((2, 4), depth_multiplier=3),
    MaxPool((2, 2), (2, 2)),
    MaxPool((1, 1), (3, 2)),
    MaxPool((4, 3), (1, 2), "same"),
    MaxPool((5, 2), (2, 3), "same"),
    AveragePool((4, 5), (3, 2), "same"),
    AveragePool((2, 2), (3, 3)),
    AveragePool((3, 3), (1, 1), "same"),
)
GRAPHS = CASES | {f"{op}": described(op) for op in ODD}


def tape(graph: Graph, weights: Weights, nodes: list[str], image: np.ndarray, direction: np.ndarray, dtype: str):
    """Values of nodes of the written-out graph, and derivatives by them of the output along `direction`."""
    model = written_out_model(graph, weights, dtype)
    tapped = keras.Model(model.inputs, [*(model.get_layer(node).output for node in nodes), model.output])
    picture = tf.constant(image, dtype)
    with tf.GradientTape() as recorded:
        recorded.watch(picture)
        *values, logits = tapped(picture, training=False)
        score = tf.reduce_sum(logits * tf.constant(direction, dtype))
    gradients = recorded.gradient(score, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [value.numpy() for value in values], [gradient.numpy() for gradient in gradients]


def assert_is_the_tape(graph: Graph, image: np.ndarray, tolerance: float = 1e-5) -> None:
    weights, names = lively_weights(graph), [node.name for node in graph.nodes if node.name != "layer"]
    engine = OpenVINOGradients(graph, weights)
    shape = output_shapes(graph)[graph.output.name]
    direction = np.random.default_rng(7).normal(size=shape).astype(np.float32)
    values, gradients = tape(graph, weights, names, image, direction, "float64")
    found = engine.run(image, direction, names)
    for name, value, gradient in zip(names, values, gradients, strict=True):
        assert_close(found[name].activation, value, tolerance)
        assert_close(found[name].gradient, gradient, tolerance)


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_every_operation_sends_back_what_tensorflow_does(graph):
    if len(graph.input_shape) == 1:
        graph = on_pixel(graph)
    image = 3 * np.random.default_rng(2).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)
    assert_is_the_tape(graph, image)


TIED: tuple[Op, ...] = (
    *(op for op in ODD if isinstance(op, MaxPool)),
    GlobalMaxPool(),
    GlobalMaxPool(keepdims=True),
    *(Activation(function) for function in ("relu", "relu6", "leaky_relu", "elu", "selu", "hard_sigmoid", "hard_silu")),
)


@pytest.mark.parametrize("op", TIED, ids=str)
def test_equal_values_and_kinks_are_decided_as_tensorflow_does(op):
    # Few whole numbers: most windows hold their largest value several times, and 0, 3 and 6 are kinks.
    graph = described(op)
    image = 3.0 * np.random.default_rng(5).integers(-1, 3, (1, *graph.input_shape)).astype(np.float32)
    assert_is_the_tape(graph, image)
