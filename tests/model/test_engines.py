"""Both engines against the Keras model with the same weights: logits, every kind of tap, threads, choice, memory."""

import gc
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import keras
import numpy as np
import pytest

from explorer.arch.graph import Flow, Graph, GraphBuilder
from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    Input,
    MaxPool,
    SeparableConv2D,
    ZeroPad,
)
from explorer.configuration.registry import PRESETS, graph_of
from explorer.errors import BudgetError, EngineError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.engines.choice import ENGINE_VARIABLE, chosen_engine, create
from explorer.model.engines.engine import Engine
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.engines.tensorflow_engine import TensorFlowEngine
from explorer.model.keras_model.build import build
from explorer.model.weights.arrays import Weights, random_weights
from explorer.model.weights.written_out_arrays import taps_of
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig
from tests.lively_weights import lively_weights

ENGINES = (OpenVINOEngine, TensorFlowEngine)
SMALL = XceptionConfig(input_size=79, width=0.25, classes=10)


def keras_model(graph: Graph, weights: Weights) -> keras.Model:
    model = build(graph)
    for name, arrays in weights.arrays.items():
        model.get_layer(name).set_weights(list(arrays.values()))
    return model


def noise(graph: Graph, count: int = 1) -> np.ndarray:
    return np.random.default_rng(2).uniform(-1, 1, (count, *graph.input_shape)).astype(np.float32)


def other_operations() -> Graph:
    """What Xception does not use, with odd sizes and strides."""
    builder = GraphBuilder("Other operations", (Flow("only", "Only flow"),))
    builder.enter("only", "block1")
    x = builder.add("input", Input((21, 20, 3)))
    x = builder.add("pad", ZeroPad(((0, 1), (2, 3))), x)
    x = builder.add("depthwise", DepthwiseConv2D((3, 5), (2, 2), "valid", depth_multiplier=2, use_bias=True), x)
    x = builder.add("relu6", Activation("relu6"), x)
    x = builder.add("bn", BatchNorm(scale=False, center=False, epsilon=1e-5), x)
    average = builder.add("average", AveragePool((2, 3), (1, 1), "same"), x)
    largest = builder.add("largest", MaxPool((3, 2), (1, 1), "same"), x)
    x = builder.add("add", Add(), x, average, largest)
    x = builder.add("grouped", Conv2D(12, (3, 3), (2, 2), groups=3, use_bias=True), x)
    x = builder.add("elu", Activation("elu"), x)
    side = builder.add("separable", SeparableConv2D(5, (1, 5), (1, 1), depth_multiplier=3, use_bias=True), x)
    x = builder.add("concat", Concat(), x, side)
    x = builder.add("valid_average", AveragePool((2, 2), (2, 2)), x)
    x = builder.add("flat", Flatten(), x)
    x = builder.add("dropout", Dropout(0.5), x)
    x = builder.add("hidden", Dense(7), x)
    x = builder.add("hidden_bn", BatchNorm(), x)
    builder.add("logits", Dense(4, use_bias=False), x)
    return builder.graph()


GRAPHS = {
    **{name: graph_of(PRESETS[name].config) for name in ("paper", "kitchenware")},
    "from-scratch": graph_of(replace(PRESETS["from-scratch"].config, input_size=96)),
    "lightweight": graph_of(LightweightConfig(input_size=96, classes=7)),
    "inception-v3": graph_of(InceptionV3Config(input_size=139, classes=12)),
    "grouped, elu": graph_of(
        replace(SMALL, segments=6, depth_multiplier=2, intermediate_activation="elu", middle_repeats=2)
    ),
    "regular, wide kernel": graph_of(replace(SMALL, segments=1, kernel_size=5, middle_repeats=2)),
    "relu between": graph_of(replace(SMALL, intermediate_activation="relu", stem_padding="same", middle_repeats=0)),
    "no residual": graph_of(replace(SMALL, residual=False, depth_multiplier=3, entry_convs=1, middle_convs=1)),
    "other operations": other_operations(),
}


