"""A separable convolution taken apart, against the engine's own maps and against sums made by hand."""

from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from explorer.arch.graph import Graph, GraphBuilder
from explorer.arch.ops import LocalResponseNorm, SeparableConv2D
from explorer.arch.places.taps import taps
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError
from explorer.model.engines.choice import create
from explorer.model.weights.arrays import Weights
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import FLOWS, XceptionConfig, add_head, add_stem
from explorer.ui.features.separable_lanes import ends, lanes
from explorer.ui.widgets.steps_picture import steps_data
from explorer.vision.features.kernels import separable_weights
from explorer.vision.features.separable_steps import SeparableSteps, take_apart
from tests.lively_weights import lively_weights
from tests.small_networks import mobile_graph

SMALL = XceptionConfig(input_size=79, width=0.25, classes=10, middle_repeats=1, middle_convs=2)
VARIANTS = {
    "as in the paper": SMALL,
    "depth multiplier": replace(SMALL, depth_multiplier=2),
    "5 x 5": replace(SMALL, kernel_size=5),
    "7 x 7, even map": replace(SMALL, kernel_size=7, input_size=75, stem_padding="same"),
    "segments": replace(SMALL, segments=4),
    "regular": replace(SMALL, segments=1, depth_multiplier=2),
    "ReLU between": replace(SMALL, intermediate_activation="relu"),
    "ELU between, segments": replace(SMALL, intermediate_activation="elu", segments=4),
    "without normalization": LightweightConfig(input_size=71, classes=10),
}
LAYERS = ("block2_sepconv1", "block4_sepconv2", "block5_sepconv2", "block7_sepconv2")
ENDS = {"pointwise": "total", "bn": "normalized", "act": "activated"}


def engine_maps(
    graph: Graph, weights: Weights, layers: tuple[str, ...], everything: bool = False
) -> dict[str, np.ndarray]:
    """What the engine gives at every stage of the layers and at what they read, or at every node."""
    nodes = {tap.node for tap in taps(graph) if tap.layer in layers}
    nodes |= {separable_weights(weights, graph, layer).spatial.inputs[0] for layer in layers}
    if everything:
        nodes = {node.name for node in graph.nodes}
    picture = np.random.default_rng(3).uniform(-1, 1, (1, *graph.input_shape)).astype(np.float32)
    return dict(create(graph, weights, sorted(nodes)).run(picture).taps)


def steps_of(graph: Graph, weights: Weights, layer: str, maps: dict[str, np.ndarray], channel=5, **how):
    source = separable_weights(weights, graph, layer).spatial.inputs[0]
    return take_apart(graph, weights, layer, maps[source], channel, **how)


def one_layer(config=SMALL, layer="block5_sepconv2", **how) -> tuple[SeparableSteps, dict[str, np.ndarray]]:
    graph = graph_of(config)
    weights = lively_weights(graph)
    maps = engine_maps(graph, weights, (layer,))
    return steps_of(graph, weights, layer, maps, **how), maps


