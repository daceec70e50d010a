"""Covered pictures: sums by hand, tf-keras-vis' Score-CAM on a Keras model, and the real cup."""

from dataclasses import dataclass, field
from functools import partial

import keras
import numpy as np
import pytest
from tf_keras_vis.scorecam import Scorecam

from explorer.arch.places.taps import Tap
from explorer.arch.receptive_field import PIXEL, ReceptiveField, Span
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.engines.choice import create
from explorer.model.engines.engine import Outputs
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.xception import KITCHENWARE
from explorer.vision.methods.masks import occlusion, occlusion_passes, score_cam, score_cam_passes
from explorer.vision.methods.target import Target
from explorer.vision.methods.upscaling import upscaled
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES

TRAINED = Provenance("pretrained", "test", "Trained in a test.")


@dataclass
class Weighted:
    """An engine whose logits are weighted sums of the pixels, in float64."""

    weights: np.ndarray  # (classes, rows, columns, 3)
    provenance: Provenance = TRAINED
    name: str = "stub"
    version: str = "1"
    seen: list[np.ndarray] = field(default_factory=list)

    def run(self, images: np.ndarray) -> Outputs:
        assert len(images) == 1
        assert images.dtype == np.float32
        self.seen.append(images[0].copy())
        return Outputs(np.einsum("khwc,nhwc->nk", self.weights.astype(np.float64), images.astype(np.float64)), {})


@dataclass
class OfKeras:
    """A Keras model as an engine."""

    model: keras.Model
    provenance: Provenance = TRAINED
    name: str = "tensorflow"
    version: str = "1"

    def run(self, images: np.ndarray) -> Outputs:
        return Outputs(self.model(images, training=False).numpy(), {})


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def tap(height: int, channels: int, of_field: ReceptiveField = PIXEL) -> Tap:
    return Tap("conv", "act", "conv_act", "Module", "exit", (height, height, channels), of_field)