@pytest.fixture(autouse=True)
def collect_models() -> Iterator[None]:
    yield
    gc.collect()  # Keras models sit in reference cycles


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_engines_compute_what_keras_computes(graph):
    weights, images = lively_weights(graph), noise(graph)
    expected = np.asarray(keras_model(graph, weights)(images, training=False))
    assert expected.std() > 0.01  # else equality would prove little
    for engine in ENGINES:
        logits = engine(graph, weights).run(images).logits
        assert logits.dtype == np.float32
        np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("engine", ENGINES)
def test_taps_are_the_outputs_of_all_34_separable_convolutions_and_their_halves(engine):
    graph = graph_of(SMALL)
    weights, images = lively_weights(graph), noise(graph)
    model = keras_model(graph, weights)
    separable = [node for node in graph.nodes if isinstance(node.op, SeparableConv2D)]
    assert len(separable) == 34
    layers = [model.get_layer(node.name) for node in separable]
    both = [output for layer in layers for output in (layer.input, layer.output)]
    computed = keras.Model(model.input, both)(images, training=False)
    taps = [tap for node in separable for tap in (f"{node.name}_depthwise", node.name, f"{node.name}_pointwise")]

    outputs = engine(graph, weights, taps).run(images)

    assert list(outputs.taps) == taps
    for node, entering, leaving in zip(separable, computed[::2], computed[1::2], strict=True):
        kernel = weights.arrays[node.name]["depthwise_kernel"]
        halfway = np.asarray(keras.ops.depthwise_conv(entering, kernel, padding="same"))
        assert_close(outputs.taps[f"{node.name}_depthwise"], halfway)
        assert_close(outputs.taps[node.name], np.asarray(leaving))
        np.testing.assert_array_equal(outputs.taps[f"{node.name}_pointwise"], outputs.taps[node.name])


@pytest.mark.parametrize("name", ["grouped, elu", "other operations"])
def test_every_output_can_be_tapped(name):
    graph = GRAPHS[name]
    weights, images = lively_weights(graph), noise(graph)
    model = keras_model(graph, weights)
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    expected = keras.Model(model.input, [layer.output for layer in layers])(images, training=False)

    for engine in ENGINES:
        outputs = engine(graph, weights, tuple(taps_of(graph))).run(images)
        assert {tap: array.shape[1:] for tap, array in outputs.taps.items()} == taps_of(graph)
        for layer, output in zip(layers, expected, strict=True):
            assert_close(outputs.taps[layer.name], np.asarray(output))


def assert_close(got: np.ndarray, expected: np.ndarray) -> None:
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("engine", ENGINES)
def test_images_do_not_depend_on_their_company(engine):
    graph = graph_of(SMALL)
    tapped = engine(graph, lively_weights(graph), ("block3_add", "avg_pool"))
    images = noise(graph, 5)
    together = tapped.run(images)
    assert together.logits.shape == (5, 10)
    for index in range(5):
        alone = tapped.run(images[index : index + 1])
        np.testing.assert_allclose(together.logits[index], alone.logits[0], rtol=1e-4, atol=1e-5)
        for tap in alone.taps:
            np.testing.assert_allclose(together.taps[tap][index], alone.taps[tap][0], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("engine", ENGINES)
def test_eight_threads_get_what_one_gets_and_keep_it(engine):
    graph = graph_of(SMALL)
    shared = engine(graph, lively_weights(graph), ("block2_sepconv1", "block14_sepconv2_act"))
    images = noise(graph, 8)[:, np.newaxis]
    expected = [shared.run(image) for image in images]
    before = [outputs.logits.copy() for outputs in expected]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(shared.run, [images[turn % 8] for turn in range(64)]))
    for turn, outputs in enumerate(results):
        np.testing.assert_array_equal(outputs.logits, expected[turn % 8].logits)
        for tap, array in outputs.taps.items():
            np.testing.assert_array_equal(array, expected[turn % 8].taps[tap])
    # Outputs are handed over, not lent: later passes leave them alone, and they outlive the engine.
    del shared
    gc.collect()
    for outputs, logits in zip(expected, before, strict=True):
        np.testing.assert_array_equal(outputs.logits, logits)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", [(0, 79, 79, 3), (1, 79, 78, 3), (79, 79, 3), (1, 79, 79, 1)])
