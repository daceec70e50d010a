"""Kernels and pointwise weights against the arrays that they come from, in every way a layer can be written."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.arch.graph import HEAD, Flow, GraphBuilder
from explorer.arch.ops import Conv2D, GlobalAveragePool, Input, ZeroPad
from explorer.arch.places.taps import find_tap
from explorer.arch.preprocessing import SIGNED
from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError
from explorer.model.weights.arrays import Weights
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig
from explorer.vision.features.kernels import (
    convolution_kernels,
    depthwise_kernels,
    first_filters,
    is_first_half,
    kernels_of_output,
    separable_weights,
)
from tests.lively_weights import lively_weights
from tests.small_networks import mobile_graph

LAYER = "block5_sepconv2"


def network(**knobs):
    graph = graph_of(XceptionConfig(input_size=79, width=0.25, classes=10, middle_repeats=1, **knobs))
    return lively_weights(graph), graph


def changed(weights: Weights, node: str, variable: str, values: np.ndarray) -> Weights:
    arrays = {name: dict(of_node) for name, of_node in weights.arrays.items()}
    arrays[node][variable] = values
    return Weights(arrays, weights.provenance)


def test_first_filters_are_pictures_in_one_scale_around_gray():
    weights, graph = network()
    kernel = np.zeros((3, 3, 3, 8), np.float32)
    kernel[0, 1, 2, 4], kernel[2, 0, 1, 7] = -2, 1  # row, column, colour, filter
    found = first_filters(changed(weights, "block1_conv1", "kernel", kernel), graph)
    assert (found.pictures.shape, found.pictures.dtype, found.limit) == ((8, 3, 3, 3), np.uint8, 2)
    assert found.pictures[4, 0, 1, 2] == 0
    assert found.pictures[7, 2, 0, 1] == 191  # half of the largest
    assert found.kernels[7, 2, 0, 1] == 1
    assert np.isin(np.delete(found.pictures.ravel(), [4 * 27 + 5, 7 * 27 + 19]), [127, 128]).all()
    nothing = first_filters(changed(weights, "block1_conv1", "kernel", np.zeros_like(kernel)), graph)
    assert (nothing.pictures == 128).all()


@pytest.mark.parametrize(
    ("knobs", "node", "variable"),
    [
        ({"depth_multiplier": 2}, LAYER, "depthwise_kernel"),
        ({"depth_multiplier": 2, "intermediate_activation": "relu"}, f"{LAYER}_depthwise", "kernel"),
        ({"kernel_size": 5}, LAYER, "depthwise_kernel"),
    ],
)
def test_each_depthwise_output_has_the_kernel_of_its_channel(knobs, node, variable):
    weights, graph = network(**knobs)
    array = weights.arrays[node][variable]  # (height, width, channels, multiplier)
    found = depthwise_kernels(weights, graph, LAYER)
    size, _, channels, multiplier = array.shape
    assert found.kernels.shape == (channels * multiplier, size, size)
    for output in (0, 1, 100, channels * multiplier - 1):
        channel, multiple = divmod(output, multiplier)
        assert found.inputs[output] == channel
        np.testing.assert_array_equal(found.kernels[output], array[:, :, channel, multiple])
        (kernel,), inputs = kernels_of_output(weights, graph, LAYER, output)
        np.testing.assert_array_equal(kernel, array[:, :, channel, multiple])
        assert inputs == range(channel, channel + 1)


def test_with_segments_an_output_has_a_kernel_for_each_channel_of_its_segment():
    weights, graph = network(segments=4, depth_multiplier=2)
    array = weights.arrays[f"{LAYER}_depthwise"]["kernel"]  # (3, 3, 184 / 4, 2 x 184)
    assert array.shape == (3, 3, 46, 368)
    for output, inputs in ((0, range(46)), (91, range(46)), (92, range(46, 92)), (367, range(138, 184))):
        kernels, read = kernels_of_output(weights, graph, LAYER, output)
        assert (kernels.shape, read) == ((46, 3, 3), inputs)
        np.testing.assert_array_equal(kernels[5], array[:, :, 5, output])
    with pytest.raises(ConfigError, match="only depthwise kernels can be shown side by side"):
        depthwise_kernels(weights, graph, LAYER)


def test_where_a_layer_stands_in_the_written_out_graph():
    weights, graph = network(intermediate_activation="elu")
    found = separable_weights(weights, graph, "block5_sepconv1_bn")
    assert (found.layer, found.spatial.name) == ("block5_sepconv1", "block5_sepconv1_depthwise")
    assert found.spatial.inputs == ("block5_sepconv1_act",)
    assert found.pointwise.inputs == ("block5_sepconv1_depthwise_act",)
    assert found.stages == {"bn": "block5_sepconv1_bn", "act": "block5_sepconv2_act", "add": "block5_add"}
    assert found.input_shape == (5, 5, 184)
    bare = graph_of(LightweightConfig(input_size=71, classes=10))
    assert "bn" not in separable_weights(lively_weights(bare), bare, "block5_sepconv1").stages


def test_the_kernels_of_any_convolution_are_read():
    weights, graph = network()
    stem = weights.arrays["block1_conv2"]["kernel"]
    kernels, inputs = kernels_of_output(weights, graph, "block1_conv2", 3)
    assert inputs == range(stem.shape[2])
    np.testing.assert_array_equal(kernels[1], stem[:, :, 1, 3])
    shortcut = weights.arrays["block2_shortcut_conv"]["kernel"]
    found = convolution_kernels(weights, graph, "block2_shortcut_bn")
    assert (found.spatial.name, found.kernels.shape[:2], found.reads) == ("block2_shortcut_conv", (1, 1), 16)
    np.testing.assert_array_equal(found.kernels, shortcut)
    assert convolution_kernels(weights, graph, "block2_pool") is None
    with pytest.raises(ConfigError, match="block2_pool has no kernels"):
        kernels_of_output(weights, graph, "block2_pool", 0)
    with pytest.raises(ConfigError, match="block1_conv2 is no separable convolution"):
        separable_weights(weights, graph, "block1_conv2")


def test_the_halves_of_a_pair_of_layers_are_one_convolution():
    graph = mobile_graph()
    weights = lively_weights(graph)
    for layer in ("dw_2", "pw_2", "dw_2_relu", "pw_2_bn"):
        found = separable_weights(weights, graph, layer)
        assert (found.layer, found.spatial.name, found.pointwise.name) == ("pw_2", "dw_2", "pw_2")
        assert [node.name for node in found.between] == ["dw_2_bn", "dw_2_relu"]
        assert found.stages == {"bn": "pw_2_bn", "act": "pw_2_relu"}
        assert found.spatial.inputs == ("pad_2",)
    halves = {name: is_first_half(graph, find_tap(graph, name)) for name in ("dw_2", "dw_2_bn", "pw_2", "pw_2_relu")}
    assert halves == {"dw_2": True, "dw_2_bn": True, "pw_2": False, "pw_2_relu": False}
    assert depthwise_kernels(weights, graph, "dw_2").kernels.shape == (24, 3, 3)


@pytest.mark.parametrize(("channels", "order"), [(3, "RGB"), (3, "BGR"), (1, "RGB"), (2, "RGB")])
def test_the_first_filters_are_found_behind_zero_padding_and_shown_as_the_picture_is(channels, order):
    builder = GraphBuilder("Padded", (Flow("body", "Body"),))
    builder.enter("body", "stem")
    x = builder.add("input", Input((16, 16, channels)))
    x = builder.add("pad", ZeroPad(((3, 3), (3, 3))), x)
    x = builder.add("conv", Conv2D(4, (7, 7), (2, 2), "valid"), x)
    builder.enter("body", HEAD)
    builder.add("logits", GlobalAveragePool(), x)
    graph = builder.graph()
    weights = replace(lively_weights(graph), preprocessing=replace(SIGNED, order=order))
    found = first_filters(weights, graph)
    if channels == 2:
        assert found is None
        return
    assert (found.layer, found.pictures.shape) == ("conv", (4, 7, 7, 3))
    stored = np.moveaxis(weights.arrays["conv"]["kernel"], -1, 0)
    np.testing.assert_array_equal(found.kernels, stored[..., ::-1] if order == "BGR" else stored)
    if channels == 1:
        assert (found.pictures == found.pictures[..., :1]).all()


def test_what_is_not_there_says_so():
    weights, graph = network()
    with pytest.raises(ConfigError, match="nearest are block5_sepconv2"):
        depthwise_kernels(weights, graph, "block5_sepcnv2")
    with pytest.raises(ConfigError, match="from 0 to 183, got -1"):
        kernels_of_output(weights, graph, LAYER, -1)
