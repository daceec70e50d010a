"""A separable convolution taken apart, against the engine's own maps and against sums made by hand."""

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
        window = steps.window(1, 2, int(steps.inputs[0]), int(steps.outputs[0]))
        if steps.reads == 1:
            bias = 0 if steps.depthwise_bias is None else steps.depthwise_bias[0]
            assert window.sum + bias == pytest.approx(float(steps.depthwise_maps[1, 2, 0]), abs=1e-5)


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
    regular, _ = one_layer(VARIANTS["regular"])
    assert regular.params == (3 * 3 * 184 * 368, 368 * 184)


@pytest.mark.parametrize("variant", ["as in the paper", "depth multiplier", "5 x 5", "7 x 7, even map", "ReLU between"])
def test_the_window_adds_up_to_the_depthwise_map_everywhere(variant):
    steps, _ = one_layer(VARIANTS[variant])
    rows, columns = steps.total.shape
    for place, output in enumerate(steps.outputs[:3]):
        for row, column in np.ndindex(rows, columns):
            window = steps.window(row, column, int(steps.inputs[place]), int(output))
            value = steps.depthwise_maps[row, column, place]
            assert window.sum == pytest.approx(value, abs=1e-5 * float(np.abs(steps.depthwise_maps).max()))
            assert window.output == output


def test_a_window_by_hand():
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    kernel = weights.arrays["block5_sepconv2"]["depthwise_kernel"][:, :, 7, 0]
    values = np.arange(25 * 184, dtype=np.float32).reshape(1, 5, 5, 184)
    steps = take_apart(graph, weights, "block5_sepconv2", values, 0)
    corner = steps.window(0, 4, 7)
    np.testing.assert_array_equal(corner.inside, [[False] * 3, [True, True, False], [True, True, False]])
    a, b, c, d = (values[0, row, column, 7] for row, column in ((0, 3), (0, 4), (1, 3), (1, 4)))
    np.testing.assert_array_equal(corner.pixels, [[0, 0, 0], [a, b, 0], [c, d, 0]])
    np.testing.assert_array_equal(corner.kernel, kernel)
    assert (corner.top, corner.left) == (-1, 3)
    expected = a * kernel[1, 0] + b * kernel[1, 1] + c * kernel[2, 0] + d * kernel[2, 1]
    assert corner.sum == pytest.approx(float(expected), rel=1e-6)
    assert steps.window(2, 2, 7).inside.all()


def test_with_segments_the_parts_of_all_channels_add_up_and_the_largest_is_named():
    graph = graph_of(VARIANTS["segments"])
    steps, _ = one_layer(VARIANTS["segments"])
    separable = separable_weights(lively_weights(graph), graph, steps.layer)
    assert steps.reads == 46
    output = int(steps.outputs[0])
    read = separable.inputs(output)
    parts = np.array(
        [[[steps.window(r, c, channel, output).sum for c in range(5)] for r in range(5)] for channel in read]
    )
    assert_equal(parts.sum(0), steps.depthwise_maps[..., 0])
    assert steps.inputs[0] == read[int(np.abs(parts).sum((1, 2)).argmax())]
    np.testing.assert_array_equal(steps.input_maps[..., 0], steps.input_map[0, ..., steps.inputs[0]])
    np.testing.assert_array_equal(steps.kernels[..., 0], steps.window(0, 0, int(steps.inputs[0]), output).kernel)


def test_a_window_belongs_to_the_strongest_shown_output_of_its_channel():
    steps, _ = one_layer(VARIANTS["depth multiplier"])
    for place, channel in enumerate(steps.inputs):
        first = list(steps.inputs).index(channel)
        window = steps.window(1, 1, int(channel))
        assert window.output == steps.outputs[first]
        assert steps.outputs[place] // 2 == channel
    hidden = next(channel for channel in range(184) if channel not in steps.inputs)
    assert steps.window(1, 1, hidden).output == 2 * hidden


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
    assert (steps.input_map.shape[1:3], steps.total.shape) == ((40, 40), (20, 20))
    assert_equal(steps.total, maps["sepconv_pointwise"][0, :, :, 5])
    first, last = (steps.window(place, place, int(steps.inputs[0])) for place in (0, 19))
    assert (first.top, first.left, last.top) == (-1, -1, 37)  # of 3 rows of padding, TensorFlow puts 1 before
    assert last.inside.sum() == 9
    assert last.sum == pytest.approx(float(steps.depthwise_maps[19, 19, 0]), rel=1e-4)


def test_the_window_walks_over_a_larger_map_than_it_makes():
    graph = mobile_graph()
    weights = lively_weights(graph)
    steps = steps_of(graph, weights, "pw_2", engine_maps(graph, weights, ("pw_2",)))
    assert (steps.walk.input_size, steps.walk.size) == ((18, 18), (8, 8))  # 17 px and the zeros after them
    for row, column in ((0, 0), (3, 7)):
        window = steps.window(row, column, int(steps.inputs[0]))
        middle = steps.walk.middle(row, column)
        assert middle == (window.top + 1, window.left + 1)
        assert steps.walk.nearest(*middle) == (row, column)
    same, _ = one_layer()
    assert same.walk.middle(2, 3) == same.walk.nearest(2, 3) == (2, 3)


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
    steps, _ = one_layer()
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    with pytest.raises(ConfigError, match="from 0 to 183, got 184"):
        take_apart(graph, weights, "block5_sepconv2", steps.input_map, 184)
    with pytest.raises(ConfigError, match="at least 1 depthwise output"):
        take_apart(graph, weights, "block5_sepconv2", steps.input_map, 0, 0)
    with pytest.raises(ConfigError, match="nearest are block5_sepconv2"):
        take_apart(graph, weights, "block5_sepcnv2", steps.input_map, 0)
    with pytest.raises(ValueError, match="reads a map of shape"):
        take_apart(graph, weights, "block5_sepconv2", steps.input_map[:, :4], 0)
    with pytest.raises(ConfigError, match="5 rows and 5 columns, got 5, 0"):
        steps.window(5, 0, 0)
    with pytest.raises(ConfigError, match="from 0 to 183, got 184"):
        steps.window(0, 0, 184)
    with pytest.raises(ConfigError, match="output 3 reads channels 3 to 3, got channel 4"):
        steps.window(0, 0, 4, 3)