def probabilities(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum()


# Occlusion


@pytest.mark.parametrize(
    ("size", "patch", "stride", "starts"),
    [
        (10, 4, 3, [0, 3, 6]),  # they fit
        (11, 4, 3, [-1, 2, 5, 8]),  # 2 px hang over: 1 before, 1 after
        (12, 4, 3, [0, 3, 6, 9]),  # 1 px hangs over: after
        (5, 5, 5, [0]),
    ],
)
def test_occlusion_is_what_the_covered_pixels_carried(size, patch, stride, starts):
    engine, image = Weighted(random(2, size, size, 3)), random(1, size, size, 3, seed=1)
    found = occlusion(engine, image, Target(0, against=1), TRAINED, patch_px=patch, stride_px=stride)
    carried = ((engine.weights[0] - engine.weights[1]).astype(np.float64) * image[0]).sum(axis=-1)
    expected = [[carried[max(0, y) : y + patch, max(0, x) : x + patch].sum() for x in starts] for y in starts]
    np.testing.assert_allclose(found.signed, expected, atol=2e-6)
    assert found.field == ReceptiveField(Span(patch, stride, starts[0]), Span(patch, stride, starts[0]))
    assert found.score == pytest.approx(carried.sum(), abs=1e-5)
    assert found.settings == {"patch_px": patch, "stride_px": stride}
    assert len(engine.seen) == occlusion_passes(size, patch, stride) == 1 + len(starts) ** 2
    np.testing.assert_array_equal(engine.seen[0], image[0])
    assert all((x[(x != image[0])] == 0).all() for x in engine.seen)


@pytest.mark.parametrize("size", [71, 79, 96, 100, 128, 150, 224, 256, 299, 331, 600])
def test_left_to_itself_it_fits_twelve_squares_a_side(size):
    covered = np.zeros((size, size), bool)

    class Watching(Weighted):
        def run(self, images: np.ndarray) -> Outputs:
            covered[images[0, ..., 0] == 0] = True
            return Outputs(np.zeros((1, 1)), {})

    found = occlusion(Watching(np.zeros(0)), np.ones((1, size, size, 3), np.float32), Target(0), TRAINED)
    span = found.field.rows
    assert found.signed.shape == (12, 12)
    assert occlusion_passes(size) == 145
    assert span.start == 0
    assert span.start + 11 * span.jump + span.size == size
    assert span.jump <= span.size
    assert abs(span.size - size / 8) <= 8
    assert covered.all()


@pytest.mark.parametrize("settings", [{}, {"patch_px": 9, "stride_px": 4}])
def test_the_hot_spot_lies_where_it_is(settings):
    weights = np.zeros((1, 100, 100, 3))
    weights[0, 31, 77] = 1
    engine = Weighted(weights)
    found = occlusion(engine, np.ones((1, 100, 100, 3), np.float32), Target(0), TRAINED, **settings)
    over_picture = upscaled(found.signed, found.field, 100, 100, 100)
    hot = np.argwhere(over_picture == over_picture.max())
    assert found.signed.max() == 3
    assert np.abs(hot.mean(axis=0) - (31, 77)).max() <= found.field.rows.jump / 2 + 0.5


@pytest.mark.parametrize(
    ("patch", "stride", "expected"), [(None, 30, (30, 30)), (4, None, (4, 4)), (40, None, (40, 8)), (None, 1, (12, 1))]
)
def test_one_setting_alone_leaves_no_gap(patch, stride, expected):
    assert occlusion_passes(100, patch, stride) == 1 + (-((100 - expected[0]) // -expected[1]) + 1) ** 2


@pytest.mark.parametrize(("patch", "stride"), [(3, 4), (0, None), (None, 0), (101, 5), (None, 101), (-1, -1)])
def test_squares_that_are_none_or_leave_gaps(patch, stride):
    with pytest.raises(ConfigError, match=r"picture's 100 px, .* got squares of -?\d+ px every -?\d+ px"):
        occlusion_passes(100, patch, stride)


def test_progress_counts_every_square_and_may_end_it():
    engine, image, told = Weighted(random(1, 4, 4, 3)), random(1, 4, 4, 3), []
    occlusion(engine, image, Target(0), TRAINED, patch_px=2, stride_px=2, progress=lambda *done: told.append(done))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]

    def stop(done, total):
        raise InterruptedError

    engine.seen.clear()
    with pytest.raises(InterruptedError):
        occlusion(engine, image, Target(0), TRAINED, progress=stop)
    assert len(engine.seen) == 1


def test_logits_that_overflow_are_the_weights_fault():
    engine = Weighted(np.full((1, 4, 4, 3), np.nan))
    for method in (occlusion, partial(score_cam, activation=random(1, 4, 4, 2), tap=tap(4, 2))):
        with pytest.raises(WeightsError, match="weights of test the logits are not finite"):
            method(engine, random(1, 4, 4, 3), target=Target(0), provenance=TRAINED)


# Score-CAM


@pytest.mark.parametrize("target", [Target(2), Target(0, against=1)])
def test_score_cam_weighs_channels_by_the_probability_that_they_leave(target):
    engine, image = Weighted(random(3, 4, 4, 3)), random(1, 4, 4, 3, seed=1)
    activation = random(1, 4, 4, 3, seed=2)
    activation[..., 1] = 0.7  # flat, but not 0
    found = score_cam(engine, image, activation, tap(4, 3), target, TRAINED)
    expected = np.zeros((4, 4))
    for channel in (0, 2):
        values = activation[0, ..., channel]
        mask = (values - values.min()) / (values.max() - values.min())
        logits = [(engine.weights[k] * image[0] * mask[..., None]).sum() for k in range(3)]
        probability = probabilities(np.array(logits))
        weight = probability[target.index] - (0 if target.against is None else probability[target.against])
        expected += weight * values
    np.testing.assert_allclose(found.signed, expected, atol=1e-6)
    assert found.score == pytest.approx(target.direction(3) @ (engine.weights * image).sum((1, 2, 3)), rel=1e-5)
    assert (found.method, found.tap.node, found.settings) == ("score-cam", "conv_act", {})
    assert len(engine.seen) == 3, "the picture and two channels that are not flat"
    assert found.signed.dtype == np.float32


@pytest.mark.parametrize(("channels", "chosen"), [(1, [3]), (2, [3, 1]), (3, [3, 1, 2]), (9, [3, 1, 2, 0])])
def test_faster_score_cam_takes_the_most_varying_channels(channels, chosen):
    engine, image = Weighted(np.zeros((4, 4, 4, 3))), random(1, 4, 4, 3)
    pattern = random(4, 4)
    # Channel 2 varies as much as channel 1: the earlier one comes first.
    activation = np.stack([0.1 * pattern, pattern, -pattern, 5 + 2 * pattern], axis=-1)[np.newaxis]
    told = []
    found = score_cam(
        engine,
        image,
        activation,
        tap(4, 4),
        Target(0),
        TRAINED,
        channels=channels,
        progress=lambda *done: told.append(done),
    )
    # With logits of 0 every class has the probability 1/4.
    np.testing.assert_allclose(found.signed, activation[0][..., chosen].sum(axis=-1) / 4, rtol=1e-5)
    assert found.method == "faster-score-cam"
    assert found.settings == {"channels": len(chosen)}
    assert told == [(done, 1 + len(chosen)) for done in range(1, 2 + len(chosen))]
    assert score_cam_passes(activation.shape, channels) == 1 + len(chosen)


def test_a_layer_of_flat_channels_takes_one_pass_and_shows_nothing():
    engine = Weighted(random(2, 5, 5, 3))
    flat = np.full((1, 2, 2, 3), 1 / 3, np.float32)  # a value that interpolation may round
    found = score_cam(
        engine, random(1, 5, 5, 3), flat, tap(2, 3, ReceptiveField(Span(3, 3, 0), Span(3, 3, 0))), Target(0), TRAINED
    )
    assert not found.signed.any()
    assert len(engine.seen) == 1


def test_passes_are_known_beforehand():
    assert score_cam_passes((1, 5, 5, 2048), None) == 2049
    assert score_cam_passes((1, 5, 5, 2048), 10) == 11
    assert score_cam_passes((1, 5, 5, 4), 10) == 5


def test_no_channels_are_no_map():
    with pytest.raises(ConfigError, match="at least 1 channel, got 0"):
        score_cam(Weighted(random(2, 4, 4, 3)), random(1, 4, 4, 3), random(1, 4, 4, 2), tap(4, 2), Target(0), TRAINED,
                  channels=0)  # fmt: skip


@pytest.mark.filterwarnings("ignore:The structure of `inputs` doesn't match")
@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize("against", [None, 1])
def test_score_cam_equals_tf_keras_vis(channels, against, monkeypatch, capfd):
    keras.utils.set_random_seed(5)
    image = keras.Input((13, 13, 3))
    # Cells 4 px apart, the first centred on the first pixel, the last on the last: corner on corner is by centres.
    conv = keras.layers.Conv2D(6, 3, strides=4, padding="same", bias_initializer="normal", name="conv")(image)
    pooled = keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU()(conv))
    model = keras.Model(
        image, keras.layers.Dense(3, kernel_initializer=keras.initializers.RandomNormal(stddev=4))(pooled)
    )
    monkeypatch.setattr(model, "predict", partial(model.predict, verbose=0))
    picture = random(1, 13, 13, 3)
    expected = Scorecam(model)(
        lambda output: output[:, 2] - (0 if against is None else output[:, against]),
        picture,
        penultimate_layer="conv",
        seek_penultimate_conv_layer=False,
        activation_modifier=None,
        max_N=channels,
        expand_cam=False,
        normalize_cam=False,
    )[0]
    assert capfd.readouterr().out == ""
    activation = keras.Model(image, conv)(picture).numpy()
    assert activation.shape == (1, 4, 4, 6)
    place = tap(4, 6, ReceptiveField(Span(3, 4, -1), Span(3, 4, -1)))
    found = score_cam(OfKeras(model), picture, activation, place, Target(2, against), TRAINED, channels=channels)
    np.testing.assert_allclose(found.signed, expected, atol=1e-5 * np.abs(expected).max())


def test_the_real_cup():
    trained = load_trained(KITCHENWARE)
    engine = create(graph_of(trained.config), trained.weights)
    image = network_input(decode(SAMPLES[0].file.read_bytes()), 150)
    found = occlusion(engine, image, Target(0), TRAINED, patch_px=50, stride_px=50)
    logit = engine.run(image).logits[0, 0]
    for row, column in np.ndindex(3, 3):
        covered = image.copy()
        covered[0, 50 * row : 50 * row + 50, 50 * column : 50 * column + 50] = 0
        assert found.signed[row, column] == pytest.approx(logit - engine.run(covered).logits[0, 0], abs=1e-4)
    assert found.signed[1, 1] > 0.5, "covering the cup itself costs its logit"
