"""Places and films against TensorFlow's tape over an independent Keras model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.graph import Graph
from explorer.arch.places.parts import descendants
from explorer.arch.places.taps import last_tap, layers, taps
from explorer.arch.written_out import written_out
from explorer.configuration.registry import graph_of
from explorer.errors import BudgetError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.engines.choice import create
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.gradients.gradient_network import GradientNetwork
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.weights.written_out_arrays import written_out_arrays
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig
from explorer.vision.methods.target import Target
from tests.lively_weights import lively_weights
from tests.small_networks import branched_graph, mobile_graph, residual_graph

SMALL = XceptionConfig(input_size=79, width=0.25, classes=10, middle_repeats=2)
VARIANTS = {
    "plain": SMALL,
    "no shortcuts": XceptionConfig(input_size=79, width=0.25, classes=10, middle_repeats=1, residual=False),
    "written out": XceptionConfig(
        input_size=79, width=0.25, classes=10, middle_repeats=1, segments=4, intermediate_activation="relu"
    ),
    "shortcuts in a chain": FromScratchConfig(input_size=71, classes=10),
    "shortcut lost": LightweightConfig(input_size=71, classes=10),
}
RATHER = Target(3, against=7)


def noise(graph: Graph, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)


def tape_gradients(model: keras.Model, nodes: list[str], image: np.ndarray, direction: np.ndarray):
    """Values of nodes, and derivatives by them of the logits along `direction`."""
    tapped = keras.Model(model.inputs, [*(model.get_layer(node).output for node in nodes), model.output])
    picture = tf.constant(image)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        *values, logits = tapped(picture)
        score = tf.reduce_sum(logits * direction)
    return [value.numpy() for value in values], [gradient.numpy() for gradient in tape.gradient(score, values)]


def close(ours: np.ndarray, theirs: np.ndarray, tolerance: float) -> bool:
    return bool(np.abs(ours - theirs).max() <= tolerance * np.abs(theirs).max())


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_kind_of_tap_has_the_value_and_the_gradient_of_the_whole_network(variant):
    graph = graph_of(VARIANTS[variant])
    weights, image = lively_weights(graph), noise(graph)
    all_taps = [tap.node for tap in taps(graph) if tap.is_map]
    few = 1 if variant == "written out" else 3  # TensorFlow takes seconds to compile a grouped convolution
    chosen = list(dict.fromkeys([*all_taps[:few], *all_taps[len(all_taps) // 2 :][:few], *all_taps[-few:]]))
    (logits,) = create(graph, weights).run(image).logits
    values, gradients = tape_gradients(written_out_model(graph, weights), chosen, image, RATHER.direction(10))
    found = OpenVINOGradients(graph, weights).run(image, RATHER.direction(10), chosen)
    for node, value, gradient in zip(chosen, values, gradients, strict=True):
        assert close(found[node].activation, value, 1e-4), node
        assert close(found[node].gradient, gradient, 5e-3), node
        assert close(found[node].logits[0], logits, 1e-4), node
        assert found[node].score[0] == pytest.approx(float(logits[3] - logits[7]), abs=1e-4)


OTHERS = {"pairs of layers": mobile_graph(), "bottlenecks": residual_graph(), "branches": branched_graph()}


@pytest.mark.parametrize("kind", OTHERS)
def test_places_of_any_branch_and_the_film_of_all(kind):
    graph = OTHERS[kind]
    ours = GradientNetwork(graph, lively_weights(graph), "float64")
    image = noise(graph, 3).astype(np.float64)
    nodes = list(dict.fromkeys(tap.node for tap in taps(graph) if tap.layer in layers(graph)))
    direction = np.array([0.0, 1, 0, -1, 0])
    values, gradients = tape_gradients(ours.model, nodes, image, direction)
    film = ours.film(nodes).run(image, direction)
    found = OpenVINOGradients(graph, lively_weights(graph)).run(image.astype(np.float32), direction, nodes)
    for node, value, gradient in zip(nodes, values, gradients, strict=True):
        assert close(film[node], (value * gradient.mean((1, 2), keepdims=True)).sum(-1)[0], 1e-9), node
        assert close(found[node].activation, value, 1e-5), node
        assert close(found[node].gradient, gradient, 1e-4), node


def test_other_weights_above_the_tap_change_the_gradient_and_leave_the_value():
    graph, node = graph_of(SMALL), "block7_sepconv1_bn"
    weights, image, direction = lively_weights(graph), noise(graph), RATHER.direction(10)
    ours = OpenVINOGradients(graph, weights)
    passed = ours.there(image)
    own = ours.back(passed, direction, [node])[node]
    others = written_out_arrays(graph, lively_weights(graph, seed=5).arrays)
    other = ours.with_other_weights_above(node, others)
    changed = other.back(other.passed_again(passed, node), direction, [node])[node]
    assert close(changed.activation, own.activation, 1e-6)
    assert not close(changed.gradient, own.gradient, 0.5)
    again = ours.back(passed, direction, [node])[node]
    assert np.array_equal(again.gradient, own.gradient), "the first network is what it was"
    reference = written_out_model(graph, weights)
    for name in descendants(written_out(graph), node) - {node}:
        for variable in reference.get_layer(name).weights if name in others else ():
            variable.assign(others[name][variable.name])
    _, (gradient,) = tape_gradients(reference, [node], image, direction)
    assert close(changed.gradient, gradient, 5e-3)


def test_the_film_is_grad_cam_at_every_node():
    graph = graph_of(SMALL)
    ours, image = GradientNetwork(graph, lively_weights(graph)), noise(graph)
    nodes = ["block1_conv2_act", "block2_sepconv1_pointwise", "block6_add", last_tap(ours.graph).node]
    film = ours.film(nodes).run(image, RATHER.direction(10))
    values, gradients = tape_gradients(ours.model, nodes, image, RATHER.direction(10))
    for node, value, gradient in zip(nodes, values, gradients, strict=True):
        by_hand = (value * gradient.mean((1, 2), keepdims=True)).sum(-1)[0]
        assert close(film[node], by_hand, 5e-3), node


def test_what_would_not_fit_is_refused_before_it_is_built(monkeypatch):
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    monkeypatch.setenv(BUDGET_VARIABLE, "1 MiB")
    with pytest.raises(BudgetError, match="Computing gradients"):
        GradientNetwork(graph, weights)
