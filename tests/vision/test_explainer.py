"""The explainer over every kind of network, with random weights: whatever builds can be asked."""

import ctypes
import gc
import os
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import pytest

from explorer.arch.places.taps import convolutions, find_tap, first_tap, module_outputs, taps
from explorer.compute.lru_cache import bytes_in
from explorer.configuration.registry import graph_of
from explorer.errors import BudgetError, ConfigError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig
from explorer.vision.explainer import Explainer
from explorer.vision.features.module_maps import mean_strength, module_maps
from explorer.vision.methods.table import METHODS
from explorer.vision.methods.target import Target
from tests.lively_weights import lively_weights
from tests.small_networks import residual_graph

CLASSES = 5
SMALL = {"input_size": 71, "width": 0.25, "classes": CLASSES, "middle_repeats": 1}
KINDS = {
    "narrow": XceptionConfig(**SMALL),
    "wide": XceptionConfig(**SMALL | {"width": 2.0, "middle_repeats": 0}),
    "no shortcuts": XceptionConfig(**SMALL, residual=False),
    "elu between": XceptionConfig(**SMALL, intermediate_activation="elu"),
    "large kernels, two outputs each": XceptionConfig(**SMALL, kernel_size=7, depth_multiplier=2),
    "fully connected": XceptionConfig(**SMALL, fully_connected=(7, 9), dropout=0.5),
    "shortcuts in a chain": FromScratchConfig(input_size=71, classes=CLASSES),
    "shortcut lost": LightweightConfig(input_size=71, classes=CLASSES),
}


@lru_cache(maxsize=1)
def explainer(kind: str) -> Explainer:
    graph = graph_of(KINDS[kind])
    return Explainer(graph, lively_weights(graph))


def image(explained: Explainer, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (1, *explained.graph.input_shape)).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_every_network_can_be_asked_at_its_first_layer_and_in_a_film(kind):
    explained = explainer(kind)
    activations = explained.activations(image(explained))
    tap = first_tap(explained.graph)
    target = Target(1, against=3)
    found = explained.heat_map("grad-cam", activations, target, tap)
    assert found.signed.shape == tap.shape[:2]
    assert np.isfinite(found.signed).all()
    assert np.ptp(found.signed) > 0
    assert found.score == pytest.approx(float(activations.logits[1] - activations.logits[3]), abs=1e-3)
    film = explained.film(activations, target)
    assert [frame.tap for frame in film] == [*convolutions(explained.graph), *module_outputs(explained.graph)]
    first = next(frame for frame in film if frame.tap == tap).signed
    assert np.abs(first - found.signed).max() <= 5e-3 * np.abs(first).max()


def test_what_a_picture_leaves_is_counted_in_full_and_does_not_grow():
    explained = explainer("narrow")
    activations = explained.activations(image(explained))
    counted = bytes_in(activations)
    assert counted == activations.logits.nbytes + sum(array.nbytes for array in activations.maps.values())
    explained.heat_map("grad-cam", activations, Target(0), first_tap(explained.graph))
    explained.values(activations, [first_tap(explained.graph).node])
    assert bytes_in(activations) == counted


