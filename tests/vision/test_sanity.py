"""Maps under random weights, against a network that really has them; rank correlation by hand."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from explorer.arch.places.parts import descendants
from explorer.arch.places.taps import Tap, find_tap
from explorer.arch.receptive_field import PIXEL
from explorer.arch.written_out import written_out
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError
from explorer.model.gradients.activations import Activations
from explorer.model.gradients.openvino_gradients import Gradients, OpenVINOGradients, Passed
from explorer.model.weights.arrays import Provenance, Weights, random_weights
from explorer.model.weights.trained_networks import load_trained
from explorer.model.weights.written_out_arrays import written_out_arrays
from explorer.networks.xception import KITCHENWARE, XceptionConfig
from explorer.vision.checks.sanity import CHECKED, sanity_check
from explorer.vision.explainer import Explainer
from explorer.vision.methods.gradient_cams import GRADIENT_CAMS, gradient_cam
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.input_gradients import saliency
from explorer.vision.methods.target import Target
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES
from tests.lively_weights import lively_weights

TRAINED = Provenance("pretrained", "test", "Trained in a test.")
# A dropout has a variable that is no weight.
GRAPH = graph_of(XceptionConfig(input_size=79, width=0.25, middle_repeats=1, classes=4, dropout=0.3))
TARGET = Target(1, against=3)


@pytest.fixture(scope="module")
def weights():
    return Weights(lively_weights(GRAPH).arrays, TRAINED)


@pytest.fixture(scope="module")
def explainer(weights):
    return Explainer(GRAPH, weights)


@pytest.fixture(scope="module")
def network(explainer):
    return explainer.by_parts


@pytest.fixture(scope="module")
def activations(explainer):
    return explainer.activations(np.random.default_rng(5).uniform(-1, 1, (1, 79, 79, 3)).astype(np.float32))


def cam(method, network, activations, tap) -> HeatMap:
    gradients = network.run(activations.maps["input"], TARGET.direction(4), [tap.node])[tap.node]
    return gradient_cam(method, gradients, tap, TARGET, 79, TRAINED)


@pytest.mark.parametrize("name", ["block5_sepconv2_bn", "block7_sepconv2_act"])
def test_a_map_under_random_weights_is_that_of_a_network_that_has_them_above_the_tap(
    name, network, activations, weights
):
    tap = find_tap(GRAPH, name)
    originals = {method: cam(method, network, activations, tap) for method in GRADIENT_CAMS}

    trained, random = (written_out_arrays(GRAPH, each.arrays) for each in (weights, random_weights(GRAPH, 3)))
    above = descendants(written_out(GRAPH), tap.node) - {tap.node}
    mixed = {node: (random if node in above else trained)[node] for node in trained}
    rebuilt = OpenVINOGradients(written_out(GRAPH), Weights(mixed, TRAINED))
    for method, original in originals.items():
        check = sanity_check(network, activations, GRAPH, original, seed=3)
        expected = cam(method, rebuilt, activations, tap)
        scale = np.abs(expected.signed).max()
        np.testing.assert_allclose(check.heat_map.signed, expected.signed, atol=1e-4 * scale)
        assert check.heat_map.score == pytest.approx(expected.score, abs=1e-4)
        assert np.abs(check.heat_map.signed - original.signed).max() > 0.1 * scale
        assert check.seed == check.heat_map.settings["seed"] == 3


def test_saliency_is_checked_under_a_network_that_is_random_throughout(network, activations):
    heat_map = saliency(network, activations.maps["input"], TARGET, TRAINED)
    check = sanity_check(network, activations, GRAPH, heat_map, seed=2)
    random = OpenVINOGradients(GRAPH, random_weights(GRAPH, 2))
    expected = saliency(random, activations.maps["input"], TARGET, TRAINED)
    np.testing.assert_allclose(check.heat_map.signed, expected.signed, atol=1e-4 * expected.signed.max())
    assert check.heat_map.provenance.state == "random"
    assert check.heat_map.provenance.source == "random"
    assert "all weights are random (seed 2)" in check.heat_map.provenance.changes[-1]
    assert -1 <= check.rank_correlation <= 1
    # What was used for the check does not stay.
    again = saliency(network, activations.maps["input"], TARGET, TRAINED)
    np.testing.assert_array_equal(again.signed, heat_map.signed)


@dataclass
class Switched:
    """A network above the activation of `PLACE`: its gradient is `trained`, or `random` with other weights."""

    random: np.ndarray
    trained: np.ndarray
    classes: int = 4

    def with_other_weights_above(self, node, arrays) -> "Switched":
        assert node == PLACE.node
        return replace(self, trained=self.random)

    def passed_again(self, passed, node) -> Passed:
        return passed

    def back(self, passed, direction, taps) -> dict[str, Gradients]:
        gradients = Gradients(passed.maps[PLACE.node], self.trained, passed.logits, np.zeros(1, np.float32))
        return dict.fromkeys(taps, gradients)

    def cam(self, activations: Activations, provenance: Provenance) -> HeatMap:
        gradients = self.back(Passed(activations.maps, activations.logits[np.newaxis]), None, [PLACE.node])[PLACE.node]
        return gradient_cam("grad-cam", gradients, PLACE, TARGET, 3, provenance)


PLACE = Tap("conv", "act", "conv_act", "Module", "exit", (2, 3, 2), PIXEL)
VALUES = np.array([[[1, 0], [2, 0], [3, 0]], [[4, 0], [5, 0], [6, 0]]], np.float32)[np.newaxis]
SHUFFLED = np.array([3, 1, 2, 6, 5, 4], np.float32).reshape(2, 3)


@pytest.mark.parametrize(
    ("weights_of_channels", "expected"),
    [
        ((2, 0), 1),  # the same map, larger
        ((-1, 0), -1),  # the same places, with the opposite sign
        ((0, 1), 1 - 6 * (4 + 1 + 1 + 4 + 0 + 4) / (6 * 35)),  # 1 - 6 sum(d^2) / (n (n^2 - 1))
        ((0, 0), math.nan),  # a flat map
    ],
)
def test_rank_correlation_by_hand(weights_of_channels, expected):
    activation = VALUES.copy()
    activation[0, ..., 1] = SHUFFLED
    gradient = np.broadcast_to(np.array(weights_of_channels, np.float32), activation.shape).copy()
    trained = np.broadcast_to(np.array([1, 0], np.float32), activation.shape).copy()
    network = Switched(gradient, trained)
    left = Activations(np.zeros(4), TRAINED, "stub 1", 0.0, {PLACE.node: activation})
    check = sanity_check(network, left, GRAPH, network.cam(left, TRAINED))
    assert check.rank_correlation == pytest.approx(expected, nan_ok=True)


def test_the_double_says_what_is_random_and_what_is_not():
    network = Switched(VALUES, VALUES)
    left = Activations(np.zeros(4), TRAINED, "stub 1", 0.0, {PLACE.node: VALUES})
    altered = Provenance("altered", "test", "Trained in a test.", ("The middle flow has 7 modules.",))
    provenance = sanity_check(network, left, GRAPH, network.cam(left, altered), seed=6).heat_map.provenance
    assert provenance.state == "random"
    assert provenance.source == "test, random above conv_act"
    assert provenance.changes[0] == "The middle flow has 7 modules."
    assert "weights above conv_act are random (seed 6)" in provenance.changes[1]
    assert "unchanged: test, altered" in provenance.changes[1]


def test_other_methods_are_refused_by_name():
    occluded = HeatMap("occlusion", None, TARGET, np.eye(2, dtype=np.float32), PIXEL, 2, 0.0, TRAINED, 0.0)
    with pytest.raises(ConfigError, match="grad-cam, grad-cam\\+\\+, layercam, saliency, got occlusion"):
        sanity_check(Switched(VALUES, VALUES), None, GRAPH, occluded)
    assert set(CHECKED) == {*GRADIENT_CAMS, "saliency"}


def test_the_real_cup():
    """Under other weights the evidence in the middle flow lies elsewhere; the network has a dropout above the tap."""
    trained = load_trained(KITCHENWARE)
    explainer = Explainer(graph_of(trained.config), trained.weights)
    activations = explainer.activations(network_input(decode(SAMPLES[0].file.read_bytes()), 150))
    tap = find_tap(explainer.graph, "block8_sepconv3")
    heat_map = explainer.heat_map("grad-cam", activations, Target(0), tap)
    checks = [explainer.sanity_check(activations, heat_map, seed=seed) for seed in range(2)]
    assert checks[0].rank_correlation != checks[1].rank_correlation
    for check in checks:
        assert abs(check.rank_correlation) < 0.95
        assert check.heat_map.signed.shape == heat_map.signed.shape
        assert check.heat_map.provenance.source == "xception/kitchenware, random above block8_sepconv3"
