"""A picture from -1 to 1 goes in; what reaches the network is what Keras' own preprocessing would give it."""

import keras
import numpy as np
import pytest

from explorer.arch.preprocessing import MEAN_BGR, PIXELS, SIGNED, UNIT, Preprocessing, prepared
from explorer.configuration.registry import graph_of
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.engines.tensorflow_engine import TensorFlowEngine
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.keras_model.build import build
from explorer.model.weights.arrays import Provenance, Weights
from explorer.networks.xception import XceptionConfig
from tests.lively_weights import lively_weights

# With same padding the stem's zeros lie around what was subtracted from: they are no black, and no mean.
GRAPH = graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=1, classes=5, stem_padding="same"))
ARRAYS = lively_weights(GRAPH).arrays
PIXEL_VALUES = np.random.default_rng(0).integers(0, 256, (1, 71, 71, 3)).astype(np.float32)
PICTURE = PIXEL_VALUES / np.float32(127.5) - np.float32(1)
STRANGE = Preprocessing("of a file", (0.01, 0.02, 0.03), (-1.0, 0.5, 0.0), "BGR")


def by_keras(pixels: np.ndarray, preprocessing: Preprocessing) -> np.ndarray:
    own = keras.applications.imagenet_utils.preprocess_input
    if preprocessing is SIGNED:
        return own(pixels.copy(), mode="tf")
    if preprocessing is MEAN_BGR:
        return own(pixels.copy(), mode="caffe")
    if preprocessing is UNIT:
        return keras.layers.Rescaling(1 / 255)(pixels).numpy()
    if preprocessing is PIXELS:
        return pixels
    return pixels[..., ::-1] * np.array(STRANGE.scale, np.float32) + np.array(STRANGE.offset, np.float32)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    model = build(GRAPH)
    for node, arrays in ARRAYS.items():
        for variable in model.get_layer(node).weights:
            variable.assign(arrays[variable.name])
    return model


@pytest.mark.parametrize("preprocessing", [SIGNED, UNIT, PIXELS, MEAN_BGR, STRANGE], ids=lambda each: each.name)
@pytest.mark.parametrize("engine", [OpenVINOEngine, TensorFlowEngine])
def test_engines_prepare_pictures_as_keras_does(model, engine, preprocessing):
    weights = Weights(ARRAYS, Provenance("pretrained", "test", ""), preprocessing)
    expected = model(by_keras(PIXEL_VALUES, preprocessing), training=False).numpy()
    np.testing.assert_allclose(engine(GRAPH, weights).run(PICTURE).logits, expected, rtol=2e-4, atol=2e-4)


def test_gradients_are_those_of_the_picture(model):
    import tensorflow as tf

    weights = Weights(ARRAYS, Provenance("pretrained", "test", ""), MEAN_BGR)
    direction = np.eye(5, dtype=np.float32)[2]
    found = OpenVINOGradients(GRAPH, weights).run(PICTURE, direction, ["input"])["input"].gradient
    pixels = tf.constant(by_keras(PIXEL_VALUES, MEAN_BGR))
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        score = model(pixels, training=False)[:, 2]
    expected = 127.5 * tape.gradient(score, pixels).numpy()[..., ::-1]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_what_needs_no_preparation_is_the_graph_itself():
    assert prepared(GRAPH, SIGNED) is GRAPH
    assert len(prepared(GRAPH, UNIT).nodes) == len(GRAPH.nodes) + 1
