"""Every network that is described can be looked into: its places are real, and films answer as a tape does.

The other side is TensorFlow's tape over the whole Keras model, in float64. Gradients at single places are compared in
tests/model/test_way_back.py.
"""

from dataclasses import replace
from functools import cache

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.graph import HEAD, Graph, output_shapes
from explorer.arch.knobs import knobs
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.arch.places.separable_pairs import separable_pairs
from explorer.arch.places.taps import (
    convolutions,
    find_map,
    find_tap,
    first_tap,
    last_tap,
    layers,
    module_outputs,
    taps,
)
from explorer.arch.receptive_field import receptive_fields
from explorer.arch.written_out import written_out
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.figures.network_strip import strip_html
from explorer.model.engines.choice import create
from explorer.model.gradients.gradient_network import GradientNetwork
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.vision.features.kernels import convolution_kernels, first_filters
from explorer.vision.features.separable_steps import take_apart
from tests.contract.small import one_of_each_file
from tests.lively_weights import lively_weights

_SMALL = {"classes": 3, "width": 0.25, "alpha": 0.25, "middle_repeats": 1, "fully_connected": (16,)}
"""What makes a network small, as far as it has such knobs."""


@cache
def small(name: str) -> Graph:
    """The network at the smallest input that keeps more than one pixel where its head begins."""
    config = NETWORKS[name].config()
    fields = knobs(type(config))
    config = replace(config, **{knob: value for knob, value in _SMALL.items() if knob in fields})
    low = fields["input_size"].low
    sizes = (graph_of(replace(config, input_size=size)) for size in range(low, 4 * low))
    return next(graph for graph in sizes if min(last_tap(graph).shape[:2]) > 1)


@pytest.mark.parametrize("name", NETWORKS)
def test_places_are_those_of_the_graph(name):
    graph = small(name)
    network = written_out(graph)
    nodes = {node.name: node for node in network.nodes}
    shapes = output_shapes(network)
    fields = receptive_fields(network, shapes)
    places = taps(graph)
    assert len({(tap.layer, tap.stage) for tap in places}) == len(places)
    for tap in places:
        assert (tap.shape, tap.receptive_field) == (shapes[tap.node], fields[tap.node])
        assert find_tap(graph, tap.layer, tap.stage) == tap
        assert find_tap(graph, tap.node).node == tap.node
    # Every convolution is there, by its own output.
    own = {tap.node for tap in places}
    assert {node.name for node in nodes.values() if isinstance(node.op, (Conv2D, DepthwiseConv2D))} <= own
    assert {last_tap(graph), first_tap(graph), *module_outputs(graph), *convolutions(graph)} <= set(places)
    assert len(module_outputs(graph)) == sum(module.name != HEAD for module in graph.modules())
    assert all(find_map(graph, layer).is_map for layer in layers(graph))
    drawn = "".join(strip_html(graph, last_tap(graph).layer).values())
    assert drawn.count('aria-pressed="true"') == 1


@pytest.mark.parametrize("name", NETWORKS)
def test_places_are_outputs_of_the_engine_and_pairs_make_what_it_makes(name):
    graph = small(name)
    weights = lively_weights(graph)
    pairs = separable_pairs(graph)
    pairs = tuple(dict.fromkeys((*pairs[:2], *pairs[-1:])))
    places = {tap.node for tap in taps(graph)}
    nodes = places | {pair.spatial.inputs[0] for pair in pairs} | {pair.pointwise.name for pair in pairs}
    picture = np.random.default_rng(3).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)
    maps = create(graph, weights, sorted(nodes)).run(picture).taps
    by_parts = OpenVINOGradients(graph, weights)
    values = by_parts.values(by_parts.there(picture).maps, places)
    for tap in taps(graph):
        assert maps[tap.node].shape == (1, *tap.shape)
        assert np.abs(values[tap.node] - maps[tap.node]).max() <= 1e-4 * np.abs(maps[tap.node]).max(), tap.node
    for pair in pairs:
        steps = take_apart(graph, weights, pair.name, maps[pair.spatial.inputs[0]], 1)
        theirs = maps[pair.pointwise.name][0, :, :, 1]
        assert np.abs(steps.total - theirs).max() <= 1e-4 * np.abs(maps[pair.pointwise.name]).max(), pair.name
    filters = first_filters(weights, graph)
    if filters is not None:
        assert filters.pictures.shape[0] == find_tap(graph, filters.layer).shape[-1]
    for tap in convolutions(graph):
        assert convolution_kernels(weights, graph, tap.layer) is not None


@pytest.mark.parametrize("name", one_of_each_file())
def test_films_answer_as_a_tape_over_the_whole_network(name):
    graph = small(name)
    network = GradientNetwork(graph, lively_weights(graph), "float64")
    picture = np.random.default_rng(4).uniform(-1, 1, (1, *graph.input_shape))
    classes = graph.output.op.output_shape(*[output_shapes(graph)[source] for source in graph.output.inputs])[0]
    direction = np.eye(classes)[1] - np.eye(classes)[0]
    frames = list(dict.fromkeys(tap.node for tap in (convolutions(graph)[0], *module_outputs(graph))))
    values, gradients = _by_tape(network, frames, picture, direction)
    film = network.film(frames).run(picture, direction)
    for node in frames:
        by_hand = (values[node] * gradients[node].mean((1, 2), keepdims=True)).sum(-1)[0]
        _assert_close(film[node], by_hand, node)


def _by_tape(
    network: GradientNetwork, nodes: list[str], picture: np.ndarray, direction: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Values of nodes, and the derivatives by them of the logits along `direction`."""
    whole = network.model
    model = keras.Model(whole.inputs, [*(whole.get_layer(node).output for node in nodes), whole.output])
    image = tf.constant(picture)
    with tf.GradientTape() as tape:
        tape.watch(image)
        *values, logits = model(image)
        score = tf.reduce_sum(logits * direction)
    gradients = tape.gradient(score, values)
    found = [[array.numpy() for array in arrays] for arrays in (values, gradients)]
    return dict(zip(nodes, found[0], strict=True)), dict(zip(nodes, found[1], strict=True))


def _assert_close(ours: np.ndarray, theirs: np.ndarray, node: str) -> None:
    assert np.abs(theirs).max() > 0, f"nothing to compare at {node}"
    assert np.abs(ours - theirs).max() <= 1e-9 * np.abs(theirs).max(), node