def assert_equal(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_stage_is_the_engines_own(variant):
    graph = graph_of(VARIANTS[variant])
    weights = lively_weights(graph)
    layers = tuple(layer for layer in LAYERS if any(tap.layer == layer for tap in taps(graph)))
    maps = engine_maps(graph, weights, layers)
    for layer in layers:
        steps = steps_of(graph, weights, layer, maps)
        nodes = {tap.stage: tap.node for tap in taps(graph) if tap.layer == layer}
        assert_equal(steps.depthwise_maps, maps[nodes["depthwise"]][0][..., steps.outputs])
        for stage, name in ENDS.items():
            ours = getattr(steps, name)
            assert (ours is None) == (stage not in nodes), (layer, stage)
            if ours is not None:
                assert_equal(ours, maps[nodes[stage]][0, :, :, 5])
        # The parts add up, and what was left out is no part of what is shown.
        np.testing.assert_allclose(steps.products.sum(-1) + steps.rest, steps.total, rtol=1e-12)
        assert steps.others == separable_weights(weights, graph, layer).outputs - 8
        np.testing.assert_allclose(steps.products, steps.mixed_maps * steps.weights.astype(np.float64), rtol=1e-12)


PAIRS = {
    "as MobileNet": {},
    "depth multiplier 2": {"multiplier": 2},
    "biases": {"bias": True},
    "nothing between": {"between": (), "after": "relu"},
    "normalization alone": {"between": ("bn",)},
    "an idle dropout": {"between": ("bn", "dropout", "relu")},
    "channel segments": {"groups": 4, "multiplier": 2},
    "Swish": {"between": ("bn", "silu"), "after": "silu"},
    "GELU": {"between": ("gelu",), "after": "hard_sigmoid"},
    "SELU": {"between": ("bn", "selu"), "after": "leaky_relu"},
    "ELU": {"between": ("elu",), "after": "softplus"},
    "sigmoid": {"between": ("bn", "sigmoid"), "after": "tanh"},
}


@pytest.mark.parametrize("variant", PAIRS)
def test_a_pair_of_layers_is_taken_apart_with_all_that_stands_between(variant):
    graph = mobile_graph(**PAIRS[variant])
    weights = lively_weights(graph)
    maps = engine_maps(graph, weights, ("pw_1", "pw_2", "pw_3"), everything=True)
    for number in (1, 2, 3):
        steps = steps_of(graph, weights, f"dw_{number}", maps)
        assert steps.layer == f"pw_{number}"
        assert_equal(steps.depthwise_maps, maps[f"dw_{number}"][0][..., steps.outputs])
        kinds = [step for step in PAIRS[variant].get("between", ("bn", "relu6")) if step != "dropout"]
        assert [step.function or "bn" for step in steps.between] == kinds
        for step in steps.between:
            assert_equal(step.maps, maps[step.node][0][..., steps.outputs])
        read = separable_weights(weights, graph, steps.layer).pointwise.inputs[0]
        assert_equal(steps.mixed_maps, maps[read][0][..., steps.outputs])
        for end, node in (("total", "pw_{}"), ("normalized", "pw_{}_bn"), ("activated", "pw_{}_relu")):
            assert_equal(getattr(steps, end), maps[node.format(number)][0, :, :, 5])
        if steps.reads == 1:
            assert_equal(walked_as_sent(steps), maps[f"dw_{number}"][0][..., steps.outputs])


def test_what_a_normalization_between_does_in_numbers():
    graph = mobile_graph()
    weights = lively_weights(graph)
    steps = steps_of(graph, weights, "pw_2", engine_maps(graph, weights, ("pw_2",)))
    between, relu = steps.between
    arrays = weights.arrays["dw_2_bn"]
    for place, output in enumerate(steps.outputs):
        of = between.normalizations[place]
        assert of.gamma == arrays["gamma"][output]
        assert_equal(steps.depthwise_maps[..., place] * of.scale + of.shift, between.maps[..., place])
    assert (relu.function, relu.normalizations) == ("relu6", None)
    np.testing.assert_array_equal(relu.maps, np.clip(between.maps, 0, 6))


def test_a_step_that_is_not_known_raises():
    graph = mobile_graph(between=("softmax",))
    weights = lively_weights(graph)
    with pytest.raises(TypeError, match="no rule for the activation softmax"):
        steps_of(graph, weights, "pw_1", engine_maps(graph, weights, ("pw_1",)))
    nodes = tuple(
        replace(node, op=LocalResponseNorm()) if node.name == "dw_1_relu" else node for node in mobile_graph().nodes
    )
    graph = Graph(graph.title, graph.flows, nodes)
    weights = lively_weights(graph)
    with pytest.raises(TypeError, match="no rule for LocalResponseNorm between"):
        steps_of(graph, weights, "pw_1", engine_maps(graph, weights, ("pw_1",)))


@pytest.mark.parametrize("variant", ["as in the paper", "segments"])
def test_the_strongest_add_the_most_on_this_picture(variant):
    graph = graph_of(VARIANTS[variant])
    weights = lively_weights(graph)
    steps, maps = one_layer(VARIANTS[variant])
    separable = separable_weights(weights, graph, "block5_sepconv2")
    depthwise = maps["block5_sepconv2_depthwise"][0].astype(np.float64)
    added = np.abs(depthwise * separable.mixture[:, 5]).sum((0, 1))
    np.testing.assert_array_equal(steps.outputs, np.argsort(-added)[:8])
    np.testing.assert_allclose(steps.strengths, np.sort(added)[::-1][:8], rtol=1e-5)
    assert steps.all_strengths == pytest.approx(added.sum(), rel=1e-5)


@pytest.mark.parametrize("variant", ["depth multiplier", "segments"])
def test_the_largest_weights_are_shown_whatever_they_add(variant):
    graph = graph_of(VARIANTS[variant])
    mixture = separable_weights(lively_weights(graph), graph, "block5_sepconv2").mixture[:, 5]
    by_part, _ = one_layer(VARIANTS[variant])
    steps, _ = one_layer(VARIANTS[variant], by="weight")
    np.testing.assert_array_equal(steps.outputs, np.argsort(-np.abs(mixture), kind="stable")[:8])
    np.testing.assert_array_equal(steps.weights, mixture[steps.outputs])
    np.testing.assert_allclose(steps.products.sum(-1) + steps.rest, by_part.total, rtol=1e-12)
    assert steps.strengths.sum() < by_part.strengths.sum()
    assert steps.all_strengths == by_part.all_strengths


def test_all_depthwise_outputs_leave_no_rest():
    steps, _ = one_layer(strongest=1000)
    assert (steps.others, steps.outputs.size, np.abs(steps.rest).max()) == (0, 184, 0)


def test_the_normalization_in_numbers():
    steps, _ = one_layer()
    arrays = lively_weights(graph_of(SMALL)).arrays["block5_sepconv2_bn"]
    gamma, beta, mean, variance = (
        float(arrays[name][5]) for name in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    found = steps.normalization
    assert (found.gamma, found.beta, found.mean, found.variance, found.epsilon) == (gamma, beta, mean, variance, 1e-3)
    by_hand = gamma * (steps.total - mean) / np.sqrt(variance + 1e-3) + beta
    np.testing.assert_allclose(steps.normalized, by_hand, rtol=1e-9)
    np.testing.assert_allclose(steps.normalized, steps.total * found.scale + found.shift, rtol=1e-12)


def test_costs_of_the_halves():
    steps, _ = one_layer()
    assert steps.params == (3 * 3 * 184, 184 * 184)
    assert steps.macs == (25 * 3 * 3 * 184, 25 * 184 * 184)
    assert steps.multiplications == (3 * 3 * 184, 184 * 184, 3 * 3 * 184 * 184)
    for variant in ("depth multiplier", "segments", "regular"):
        other, _ = one_layer(VARIANTS[variant])
        assert tuple(25 * each for each in other.multiplications[:2]) == other.macs
    regular, _ = one_layer(VARIANTS["regular"])
    assert regular.params == (3 * 3 * 184 * 368, 368 * 184)


def walked(sent: dict, pixels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The window's sums at all places, as `windowSum` in window_walk.js makes them of what is sent."""
    walk = sent["walk"]
    rows, columns = pixels.shape
    assert pixels.shape == walk["size"]
    sums = np.zeros(sent["size"])
    for place in np.ndindex(sums.shape):
        for at in np.ndindex(kernel.shape):
            down, across = (
                p * stride - before + k * apart
                for p, k, stride, before, apart in zip(
                    place, at, walk["strides"], walk["before"], walk["dilation"], strict=True
                )
            )
            if 0 <= down < rows and 0 <= across < columns:
                sums[place] += float(pixels[down, across]) * float(kernel[at])
    return sums


def walked_as_sent(steps: SeparableSteps) -> np.ndarray:
    """(height, width, S): the sums of all lanes with their biases, from nothing but the data of the browser."""
    sent = steps_data(lanes(steps), ends(steps), steps.walk)
    sums = []
    for lane in sent["lanes"]:
        pixels = np.frombuffer(b64decode(sent["maps"][lane["input"]]), "<f4").reshape(sent["walk"]["size"])
        sums.append(walked(sent, pixels, np.array(lane["kernel"])) + (lane["bias"] or 0))
    return np.stack(sums, axis=-1)


@pytest.mark.parametrize("variant", ["as in the paper", "depth multiplier", "5 x 5", "7 x 7, even map", "ReLU between"])
def test_the_windows_sums_are_the_engines_values_everywhere(variant):
    steps, maps = one_layer(VARIANTS[variant])
    assert_equal(walked_as_sent(steps), maps["block5_sepconv2_depthwise"][0][..., steps.outputs])


def test_a_window_by_hand():
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    values = np.arange(25 * 184, dtype=np.float32).reshape(1, 5, 5, 184)
    steps = take_apart(graph, weights, "block5_sepconv2", values, 0)
    kernel = weights.arrays["block5_sepconv2"]["depthwise_kernel"][:, :, steps.inputs[0], 0]
    np.testing.assert_array_equal(steps.kernels[..., 0], kernel)
    a, b, c, d = (values[0, row, column, steps.inputs[0]] for row, column in ((0, 3), (0, 4), (1, 3), (1, 4)))
    expected = a * kernel[1, 0] + b * kernel[1, 1] + c * kernel[2, 0] + d * kernel[2, 1]
    assert walked_as_sent(steps)[0, 4, 0] == pytest.approx(float(expected), rel=1e-6)


def test_with_segments_the_parts_of_all_channels_add_up_and_the_largest_is_named():
    graph = graph_of(VARIANTS["segments"])
    steps, maps = one_layer(VARIANTS["segments"])
    separable = separable_weights(lively_weights(graph), graph, steps.layer)
    assert steps.reads == 46
    sent = steps_data(lanes(steps), ends(steps), steps.walk)
    entering = maps[separable.spatial.inputs[0]][0]
    output = int(steps.outputs[0])
    read, kernels = separable.inputs(output), separable.of_output(output)
    parts = np.array([walked(sent, entering[..., each], kernels[each - read.start]) for each in read])
    assert_equal(parts.sum(0), steps.depthwise_maps[..., 0])
    assert steps.inputs[0] == read[int(np.abs(parts).sum((1, 2)).argmax())]
    np.testing.assert_array_equal(steps.input_maps[..., 0], entering[..., steps.inputs[0]])
    assert_equal(walked_as_sent(steps)[..., 0], parts[steps.inputs[0] - read.start])


def test_a_stride_moves_the_window():
    builder = GraphBuilder("Strided", FLOWS)
    x = add_stem(builder, 79, "same", (8, 8))
    builder.enter("entry", "block2")
    x = builder.add("sepconv", SeparableConv2D(8, (5, 5), (2, 2)), x)
    add_head(builder, x, 2)
    graph = builder.graph()
    weights = lively_weights(graph)
    maps = engine_maps(graph, weights, ("sepconv",))
    steps = steps_of(graph, weights, "sepconv", maps)
    assert (steps.walk.input_size, steps.total.shape) == ((40, 40), (20, 20))
    assert_equal(steps.total, maps["sepconv_pointwise"][0, :, :, 5])
    assert steps.walk.before == (1, 1)  # of 3 rows of padding, TensorFlow puts 1 before
    assert_equal(walked_as_sent(steps), maps["sepconv_depthwise"][0][..., steps.outputs])


def test_the_window_walks_over_a_larger_map_than_it_makes():
    graph = mobile_graph()
    weights = lively_weights(graph)
    walk = steps_of(graph, weights, "pw_2", engine_maps(graph, weights, ("pw_2",))).walk
    assert (walk.input_size, walk.size) == ((18, 18), (8, 8))  # 17 px and the zeros after them
    assert walk.first == tuple(1 - before for before in walk.before)
    same, _ = one_layer()
    assert same.walk.first == (0, 0)


def test_a_bias_is_added():
    graph = graph_of(SMALL)
    nodes = tuple(
        replace(node, op=replace(node.op, use_bias=True)) if isinstance(node.op, SeparableConv2D) else node
        for node in graph.nodes
    )
    graph = Graph(graph.title, graph.flows, nodes)
    weights = lively_weights(graph)
    maps = engine_maps(graph, weights, ("block5_sepconv2",))
    steps = steps_of(graph, weights, "block5_sepconv2", maps)
    assert steps.bias == float(weights.arrays["block5_sepconv2"]["bias"][5])
    assert_equal(steps.total, maps["block5_sepconv2_pointwise"][0, :, :, 5])
    np.testing.assert_allclose(steps.products.sum(-1) + steps.rest + steps.bias, steps.total, rtol=1e-12)
    assert steps.params == (3 * 3 * 184, 184 * 184 + 184)


def test_what_is_not_there_says_so():
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    entering = np.zeros((1, 5, 5, 184), np.float32)
    with pytest.raises(ConfigError, match="from 0 to 183, got 184"):
        take_apart(graph, weights, "block5_sepconv2", entering, 184)
    with pytest.raises(ConfigError, match="at least 1 depthwise output"):
        take_apart(graph, weights, "block5_sepconv2", entering, 0, 0)
    with pytest.raises(ConfigError, match="nearest are block5_sepconv2"):
        take_apart(graph, weights, "block5_sepcnv2", entering, 0)
    with pytest.raises(ValueError, match="reads a map of shape"):
        take_apart(graph, weights, "block5_sepconv2", entering[:, :4], 0)
