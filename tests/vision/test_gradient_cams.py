"""The maps against their papers' formulas, written out by hand, on the real photograph with real weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from explorer.model.gradients.tail import Gradients

from explorer.arch.places.taps import convolutions, last_tap, taps
from explorer.configuration.registry import graph_of
from explorer.model.gradients.activations import kept
from explorer.model.gradients.gradient_network import GradientNetwork
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
    with tf.GradientTape() as tape:
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
def test_grad_cam_at_every_convolution_is_the_tapes(explainer, activations, trained, image, target):
    names = [*(tap.layer for tap in convolutions(explainer.graph)), last_tap(explainer.graph).name]
    film = {heat_map.tap.name: heat_map.signed for heat_map in explainer.film(activations, target)}
    for name, (a, g) in zip(names, by_tape(keras_model(trained, "float32"), names, image, target), strict=True):
        tolerance = 1e-5 if name == names[-1] else 5e-3
        assert difference(film[name], by_hand("grad-cam", a, g)) < tolerance, name


def test_every_method_through_tails_at_layers_all_over_the_network(explainer, activations, trained, image):
    target = TARGETS[0]
    chosen = [tap for tap in taps(explainer.graph) if tap.stage == "pointwise"][::5]
    chosen.append(last_tap(explainer.graph))
    tape = by_tape(keras_model(trained, "float32"), [tap.name for tap in chosen], image, target)
    for tap, (a, g) in zip(chosen, tape, strict=True):
        for method in GRADIENT_CAMS:
            found = explainer.heat_map(method, activations, target, tap)
            # Grad-CAM++ divides by what can be nearly 0; in float64 below it is held to the last digits too.
            if method != "grad-cam++" or tap.stage == "act":
                tolerance = 1e-5 if tap.stage == "act" else 5e-3
                assert difference(found.signed, by_hand(method, a, g)) < tolerance, (tap.name, method)
            assert np.array_equal(found.values, np.maximum(found.signed, 0))
            assert found.score == pytest.approx(float(activations.logits[0]), rel=1e-4)


def test_in_float64_every_method_equals_its_formula_to_the_last_digits(trained, image):
    graph, target = graph_of(trained.config), TARGETS[2]
    network = GradientNetwork(graph, trained.weights, "float64")
    names = kept(graph)
    values = network.part(["input"], names)(tf.constant(image, "float64"))
    maps = {"input": image} | {name: value.numpy() for name, value in zip(names, values, strict=True)}
    chosen = [tap for tap in taps(graph) if tap.stage == "pointwise"][::4]
    chosen.append(last_tap(graph))
    model = keras_model(trained, "float64")
    tape = by_tape(model, [tap.name for tap in chosen], image, target)
    for tap, (a, g) in zip(chosen, tape, strict=True):
        found = network.tail(tap.node).run(maps, target.direction(6).astype("float64"))
        for method in GRADIENT_CAMS:
            signed = signed_map(method, found.activation, found.gradient)[0]
            assert difference(signed, by_hand(method, a, g)) < 1e-6, (tap.name, method)


def test_it_is_what_tf_keras_vis_gives_for_the_whole_model_told_the_layer(explainer, activations, trained, image):
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.layercam import Layercam

    tap = last_tap(explainer.graph)
    model = keras_model(trained, "float32")
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
