"""The answer to each pixel, by networks whose gradients are known and by finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.receptive_field import PIXEL
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError
from explorer.model.engines.tensorflow_engine import written_out_model
from explorer.model.gradients.openvino_gradients import Gradients, OpenVINOGradients
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.xception import KITCHENWARE, XceptionConfig
from explorer.vision.methods.input_gradients import saliency, smoothgrad, smoothgrad_passes
from explorer.vision.methods.target import Target
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES
from tests.lively_weights import lively_weights

TRAINED = Provenance("pretrained", "test", "Trained in a test.")


class Quadratic:
    """A network whose two logits are sum(w x x) / 2: the gradient of a logit is w x."""

    image = "picture"
    classes = 2

    def __init__(self, weights: np.ndarray) -> None:
        self.weights = weights  # (2, rows, columns, 3)
        self.pictures: list[np.ndarray] = []

    def run(self, x, direction, taps) -> dict[str, Gradients]:
        assert taps == ("picture",)
        self.pictures.append(x)
        gradient = np.einsum("k,khwc->hwc", direction, self.weights) * x
        logits = (self.weights * x * x).sum((1, 2, 3)) / 2
        found = Gradients(x, gradient.astype(np.float32), logits[np.newaxis], np.array([logits @ direction]))
        return {"picture": found}


@pytest.fixture
def network():
    return Quadratic(np.random.default_rng(1).normal(size=(2, 4, 4, 3)))


@pytest.fixture
def image():
    return np.random.default_rng(2).uniform(-1, 1, (1, 4, 4, 3)).astype(np.float32)


@pytest.mark.parametrize(("target", "signs"), [(Target(1), (0, 1)), (Target(0, against=1), (1, -1))])
def test_saliency_is_the_colour_that_matters_most(network, image, target, signs):
    found = saliency(network, image, target, TRAINED)
    weights = signs[0] * network.weights[0] + signs[1] * network.weights[1]
    for row, column in np.ndindex(4, 4):
        largest = max(abs(weights[row, column, colour] * image[0, row, column, colour]) for colour in range(3))
        assert found.signed[row, column] == pytest.approx(largest, rel=1e-6)
    assert found.score == pytest.approx((weights * image[0] ** 2).sum() / 2)
    assert (found.method, found.tap, found.field, found.input_size) == ("saliency", None, PIXEL, 4)
    assert found.signed.dtype == np.float32
    assert found.provenance is TRAINED


def test_smoothgrad_is_the_mean_over_the_noisy_pictures(network, image):
    found = smoothgrad(network, image, Target(0), TRAINED, samples=3, noise=0.5, seed=4)
    untouched, *noisy = network.pictures
    np.testing.assert_array_equal(untouched, image)
    expected = np.mean([np.abs(network.weights[0] * x[0]).max(axis=-1) for x in noisy], axis=0)
    np.testing.assert_allclose(found.signed, expected, rtol=1e-6)
    assert found.score == pytest.approx((network.weights[0] * image[0] ** 2).sum() / 2)
    assert found.settings == {"samples": 3, "noise": 0.5, "seed": 4}
    assert len(network.pictures) == smoothgrad_passes(3)
    assert all(x.dtype == np.float32 for x in noisy)


def test_noise_is_a_share_of_the_pictures_range(network, image):
    smoothgrad(network, image, Target(0), TRAINED, samples=300, noise=0.2)
    added = np.array(network.pictures[1:]) - image
    assert added.std() == pytest.approx(0.2 * (image.max() - image.min()), rel=0.02)
    assert abs(added.mean()) < 0.02


def test_without_noise_smoothgrad_is_saliency(network, image):
    smooth = smoothgrad(network, image, Target(1), TRAINED, samples=2, noise=0)
    np.testing.assert_array_equal(smooth.signed, saliency(network, image, Target(1), TRAINED).signed)


def test_the_seed_makes_the_noise(network, image):
    first, again, other = (smoothgrad(network, image, Target(1), TRAINED, samples=2, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.signed, again.signed)
    assert np.abs(first.signed - other.signed).max() > 0.01


def test_progress_counts_every_pass_and_may_end_it(network, image):
    told = []
    smoothgrad(network, image, Target(0), TRAINED, samples=2, progress=lambda *done: told.append(done))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop(done, total):
        if done == 2:
            raise InterruptedError

    network.pictures.clear()
    with pytest.raises(InterruptedError):
        smoothgrad(network, image, Target(0), TRAINED, samples=9, progress=stop)
    assert len(network.pictures) == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"samples": 0}, "at least 1 noisy copy, got 0"), ({"noise": -0.1}, "0 or more"), ({"noise": np.nan}, "got nan")],
)
def test_settings_out_of_range(network, image, settings, message):
    with pytest.raises(ConfigError, match=message):
        smoothgrad(network, image, Target(0), TRAINED, **settings)


def test_a_class_that_is_not_there(network, image):
    with pytest.raises(ConfigError, match="from 0 to 1, got 2"):
        saliency(network, image, Target(2), TRAINED)


class Tape:
    """A Keras model whose gradients are TensorFlow's, in the model's precision."""

    image = "input"

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.classes = model.output_shape[-1]

    def run(self, image, direction, taps) -> dict[str, Gradients]:
        picture, rather = (tf.constant(array, self.model.output.dtype) for array in (image, direction))
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(picture)
            logits = self.model(picture, training=False)
            score = tf.linalg.matvec(logits, rather)
        gradient = tape.gradient(score, picture).numpy()
        return {"input": Gradients(image, gradient, logits.numpy(), score.numpy())}


def test_saliency_of_a_network_is_its_finite_difference():
    graph = graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=0, classes=4))
    weights, target = lively_weights(graph), Target(2, against=0)
    image = np.random.default_rng(3).uniform(-1, 1, (1, 71, 71, 3)).astype(np.float32)
    exact, single = (Tape(written_out_model(graph, weights, dtype)) for dtype in ("float64", "float32"))
    found, theirs = (saliency(network, image, target, TRAINED) for network in (exact, single))
    image = image.astype(np.float64)

    def score(x: np.ndarray) -> float:
        logits = exact.model(x, training=False).numpy()[0]
        return logits[2] - logits[0]

    assert found.score == pytest.approx(score(image), rel=1e-6)
    step = 1e-6
    for row, column in ((0, 0), (35, 12), *np.argwhere(found.signed == found.signed.max())):
        slopes = []
        for colour in range(3):
            more, less = image.copy(), image.copy()
            more[0, row, column, colour] += step
            less[0, row, column, colour] -= step
            slopes.append(abs(score(more) - score(less)) / (2 * step))
        assert found.signed[row, column] == pytest.approx(max(slopes), rel=1e-4, abs=1e-9)

    ours = saliency(OpenVINOGradients(graph, weights), image.astype(np.float32), target, TRAINED)
    assert ours.score == pytest.approx(found.score, rel=1e-5)
    mine, other = (np.abs(each.signed - found.signed).max() for each in (ours, theirs))
    assert mine <= max(2 * other, 1e-5 * found.signed.max())


def test_the_real_cup():
    trained = load_trained(KITCHENWARE)
    network = OpenVINOGradients(graph_of(trained.config), trained.weights)
    image = network_input(decode(SAMPLES[0].file.read_bytes()), 150)
    plain = saliency(network, image, Target(0), trained.weights.provenance)
    smooth = smoothgrad(network, image, Target(0), trained.weights.provenance, samples=2)
    assert plain.signed.shape == smooth.signed.shape == (150, 150)
    assert plain.score == smooth.score == pytest.approx(5.236, abs=2e-3)
    assert np.isfinite(smooth.signed).all()
    # Two noisy copies are not the picture, but see the same cup: the maps are kin.
    assert 0.3 < np.corrcoef(plain.signed.ravel(), smooth.signed.ravel())[0, 1] < 0.99
