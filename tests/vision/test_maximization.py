"""Activation maximization: that the value rises, from where, and that nothing else decides it."""

from functools import lru_cache

import numpy as np
import pytest

from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.engines.choice import create
from explorer.model.gradients.gradient_network import GradientNetwork
from explorer.model.gradients.openvino_gradients import OpenVINOGradients
from explorer.model.weights.arrays import Weights
from explorer.networks.xception import XceptionConfig
from explorer.vision.features.activation_maximization import maximize_channel, maximize_class
from tests.lively_weights import lively_weights

GRAPH = graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=1, classes=10))
STEPS = 16


@lru_cache(maxsize=1)
def network() -> GradientNetwork:
    return GradientNetwork(GRAPH, lively_weights(GRAPH))


@pytest.mark.parametrize(
    ("node", "channel", "seed"),
    [
        ("block2_sepconv1_bn", 3, 0),
        ("block5_sepconv2_depthwise", 100, 1),
        ("block5_add", 7, 2),
        ("block7_sepconv2_act", 400, 0),
        ("predictions", 0, 0),
        ("predictions", 9, 5),
    ],
)
def test_it_rises_clearly_as_another_engine_sees_it(node, channel, seed):
    if node == "predictions":
        result = maximize_class(network(), channel, steps=STEPS, seed=seed)
    else:
        result = maximize_channel(network(), node, channel, steps=STEPS, seed=seed)
    raised = node.replace("_act", "_bn")
    engine = create(GRAPH, lively_weights(GRAPH), [raised])

    def means(pictures: np.ndarray) -> np.ndarray:
        values = engine.run(pictures.astype(np.float32)).taps[raised][..., channel]
        return values.reshape(len(pictures), -1).mean(axis=1)

    before, after = means(np.stack([result.start_image, result.image]) / 127.5 - 1)
    assert result.before == pytest.approx(before, rel=1e-3, abs=1e-4)
    assert result.after == pytest.approx(after, rel=1e-3, abs=1e-4)
    noise = means(np.tanh(np.random.default_rng(9).normal(0, 0.3, (16, *GRAPH.input_shape))))
    assert after > before + 5 * noise.std(), (before, after, noise)
    assert after > noise.max()
    assert result.values.shape == (STEPS + 1,)
    assert (result.values[0], result.values[-1]) == (result.before, result.after)


def test_the_start_is_faint_gray_noise_and_both_are_pictures():
    result = maximize_class(network(), 1, steps=2, seed=3)
    for image in (result.start_image, result.image):
        assert (image.shape, image.dtype) == (GRAPH.input_shape, np.uint8)
    assert 1 < result.start_image.std() < 10
    assert abs(result.start_image.mean() - 127.5) < 2
    assert (result.seed, result.steps, result.what) == (3, 2, "logit of class 1")
    with pytest.raises(ValueError, match="read-only"):
        result.image[0] = 1


def test_the_seed_decides_the_picture_and_nothing_else_does():
    pictures = [maximize_class(network(), 1, steps=2, seed=seed).image for seed in (3, 3, 4)]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0] != pictures[2]).mean() > 0.5


def test_what_stands_before_a_relu_is_raised_as_a_dead_channel_has_no_gradient():
    # With this beta the channel is off wherever one looks.
    arrays = {node: dict(of_node) for node, of_node in lively_weights(GRAPH).arrays.items()}
    beta = arrays["block7_sepconv2_bn"]["beta"].copy()
    beta[5] = -100
    arrays["block7_sepconv2_bn"]["beta"] = beta
    ours = GradientNetwork(GRAPH, Weights(arrays, lively_weights(GRAPH).provenance))
    means, gradient = ours.activation_gradient("block7_sepconv2_act").run(np.zeros((1, *GRAPH.input_shape)), 5)
    assert not means.any()
    assert not gradient.any()
    result = maximize_channel(ours, "block7_sepconv2_act", 5, steps=4)
    assert result.what == "mean of channel 5 of block7_sepconv2_act, before the activation"
    assert result.before < result.after < 0


def test_the_gradient_of_a_logit_is_openvinos():
    pictures = np.random.default_rng(1).uniform(-1, 1, (2, *GRAPH.input_shape)).astype(np.float32)
    direction = np.zeros(10, np.float32)
    direction[4] = 1
    values, gradients = network().activation_gradient("predictions").run(pictures, 4)
    other = OpenVINOGradients(GRAPH, lively_weights(GRAPH))
    for picture, value, gradient in zip(pictures, values, gradients, strict=True):
        expected = other.run(picture[np.newaxis], direction, ["input"])["input"]
        np.testing.assert_allclose(value, expected.score[0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(gradient, expected.gradient[0], atol=1e-4 * np.abs(expected.gradient).max())


def test_the_gradient_of_a_channel_is_what_a_small_change_changes():
    exact = GradientNetwork(GRAPH, lively_weights(GRAPH), "float64").activation_gradient("block3_sepconv1_bn")
    generator = np.random.default_rng(1)
    pictures, change = generator.uniform(-1, 1, (2, 1, *GRAPH.input_shape))
    (above,), (below,) = (exact.run(pictures + sign * 1e-7 * change, 5)[0] for sign in (1, -1))
    gradient = exact.run(pictures, 5)[1]
    assert (gradient * change).sum() == pytest.approx((above - below) / 2e-7, rel=1e-4)


def test_all_channels_of_a_node_share_one_trace_and_few_are_kept():
    ours = network()
    gradient = ours.activation_gradient("block2_sepconv1_bn")
    assert ours.activation_gradient("block2_sepconv1_bn") is gradient
    for node in ("block2_sepconv2", "block3_sepconv1", "block3_sepconv2", "block4_sepconv1"):
        ours.activation_gradient(f"{node}_depthwise")
    assert ours.activation_gradient("block2_sepconv1_bn") is not gradient


def test_progress_is_told_after_each_step_and_can_end_it():
    told = []
    maximize_class(network(), 0, steps=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def cancel(done: int, total: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        maximize_class(network(), 0, steps=3, progress=cancel)


def test_what_cannot_be_maximized_says_so():
    with pytest.raises(ConfigError, match="class must be from 0 to 9, got 10"):
        maximize_class(network(), 10)
    with pytest.raises(ConfigError, match="channel must be from 0 to 31, got -1"):
        maximize_channel(network(), "block2_sepconv1_bn", -1)
    with pytest.raises(ConfigError, match="steps must be at least 1, got 0"):
        maximize_class(network(), 0, steps=0)


def test_a_gradient_that_overflows_is_the_weights_fault():
    arrays = {node: dict(of_node) for node, of_node in lively_weights(GRAPH).arrays.items()}
    arrays["predictions"]["kernel"] = np.full_like(arrays["predictions"]["kernel"], np.inf)
    ours = GradientNetwork(GRAPH, Weights(arrays, lively_weights(GRAPH).provenance))
    with pytest.raises(WeightsError, match="gradient is not a finite number"):
        maximize_class(ours, 0, steps=2)
