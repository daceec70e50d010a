"""Probabilities, their order, their uncertainty, and what is said of random weights."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from explorer.configuration.registry import graph_of
from explorer.errors import WeightsError
from explorer.model.engines.choice import create
from explorer.model.engines.engine import Outputs
from explorer.model.weights.arrays import Provenance, Weights
from explorer.networks.xception import XceptionConfig
from explorer.vision.classification import classify
from tests.lively_weights import lively_weights

TRAINED = Provenance("pretrained", "test", "Trained in a test.")
IMAGE = np.zeros((1, 71, 71, 3), np.float32)
LABELS = ("ant", "bee", "cat", "dog")


@dataclass
class Stub:
    """An engine that always gives the same logits."""

    logits: np.ndarray
    provenance: Provenance = TRAINED
    name: str = "stub"
    version: str = "1.2"

    def run(self, images: np.ndarray) -> Outputs:
        return Outputs(self.logits[np.newaxis].astype(np.float32), {})


def test_classes_come_in_the_order_of_their_probability():
    prediction = classify(Stub(np.log(np.array([1, 4, 2, 1]))), IMAGE, LABELS, top=3)
    assert [(c.index, c.label) for c in prediction.top] == [(1, "bee"), (2, "cat"), (0, "ant")]
    assert [c.probability for c in prediction.top] == pytest.approx([0.5, 0.25, 0.125])
    assert prediction.entropy_bits == pytest.approx(1.75)
    assert prediction.max_entropy_bits == 2
    assert prediction.entropy_share == pytest.approx(0.875)
    assert prediction.engine == "stub 1.2"
    assert prediction.provenance is TRAINED


@pytest.mark.parametrize(
    ("logits", "best", "entropy_bits"),
    [([3.0] * 4, 0.25, 2), ([1e30, 0, 0, -1e30], 1, 0), ([90, 90, 0, -3e38], 0.5, 1)],
)
def test_extreme_logits_keep_their_meaning(logits, best, entropy_bits):
    prediction = classify(Stub(np.array(logits)), IMAGE, None)
    assert prediction.top[0].probability == pytest.approx(best)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert prediction.entropy_bits == pytest.approx(entropy_bits)
    assert prediction.entropy_bits >= 0


def test_more_classes_than_there_are_gives_all():
    assert len(classify(Stub(np.arange(4)), IMAGE, LABELS, top=10).top) == 4


def test_random_weights_name_no_class():
    random = replace(TRAINED, state="random")
    assert [c.label for c in classify(Stub(np.arange(4), random), IMAGE, LABELS).top] == [None] * 4
    altered = replace(TRAINED, state="altered")
    assert classify(Stub(np.arange(4), altered), IMAGE, LABELS).top[0].label == "dog"


def test_labels_of_another_network_are_a_bug():
    with pytest.raises(ValueError, match="4 classes, got 3 labels"):
        classify(Stub(np.arange(4)), IMAGE, LABELS[:3])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_logits_that_overflow_are_the_weights_fault(bad):
    with pytest.raises(WeightsError, match="weights of test the logits are not finite"):
        classify(Stub(np.array([1, bad])), IMAGE, None)


def test_a_network_classifies_and_its_logits_cannot_be_changed():
    graph = graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=0, classes=4))
    engine = create(graph, Weights(lively_weights(graph).arrays, TRAINED))
    prediction = classify(engine, IMAGE, LABELS)
    np.testing.assert_array_equal(prediction.logits, engine.run(IMAGE).logits[0])
    assert prediction.top[0].index == prediction.logits.argmax()
    assert prediction.seconds > 0
    with pytest.raises(ValueError, match="read-only"):
        prediction.logits[0] = 1
