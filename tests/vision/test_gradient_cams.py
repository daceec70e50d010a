"""The maps against their papers' formulas, written out by hand, on the real photograph with real weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.places.taps import convolutions, last_tap, taps
from explorer.configuration.registry import graph_of
from explorer.model.gradients.openvino_gradients import Gradients
from explorer.model.keras_model.build import build
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.xception import KITCHENWARE
from explorer.vision.explainer import Explainer
from explorer.vision.methods.gradient_cams import GRADIENT_CAMS, gradient_cam, signed_map
from explorer.vision.methods.target import Target
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES

TARGETS = (Target(0), Target(4), Target(0, against=2))


@pytest.fixture(scope="module")
def trained():
    return load_trained(KITCHENWARE)


@pytest.fixture(scope="module")
def explainer(trained):
    return Explainer(graph_of(trained.config), trained.weights)


@pytest.fixture(scope="module")
def image(trained):
    return network_input(decode(SAMPLES[0].file.read_bytes()), trained.config.input_size)


@pytest.fixture(scope="module")
def activations(explainer, image):
    return explainer.activations(image)


@pytest.fixture(scope="module")
def model(trained):
    return keras_model(trained, "float32")


def keras_model(trained, dtype: str) -> keras.Model:
    """Keras' own layers, separable convolutions in one piece."""
    model = build(graph_of(trained.config), dtype)
    for name, arrays in trained.weights.arrays.items():
        model.get_layer(name).set_weights(list(arrays.values()))
    return model


def by_tape(model: keras.Model, names: list[str], image: np.ndarray, target: Target):
    """[(activation, gradient of the logit)] of Keras' layers, each (height, width, channels)."""
    tapped = keras.Model(model.inputs, [*(model.get_layer(name).output for name in names), model.output])
    picture = tf.constant(image, model.dtype)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(picture)
        *values, logits = tapped(picture)
        score = tf.reduce_sum(logits * target.direction(logits.shape[-1]))
    return [(a[0].numpy(), g[0].numpy()) for a, g in zip(values, tape.gradient(score, values), strict=True)]


def by_hand(method: str, a: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The map before its last ReLU; Grad-CAM++ without the common factor exp(score)."""
    if method == "grad-cam":  # arXiv:1610.02391, equations 1 and 2
        return (a * g.mean((0, 1))).sum(-1)
    if method == "layercam":  # Jiang et al. 2021, equations 4 and 5
        return (a * np.maximum(g, 0)).sum(-1)
    # arXiv:1710.11063, equations 10 and 19, with the derivatives of exp(score)
    denominator = 2 * g**2 + a.sum((0, 1)) * g**3
    alpha = np.divide(g**2, denominator, out=np.zeros_like(g), where=denominator != 0)
    total = alpha.sum((0, 1))
    alpha = np.divide(alpha, total, out=np.zeros_like(alpha), where=total != 0)
    return (a * (alpha * np.maximum(g, 0)).sum((0, 1))).sum(-1)


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest, as a share of the map's maximum."""
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_grad_cam_at_every_convolution_is_the_tapes(explainer, activations, model, image, target):
    names = [*(tap.layer for tap in convolutions(explainer.graph)), last_tap(explainer.graph).name]
    film = {heat_map.tap.name: heat_map.signed for heat_map in explainer.film(activations, target)}
    for name, (a, g) in zip(names, by_tape(model, names, image, target), strict=True):
        tolerance = 1e-5 if name == names[-1] else 5e-3
        assert difference(film[name], by_hand("grad-cam", a, g)) < tolerance, name


def test_every_method_at_layers_all_over_the_network(explainer, activations, model, trained, image):
    target = TARGETS[2]
    chosen = [tap for tap in taps(explainer.graph) if tap.stage == "pointwise"][::4]
    chosen.append(last_tap(explainer.graph))
    names = [tap.name for tap in chosen]
    exact, single = (by_tape(each, names, image, target) for each in (keras_model(trained, "float64"), model))
    for tap, (a, g), theirs in zip(chosen, exact, single, strict=True):
        for method in GRADIENT_CAMS:
            true_map = by_hand(method, a, g)
            assert difference(signed_map(method, a[np.newaxis], g[np.newaxis])[0], true_map) < 1e-12
            found = explainer.heat_map(method, activations, target, tap)
            ours, other = difference(found.signed, true_map), difference(by_hand(method, *theirs), true_map)
            # Before a ReLU, Grad-CAM++ divides by what can be nearly 0: which of the two is closer is chance.
            if method != "grad-cam++" or tap.stage == "act":
                assert ours <= max(2 * other, 1e-5), (tap.name, method)
            assert np.array_equal(found.values, np.maximum(found.signed, 0))
            assert found.score == pytest.approx(float(activations.logits[0] - activations.logits[2]), rel=1e-4)


def test_it_is_what_tf_keras_vis_gives_for_the_whole_model_told_the_layer(explainer, activations, model, image):
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.layercam import Layercam

    tap = last_tap(explainer.graph)
    score = float(activations.logits[0])
    for method, cam in zip(GRADIENT_CAMS, (Gradcam, GradcamPlusPlus, Layercam), strict=True):
        theirs = cam(model)(
            lambda output: output[:, 0],
            [image],
            penultimate_layer=tap.name,
            seek_penultimate_conv_layer=False,
            expand_cam=False,
            normalize_cam=False,
        )[0]
        factor = np.exp(score) if method == "grad-cam++" else 1
        found = explainer.heat_map(method, activations, TARGETS[0], tap)
        assert difference(found.values * factor, np.asarray(theirs)) < 1e-4, method


def test_a_hot_score_does_not_overflow_grad_cam_plus_plus(explainer):
    tap = last_tap(explainer.graph)
    generator = np.random.default_rng(0)
    activation = generator.random((1, *tap.shape), np.float32) * 100
    gradient = generator.normal(size=activation.shape).astype(np.float32)
    given = Gradients(activation, gradient, np.zeros((1, 6), np.float32), np.full(1, 1000, np.float32))
    found = gradient_cam("grad-cam++", given, tap, Target(0), 150, explainer.provenance)
    assert np.isfinite(found.signed).all()