def test_images_of_another_shape_are_refused(engine, shape):
    graph = graph_of(replace(SMALL, middle_repeats=0))
    with pytest.raises(ValueError, match=r"must have the shape \(N, 79, 79, 3\), got"):
        engine(graph, random_weights(graph)).run(np.zeros(shape, np.float32))


def test_create_refuses_a_tap_that_is_no_output_and_weights_of_another_network():
    graph = graph_of(SMALL)
    with pytest.raises(ValueError, match="no outputs of Xception: block99_act"):
        create(graph, random_weights(graph), ("block99_act", "block5_sepconv1"))
    with pytest.raises(ValueError, match="predictions differ"):
        create(graph, random_weights(graph_of(replace(SMALL, classes=11))))


@pytest.mark.parametrize("name", ["openvino", "tensorflow"])
def test_the_variable_chooses_the_engine(monkeypatch, name):
    monkeypatch.setenv(ENGINE_VARIABLE, name)
    graph = graph_of(replace(SMALL, middle_repeats=0))
    engine: Engine = create(graph, random_weights(graph))
    assert (engine.name, chosen_engine().remark) == (name, "")
    assert engine.version[0].isdecimal()
    assert engine.provenance.state == "random"


def test_an_unknown_engine_is_refused(monkeypatch):
    monkeypatch.setenv(ENGINE_VARIABLE, "torch")
    with pytest.raises(EngineError, match="must be openvino or tensorflow, got 'torch'"):
        chosen_engine()


def test_without_openvino_tensorflow_runs_and_says_so(monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "explorer.model.engines.choice.find_spec", lambda name: None if name == "openvino" else find_spec(name)
    )
    monkeypatch.delenv(ENGINE_VARIABLE, raising=False)
    assert chosen_engine().name == "tensorflow"
    assert "OpenVINO is not installed" in chosen_engine().remark
    monkeypatch.setenv(ENGINE_VARIABLE, "openvino")
    with pytest.raises(EngineError, match="which is not installed"):
        chosen_engine()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_network_beyond_the_budget_is_refused(engine, monkeypatch):
    graph = graph_of(SMALL)
    monkeypatch.setenv(BUDGET_VARIABLE, "1 MiB")
    with pytest.raises(BudgetError, match=r"may take 1\.0 MiB of memory"):
        engine(graph, random_weights(graph))


def test_classifying_with_openvino_does_not_import_tensorflow():
    program = """
import sys, numpy as np
from explorer.networks.xception import XceptionConfig
from explorer.configuration.registry import graph_of
from explorer.model.engines.choice import create
from explorer.model.weights.arrays import random_weights
from explorer.vision.classification import classify
graph = graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=0))
classify(create(graph, random_weights(graph)), np.zeros((1, 71, 71, 3), np.float32), None)
assert not {"tensorflow", "keras"} & set(sys.modules), "TensorFlow was imported"
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_openvino_reports_to_nobody_and_leaves_nothing_in_the_home_folder(tmp_path):
    script = """
import socket, sys
from explorer.networks.xception import XceptionConfig
from explorer.configuration.registry import graph_of
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.weights.arrays import random_weights
import numpy as np

asked = []
socket.getaddrinfo = lambda host, *others, **more: asked.append(host) or []
graph = graph_of(XceptionConfig(input_size=71, width=0.25, classes=2, middle_repeats=0))
OpenVINOEngine(graph, random_weights(graph)).run(np.zeros((1, 71, 71, 3), np.float32))
assert not asked, asked
assert sys.modules["openvino_telemetry"] is None
"""
    # Within CI it would be silent anyway.
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | {"HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())
