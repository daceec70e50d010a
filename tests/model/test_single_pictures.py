import numpy as np
import pytest

from explorer.errors import BudgetError
from explorer.model.engines.choice import create
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.gradients.single_pictures import PASSES_BY_PARTS, SinglePictures
from explorer.model.lazy import LazyValue
from tests.lively_weights import lively_weights
from tests.small_networks import mobile_graph

GRAPH = mobile_graph()
BUDGET = "explorer.model.gradients.single_pictures.memory_budget"


def single_pictures(make=None):
    """How pictures of a small network are passed, and the engine that is perhaps made for it."""
    weights = lively_weights(GRAPH)
    gradients = OpenVINOGradients(GRAPH, weights)
    whole = LazyValue(make or (lambda: create(GRAPH, weights, gradients.reads[1:])))
    return SinglePictures(gradients, weights.provenance, whole), whole


def pictures(number):
    return np.random.default_rng(number).uniform(-1, 1, (number, *GRAPH.input_shape)).astype(np.float32)


def test_a_network_is_compiled_as_a_whole_when_it_pays_and_gives_the_same():
    single, whole = single_pictures()
    first = [single.engine() for _ in range(PASSES_BY_PARTS)]
    assert not whole.is_made
    assert {engine.version.partition(", ")[2] for engine in first} == {"part by part"}
    later = single.engine()
    assert later is whole()
    assert later.provenance == first[0].provenance
    for number in (1, 3):
        one, other = first[0].run(pictures(number)), later.run(pictures(number))
        assert list(one.taps) == list(other.taps)
        np.testing.assert_allclose(one.logits, other.logits, rtol=1e-4, atol=1e-5)
        for name, values in one.taps.items():
            np.testing.assert_allclose(values, other.taps[name], rtol=1e-4, atol=1e-5)


def test_what_the_first_picture_waits_for_is_compiled_before_its_pass_is_timed(monkeypatch):
    single, _ = single_pictures()
    engine = single.engine()
    monkeypatch.setattr("explorer.model.gradients.part_models.compiled", None)
    engine.run(pictures(1))


def test_where_the_parts_would_not_fit_the_engine_decides(monkeypatch):
    single, whole = single_pictures()
    monkeypatch.setattr(BUDGET, lambda: 1)
    assert single.engine() is whole()


def test_where_the_engine_would_not_fit_every_picture_goes_part_by_part(monkeypatch):
    def refused():
        raise BudgetError("too large")

    single, _ = single_pictures(refused)
    for _ in range(PASSES_BY_PARTS + 2):
        assert single.engine().version.endswith("part by part")
    monkeypatch.setattr(BUDGET, lambda: 1)
    with pytest.raises(BudgetError):
        single.engine()
