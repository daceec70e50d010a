import numpy as np
import pytest

from explorer.model.engines.choice import create
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.gradients.single_pictures import PASSES_BY_PARTS, SinglePictures
from explorer.model.lazy import LazyValue
from tests.lively_weights import lively_weights
from tests.small_networks import mobile_graph


@pytest.fixture
def network():
    graph = mobile_graph()
    weights = lively_weights(graph)
    by_parts = OpenVINOGradients(graph, weights)
    whole = LazyValue(lambda: create(graph, weights, by_parts.reads[1:]))
    return SinglePictures(by_parts, weights.provenance, whole), whole, graph


def pictures(graph, number):
    return np.random.default_rng(number).uniform(-1, 1, (number, *graph.input_shape)).astype(np.float32)


def same(one, other):
    assert list(one.taps) == list(other.taps)
    np.testing.assert_allclose(one.logits, other.logits, rtol=1e-4, atol=1e-5)
    for name, values in one.taps.items():
        np.testing.assert_allclose(values, other.taps[name], rtol=1e-4, atol=1e-5)


def test_a_network_is_compiled_as_a_whole_when_it_pays_and_nobody_sees_a_difference(network):
    single, whole, graph = network
    image = pictures(graph, 1)
    by_parts = [single.run(image) for _ in range(PASSES_BY_PARTS)]
    assert not whole.is_made
    later = single.run(image)
    assert whole.is_made
    same(by_parts[0], later)
    assert (single.name, single.version) == (whole().name, whole().version)


def test_several_pictures_at_once_are_worth_it_at_once(network):
    single, whole, graph = network
    same(single.run(pictures(graph, 3)), whole().run(pictures(graph, 3)))


def test_where_the_parts_would_not_fit_the_engine_decides(network, monkeypatch):
    single, whole, graph = network
    monkeypatch.setattr("explorer.model.gradients.single_pictures.memory_budget", lambda: 1)
    single.run(pictures(graph, 1))
    assert whole.is_made
