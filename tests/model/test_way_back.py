"""The way back as OpenVINO computes it, against TensorFlow's tape in float64: every operation, every network."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Activation, AveragePool, Conv2D, DepthwiseConv2D, GlobalMaxPool, MaxPool, Op
from explorer.arch.places.taps import taps
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.errors import BudgetError, EngineError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.engines.openvino_operations import Translation
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.gradients.openvino_gradients import OpenVINOGradients, Passed
from explorer.model.gradients.part_models import PartModels
from explorer.model.gradients.processor_check import require_by_hand
from explorer.model.gradients.way_back import WayBack
from explorer.model.weights.arrays import Weights
from explorer.networks.xception import XceptionConfig
from tests.contract.small import assert_close, one_of_each_file, small
from tests.contract.test_operations import CASES, Unheard, described, on_pixel
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
NARROW = (
    # Map and window of one size: OpenVINO took the counts of an average for a part of the kernel.
    AveragePool((3, 3), (1, 1), "same"),
    MaxPool((3, 3), (1, 1), "same"),
    DepthwiseConv2D((3, 3)),
    Conv2D(4, (1, 7)),
)
GRAPHS = CASES | {f"{op}": described(op) for op in ODD}
GRAPHS |= {f"{op} on {size} px": described(op, (size, size, 6)) for op in NARROW for size in (1, 2, 3)}


def tape(graph: Graph, weights: Weights, nodes: list[str], image: np.ndarray, direction: np.ndarray, dtype: str):
    """Values of nodes of the written-out graph, and derivatives by them of the output along `direction`."""
    model = written_out_model(graph, weights, dtype)
    tapped = keras.Model(model.inputs, [*(model.get_layer(node).output for node in nodes), model.output])

    # Compiled, it leaves out the gradients of kernels, in which TensorFlow 2.21 crashes on Mini-Xception's maps.
    @tf.function(autograph=False)
    def run(picture: tf.Tensor):
        with tf.GradientTape(watch_accessed_variables=False) as recorded:
            recorded.watch(picture)
            *values, logits = tapped(picture, training=False)
            score = tf.reduce_sum(logits * tf.constant(direction, dtype))
        return values, recorded.gradient(score, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    values, gradients = run(tf.constant(image, dtype))
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


def heat_map(value: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return (value * gradient.mean((1, 2), keepdims=True)).sum(-1)


def distance(found: np.ndarray, exact: np.ndarray) -> float:
    return float(np.abs(found - exact).max() / max(np.abs(exact).max(), 1e-30))


@pytest.mark.parametrize("name", one_of_each_file())
def test_every_place_of_every_description_is_as_close_to_the_truth_as_tensorflow_comes(name):
    graph = graph_of(small(NETWORKS[name]))
    weights, engine = lively_weights(graph), OpenVINOGradients(graph, lively_weights(graph))
    nodes = list(dict.fromkeys(tap.node for tap in taps(graph) if tap.is_map))
    image = noise(graph, 3)
    classes = len(engine.there(image).logits[0])
    direction = np.eye(classes, dtype=np.float32)[0] - np.eye(classes, dtype=np.float32)[1]
    found = engine.run(image, direction, nodes)
    exact = tape(graph, weights, nodes, image, direction, "float64")

    @cache
    def by_tensorflow():
        """In float32 as we are; it takes long and is needed only where roundings have added up."""
        values, gradients = tape(graph, weights, nodes, image, direction, "float32")
        return {node: pair for node, *pair in zip(nodes, values, gradients, strict=True)}

    for node, *true in zip(nodes, *exact, strict=True):
        ours = errors(found[node].activation, found[node].gradient, *true)
        # Below some roundings in a row, which of the two is closer is chance.
        if not all(error <= 1e-5 for error in ours):
            theirs = errors(*by_tensorflow()[node], *true)
            assert all(mine <= max(2 * other, 1e-5) for mine, other in zip(ours, theirs, strict=True)), node


def errors(value: np.ndarray, gradient: np.ndarray, true_value: np.ndarray, true_gradient: np.ndarray) -> list[float]:
    """Of the value, of its gradient, and of the map of both."""
    # Channels cancel in a map, at single pixels nearly to 0: its error is measured by what was summed.
    summed = (np.abs(true_value) * np.abs(true_gradient.mean((1, 2), keepdims=True))).sum(-1).max()
    of_map = np.abs(heat_map(value, gradient) - heat_map(true_value, true_gradient)).max() / summed
    return [distance(value, true_value), distance(gradient, true_gradient), float(of_map)]


SMALL = XceptionConfig(input_size=79, width=0.25, classes=10, middle_repeats=3)
RATHER = np.eye(10, dtype=np.float32)[3] - np.eye(10, dtype=np.float32)[7]


def noise(graph: Graph, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)


def test_modules_of_one_shape_share_a_model_in_a_network_of_any_length():
    known, compiled = PartModels(), []
    for repeats in (3, 8):
        graph = graph_of(replace(SMALL, middle_repeats=repeats))
        engine = OpenVINOGradients(graph, lively_weights(graph), known)
        engine.run(noise(graph), RATHER, ["block1_conv2_act"])
        compiled.append(len(known))
    assert compiled[0] == compiled[1]
    other = OpenVINOGradients(graph, lively_weights(graph, seed=5), known)
    gradients = [each.run(noise(graph), RATHER, ["block6_sepconv1_bn"]) for each in (engine, other)]
    assert len(known) == compiled[0] + 1
    first, second = (found["block6_sepconv1_bn"].gradient for found in gradients)
    assert distance(first, second) > 0.1


def test_only_the_last_used_are_kept():
    known, graph = PartModels(most=2), graph_of(SMALL)
    engine = OpenVINOGradients(graph, lively_weights(graph), known)
    engine.there(noise(graph))
    assert len(known) == 2


def test_a_picture_that_an_engine_has_passed_need_not_go_there_again():
    graph = graph_of(SMALL)
    weights, image = lively_weights(graph), noise(graph)
    gradients = OpenVINOGradients(graph, weights)
    picture, *others = gradients.reads
    outputs = OpenVINOEngine(graph, weights, others).run(image)
    passed = Passed({picture: image, **outputs.taps}, outputs.logits)
    name = "block2_sepconv1_depthwise"
    found, own = gradients.back(passed, RATHER, [name])[name], gradients.run(image, RATHER, [name])[name]
    assert found.score == pytest.approx(own.score, abs=1e-5)
    assert distance(found.gradient, own.gradient) < 1e-4


def test_eight_threads_with_other_pictures_and_classes_get_their_own_answers():
    graph, names = graph_of(SMALL), ["block9_sepconv2_act", "block5_sepconv2_bn", "input"]
    engine = OpenVINOGradients(graph, lively_weights(graph))

    def asked(number: int):
        return engine.run(noise(graph, number), np.eye(10, dtype=np.float32)[number], names)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(asked, [*range(8)] * 3))
    alone = [asked(number) for number in range(8)]
    for number, found in enumerate(together):
        for name in names:
            assert distance(found[name].activation, alone[number % 8][name].activation) < 1e-6
            assert distance(found[name].gradient, alone[number % 8][name].gradient) < 1e-5
    assert distance(alone[0]["input"].gradient, alone[1]["input"].gradient) > 0.1


def test_what_it_does_not_know_it_says():
    graph = graph_of(SMALL)
    engine = OpenVINOGradients(graph, lively_weights(graph))
    with pytest.raises(ValueError, match="has no block99"):
        engine.run(noise(graph), RATHER, ["block99"])
    with pytest.raises(ValueError, match="images must have the shape"):
        engine.run(noise(graph)[:, 1:], RATHER, ["input"])
    with pytest.raises(ValueError, match="not the weights"):
        OpenVINOGradients(graph, lively_weights(graph_of(replace(SMALL, classes=4))))
    with pytest.raises(TypeError, match="no way back for Unheard"):
        WayBack(Translation()).of(Unheard(), {}, [None], None, None)


def test_wrong_numbers_of_a_processor_are_refused():
    class LosesHalf(PartModels):
        def of(self, part, arrays, wanted):
            model = super().of(part, arrays, wanted)
            return SimpleNamespace(run=lambda *inputs: [array * (np.arange(24) < 8) for array in model.run(*inputs)])

    require_by_hand(PartModels())
    with pytest.raises(EngineError, match="wrong numbers on this processor"):
        require_by_hand(LosesHalf())


def test_the_way_back_does_not_import_tensorflow():
    program = """
import sys, numpy as np
from explorer.configuration.registry import graph_of
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.weights.arrays import random_weights
from explorer.networks.xception import XceptionConfig
graph = graph_of(XceptionConfig(input_size=71, width=0.25, classes=2, middle_repeats=0))
picture, direction = np.zeros((1, 71, 71, 3), np.float32), np.ones(2, np.float32)
OpenVINOGradients(graph, random_weights(graph)).run(picture, direction, ["input"])
assert not {"tensorflow", "keras"} & set(sys.modules), "TensorFlow was imported"
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.fixture(autouse=True)
def collect_models() -> Iterator[None]:
    yield
    gc.collect()  # Keras models sit in reference cycles


def test_a_way_back_that_would_not_fit_is_refused_before_it_is_tried(monkeypatch):
    graph = graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=0, classes=10))
    gradients = OpenVINOGradients(graph, lively_weights(graph))
    passed = gradients.there(np.zeros((1, 71, 71, 3), np.float32))
    monkeypatch.setenv(BUDGET_VARIABLE, "1 MiB")
    with pytest.raises(BudgetError, match=r"The way back through this network may take 1\.0 MiB of memory"):
        gradients.back(passed, np.ones(10, np.float32), ["block1_conv1"])
