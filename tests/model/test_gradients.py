"""Tails and films against TensorFlow's tape over an independent Keras model."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.graph import output_shapes
from explorer.arch.places.separable_pairs import separable_pairs
from explorer.arch.places.split import descendants, sources, tail_sources
from explorer.arch.places.taps import find_tap, last_tap, layers, taps
from explorer.configuration.registry import graph_of
from explorer.errors import BudgetError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.engines.choice import create
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.gradients.activations import kept
from explorer.model.gradients.gradient_network import MOST_TAILS, GradientNetwork
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


@lru_cache(maxsize=1)
def network(variant: str) -> GradientNetwork:
    graph = graph_of(VARIANTS[variant])
    return GradientNetwork(graph, lively_weights(graph))


@lru_cache(maxsize=1)
def pass_of_noise(variant: str, seed: int = 0):
    graph = graph_of(VARIANTS[variant])
    image = np.random.default_rng(seed).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)
    return image, network(variant).trunk.run(image)


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
    ours = network(variant)
    image, kept = pass_of_noise(variant)
    all_taps = [tap.node for tap in taps(ours.graph) if tap.is_map]
    few = 1 if variant == "written out" else 3  # TensorFlow takes seconds to compile a grouped convolution
    chosen = list(dict.fromkeys([*all_taps[:few], *all_taps[len(all_taps) // 2 :][:few], *all_taps[-few:]]))
    (logits,) = create(ours.graph, lively_weights(ours.graph)).run(image).logits
    reference = written_out_model(ours.graph, lively_weights(ours.graph))
    values, gradients = tape_gradients(reference, chosen, image, RATHER.direction(10))
    for node, value, gradient in zip(chosen, values, gradients, strict=True):
        found = ours.tail(node).run(kept, RATHER.direction(10))
        assert close(found.activation, value, 1e-4), node
        assert close(found.gradient, gradient, 5e-3), node
        assert close(found.logits[0], logits, 1e-4), node
        assert found.score[0] == pytest.approx(float(logits[3] - logits[7]), abs=1e-4)


OTHERS = {"pairs of layers": mobile_graph(), "bottlenecks": residual_graph(), "branches": branched_graph()}


@pytest.mark.parametrize("kind", OTHERS)
def test_tails_begin_at_any_place_of_any_branch(kind):
    ours = GradientNetwork(OTHERS[kind], lively_weights(OTHERS[kind]), "float64")
    image = np.random.default_rng(3).uniform(-1, 1, (1, *ours.graph.input_shape))
    nodes = list(dict.fromkeys(tap.node for tap in taps(ours.graph) if tap.layer in layers(ours.graph)))
    direction = np.array([0.0, 1, 0, -1, 0])
    values, gradients = tape_gradients(ours.model, nodes, image, direction)
    kept_maps, film = ours.trunk.run(image), ours.film(nodes).run(image, direction)
    for place, (node, value, gradient) in enumerate(zip(nodes, values, gradients, strict=True)):
        assert close(film[node], (value * gradient.mean((1, 2), keepdims=True)).sum(-1)[0], 1e-9), node
        if place % 2:
            continue  # each takes a second to compile
        found = ours.tail(node).run(kept_maps, direction)
        assert close(found.activation, value, 1e-9), node
        assert close(found.gradient, gradient, 1e-9), node


@pytest.mark.parametrize("kind", OTHERS)
def test_behind_the_first_module_no_convolution_is_computed_twice_but_a_places_own(kind):
    graph = OTHERS[kind]
    known = kept(graph)
    nodes = {node.name: node for node in graph.nodes}
    halves = {pair.spatial.name for pair in separable_pairs(graph)}
    stem = {node.name for node in graph.modules()[0].nodes}

    def computed(wanted: list[str], ends: tuple[str, ...]) -> set[str]:
        found, ahead = set(), [name for name in wanted if name not in ends]
        while ahead:
            name = ahead.pop()
            found.add(name)
            ahead += [source for source in nodes[name].inputs if source not in ends]
        return {name for name in found if "kernel" in [v.name for v in variables[name]]} - halves - stem

    shapes = output_shapes(graph)
    variables = {name: node.op.variables(*[shapes[i] for i in node.inputs]) for name, node in nodes.items()}
    for tap in taps(graph):
        if tap.layer in layers(graph):
            own = {tap.node, *(source for source in nodes[tap.node].inputs)}
            assert computed([tap.node], sources(graph, [tap.node], known)) <= own
            entries = tail_sources(graph, tap.node, known)
            assert computed([graph.output.name], entries) <= descendants(graph, tap.node)


def test_the_image_is_a_tap_too_for_many_pictures_at_once():
    ours = network("plain")
    images = np.random.default_rng(1).uniform(-1, 1, (3, *ours.graph.input_shape)).astype(np.float32)
    together = ours.tail("input").run({"input": images}, RATHER.direction(10))
    assert together.gradient.shape == images.shape
    alone = ours.tail("input").run({"input": images[1:2]}, RATHER.direction(10))
    assert close(together.gradient[1:2], alone.gradient, 1e-4)


def test_other_weights_above_the_tap_change_the_gradient_and_leave_the_value():
    ours = network("plain")
    _, kept = pass_of_noise("plain")
    node = "block7_sepconv1_bn"
    other = written_out_arrays(ours.graph, lively_weights(ours.graph, seed=5).arrays)
    tail = ours.tail(node)
    own = tail.run(kept, RATHER.direction(10))
    changed = tail.run(kept, RATHER.direction(10), above=other)
    assert np.array_equal(own.activation, changed.activation)
    assert not close(changed.gradient, own.gradient, 0.5)
    mixed = written_out_arrays(ours.graph, lively_weights(ours.graph).arrays) | {
        name: other[name] for name in descendants(ours.network, node) - {node} if name in other
    }
    reference = written_out_model(ours.graph, lively_weights(ours.graph))
    for name, arrays in mixed.items():
        for variable in reference.get_layer(name).weights:
            variable.assign(arrays[variable.name])
    _, (gradient,) = tape_gradients(reference, [node], kept["input"], RATHER.direction(10))
    assert close(changed.gradient, gradient, 5e-3)


def test_the_film_is_grad_cam_at_every_node():
    ours = network("plain")
    image, _ = pass_of_noise("plain")
    nodes = ["block1_conv2_act", "block2_sepconv1_pointwise", "block6_add", last_tap(ours.graph).node]
    film = ours.film(nodes).run(image, RATHER.direction(10))
    values, gradients = tape_gradients(ours.model, nodes, image, RATHER.direction(10))
    for node, value, gradient in zip(nodes, values, gradients, strict=True):
        by_hand = (value * gradient.mean((1, 2), keepdims=True)).sum(-1)[0]
        assert close(film[node], by_hand, 5e-3), node


def test_tails_are_compiled_once_and_only_so_many_are_kept():
    ours = network("plain")
    nodes = list(dict.fromkeys(tap.node for tap in taps(ours.graph) if tap.is_map))[-MOST_TAILS - 1 :]
    first = ours.tail(nodes[-1])
    assert ours.tail(nodes[-1]) is first
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ours.tail, nodes[-2:-1] * 4))) == 1
    for node in nodes[:MOST_TAILS]:
        ours.tail(node)
    assert ours.tail(nodes[-1]) is not first


def test_eight_threads_with_other_pictures_and_classes_get_their_own_answers():
    ours = network("plain")
    node = find_tap(ours.graph, "block5_sepconv2", "bn").node
    tail = ours.tail(node)
    images = np.random.default_rng(2).uniform(-1, 1, (8, 1, *ours.graph.input_shape)).astype(np.float32)

    def asked(number: int):
        return tail.run(ours.trunk.run(images[number]), Target(number).direction(10))

    alone = [asked(number) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(asked, [*range(8)] * 4))
    for number, found in enumerate(together):
        expected = alone[number % 8]
        assert np.array_equal(found.activation, expected.activation)
        assert close(found.gradient, expected.gradient, 1e-5)
        assert np.array_equal(found.logits, expected.logits)
    assert not close(alone[0].gradient, alone[1].gradient, 0.1)


def test_what_would_not_fit_is_refused_before_it_is_built(monkeypatch):
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    monkeypatch.setenv(BUDGET_VARIABLE, "1 MiB")
    with pytest.raises(BudgetError, match="Computing gradients"):
        GradientNetwork(graph, weights)