def resident() -> int:
    """Bytes of this process, without those that it has freed but not given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("kind", ["narrow", "shortcuts in a chain"])
def test_a_modules_map_is_the_mean_size_of_what_it_hands_on(kind):
    explained = explainer(kind)
    picture = image(explained)
    maps = module_maps(explained, explained.activations(picture))
    assert [each.tap for each in maps] == list(module_outputs(explained.graph))
    nodes = [each.tap.node for each in maps]
    model = explained.network.model  # Keras' own pass, of the network as a whole
    keras = type(model)(model.inputs, [model.get_layer(node).output for node in nodes])
    for each, value in zip(maps, keras([picture], training=False), strict=True):
        assert each.strength.shape == each.tap.shape[:2]
        expected = np.abs(np.asarray(value)[0]).mean(axis=-1)
        np.testing.assert_allclose(each.strength, expected, rtol=1e-3, atol=1e-5 * expected.max())
        assert not each.strength.flags.writeable


def test_a_large_map_is_averaged_down_and_keeps_its_mean():
    values = np.random.default_rng(0).normal(size=(1, 128, 147, 3)).astype(np.float32)
    small = mean_strength(values)
    assert small.shape == (64, 64)
    whole = np.abs(values[0]).mean(axis=-1)
    assert small.mean() == pytest.approx(whole.mean(), rel=1e-5)
    two_by_two = mean_strength(values[:, :, :128])
    np.testing.assert_allclose(two_by_two, whole[:, :128].reshape(64, 2, 64, 2).mean((1, 3)), rtol=1e-5)


def test_what_lies_between_two_places_does_not_stay_in_memory():
    graph = graph_of(XceptionConfig(width=0.5, classes=CLASSES, middle_repeats=0))
    explained = Explainer(graph, lively_weights(graph))
    activations = explained.activations(image(explained))
    first, *others = [tap.node for tap in taps(graph)][:16]
    explained.gradients(activations, first, Target(0))
    before = resident()
    for node in others:
        explained.gradients(activations, node, Target(0))
    assert resident() - before < 150 * 2**20  # with all that lies between it is 300 MB


def test_what_is_computed_with_a_network_does_not_keep_it_alive():
    graph = graph_of(KINDS["narrow"])
    explained = Explainer(graph, lively_weights(graph))
    activations = explained.activations(image(explained))
    tap = first_tap(graph)
    results = [
        explained.activations(image(explained)),  # nothing more asked of it
        activations,
        *(explained.heat_map(method, activations, Target(0), tap) for method in ("grad-cam", "saliency")),
        explained.film(activations, Target(0)),
        explained.gradients(activations, tap.node, Target(0)),
    ]
    kernel = explained.weights.arrays["block1_conv1"]["kernel"]
    made = explained.engine, explained._single_pictures(), explained.by_parts
    parts = explained, explained.network.model, *made, kernel
    alive = [weakref.ref(each) for each in parts]
    del explained, kernel, parts, made
    gc.collect()
    assert [each() for each in alive] == [None] * 6
    assert len(results) == 6


def test_no_place_is_worth_another_pass_of_the_picture(monkeypatch):
    explained = explainer("narrow")
    activations = explained.activations(image(explained))
    monkeypatch.setattr(explained.engine, "run", None)
    monkeypatch.setattr(type(explained), "engine_of_next_picture", None)
    monkeypatch.setattr(explained.by_parts, "there", None)
    for tap in convolutions(explained.graph)[::3]:
        explained.heat_map("layercam", activations, Target(0), tap)
        explained.values(activations, [tap.node])


def test_the_value_of_any_node_is_the_one_that_its_gradient_goes_with():
    explained = explainer("narrow")
    activations = explained.activations(image(explained))
    nodes = ["block5_sepconv1_act", "block5_sepconv1_depthwise", "block5_sepconv2_bn", "block4_add"]
    values = explained.values(activations, nodes)
    assert set(values) == set(nodes)
    for node in nodes:
        own = explained.gradients(activations, node, Target(0)).activation
        assert np.abs(values[node] - own).max() <= 1e-5 * np.abs(own).max()
    assert values["block4_add"] is activations.maps["block4_add"]  # known: nothing is computed for it


def test_evidence_of_branch_and_shortcut_is_told_inside_residual_modules_only():
    explained = explainer("narrow")
    activations = explained.activations(image(explained))
    graph = explained.graph
    inside = explained.branch_share(activations, find_tap(graph, "block5_sepconv2"), Target(0))
    assert inside is not None
    at_addition = explained.gradients(activations, "block5_add", Target(0))
    whole = float((at_addition.activation.astype(np.float64) * at_addition.gradient).sum())
    assert inside.branch + inside.shortcut == pytest.approx(whole, rel=1e-3, abs=1e-6)
    assert explained.branch_share(activations, find_tap(graph, "block5_add"), Target(0)) is None
    # A projection is the other side of the sum; the sentence about the branch is not its own.
    assert explained.branch_share(activations, find_tap(graph, "block3_shortcut_conv"), Target(0)) is None
    assert explained.branch_share(activations, find_tap(graph, "block7_sepconv2"), Target(0)) is None


def test_evidence_passes_a_bottleneck_by_on_its_shortcut():
    graph = residual_graph()
    explained = Explainer(graph, lively_weights(graph))
    activations = explained.activations(image(explained))
    for layer, addition in (("block3_2_conv", "block3_add"), ("block2_1_conv", "block2_add")):
        share = explained.branch_share(activations, find_tap(graph, layer, "act"), Target(2))
        at_addition = explained.gradients(activations, addition, Target(2))
        whole = float((at_addition.activation.astype(np.float64) * at_addition.gradient).sum())
        assert share.branch + share.shortcut == pytest.approx(whole, rel=1e-3, abs=1e-6)
        assert share.branch and share.shortcut
    assert explained.branch_share(activations, find_tap(graph, "block3_out"), Target(2)) is None


def test_threads_with_other_pictures_classes_and_methods_get_their_own_maps():
    explained = explainer("narrow")
    pictures = [explained.activations(image(explained, seed)) for seed in range(4)]
    tap = find_tap(explained.graph, "block5_sepconv3", "bn")
    questions = [
        (method, number, target) for method in ("grad-cam", "layercam", "grad-cam++") for number in range(4)
        for target in (Target(0), Target(2, against=1))
    ]  # fmt: skip

    def asked(question):
        method, number, target = question
        return explained.heat_map(method, pictures[number], target, tap).signed

    alone = [asked(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(asked, questions))
    for mine, own in zip(together, alone, strict=True):
        assert np.abs(mine - own).max() <= 1e-5 * np.abs(own).max()


def test_what_does_not_exist_is_refused_before_anything_runs():
    explained = explainer("narrow")
    activations = explained.activations(image(explained))
    with pytest.raises(ConfigError, match=r"grad-cam, grad-cam\+\+"):
        explained.heat_map("gradcam", activations, Target(0))
    for method in METHODS:
        with pytest.raises(ConfigError, match="from 0 to 4"):
            explained.heat_map(method, activations, Target(CLASSES))
    vector = find_tap(explained.graph, "avg_pool")
    with pytest.raises(ConfigError, match="avg_pool gives a vector, which has no map"):
        explained.heat_map("grad-cam", activations, Target(0), vector)


def test_parts_that_fit_one_by_one_but_not_together_are_refused(monkeypatch):
    explained = Explainer(graph_of(KINDS["narrow"]), lively_weights(graph_of(KINDS["narrow"])))
    monkeypatch.setenv(BUDGET_VARIABLE, str(explained.nbytes - 1))
    activations = explained.activations(image(explained))
    explained.gradients(activations, "block5_add", Target(0))
    with pytest.raises(BudgetError, match="stands in memory twice"):
        explained.film(activations, Target(0))
