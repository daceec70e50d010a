"""Kernels and pointwise weights against the arrays that they come from, in every way a layer can be written."""

import numpy as np
import pytest

from explorer.configuration.registry import graph_of
from explorer.errors import ConfigError
from explorer.model.weights.arrays import Weights
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig
from explorer.vision.features.kernels import (
    depthwise_kernels,
    kernels_of_output,
    separable_weights,
    stem_kernels,
)
from tests.lively_weights import lively_weights

LAYER = "block5_sepconv2"


def network(**knobs):
    graph = graph_of(XceptionConfig(input_size=79, width=0.25, classes=10, middle_repeats=1, **knobs))
    return lively_weights(graph), graph


def changed(weights: Weights, node: str, variable: str, values: np.ndarray) -> Weights:
    arrays = {name: dict(of_node) for name, of_node in weights.arrays.items()}
    arrays[node][variable] = values
    return Weights(arrays, weights.provenance)


def test_stem_filters_are_pictures_in_one_scale_around_gray():
    weights, graph = network()
    kernel = np.zeros((3, 3, 3, 8), np.float32)
    kernel[0, 1, 2, 4], kernel[2, 0, 1, 7] = -2, 1  # row, column, colour, filter
    found = stem_kernels(changed(weights, "block1_conv1", "kernel", kernel), graph)
    assert (found.pictures.shape, found.pictures.dtype, found.limit) == ((8, 3, 3, 3), np.uint8, 2)
    assert found.pictures[4, 0, 1, 2] == 0
    assert found.pictures[7, 2, 0, 1] == 191  # half of the largest
    assert found.kernels[7, 2, 0, 1] == 1
    assert np.isin(np.delete(found.pictures.ravel(), [4 * 27 + 5, 7 * 27 + 19]), [127, 128]).all()
    nothing = stem_kernels(changed(weights, "block1_conv1", "kernel", np.zeros_like(kernel)), graph)
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


def test_what_is_not_there_says_so():
    weights, graph = network()
    with pytest.raises(ConfigError, match="nearest are block5_sepconv2"):
        depthwise_kernels(weights, graph, "block5_sepcnv2")
    with pytest.raises(ConfigError, match="from 0 to 183, got -1"):
        kernels_of_output(weights, graph, LAYER, -1)
