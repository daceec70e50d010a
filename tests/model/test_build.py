"""The built model against the tally, against Keras Applications, and at the ends of the segments continuum."""

import gc
import sys
from dataclasses import asdict, dataclass, replace
from math import prod

import keras
import numpy as np
import pytest
from hypothesis import given
from keras.src.legacy.saving import legacy_h5_format

from explorer.arch.graph import Flow, Graph, GraphBuilder
from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Elementwise,
    Flatten,
    Input,
    Op,
    SeparableConv2D,
    ZeroPad,
)
from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.model.keras_model.build import build
from explorer.model.keras_model.profiler import profiler_macs, visible_macs
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from tests.same_function import assert_same_function, randomize
from tests.strategies import configs, deterministic, extremes

# Keras reads its variables in a way that NumPy 2 deprecates.

SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=1, middle_convs=1, classes=10)
WITH_SEGMENTS = [replace(SMALL, segments=n, depth_multiplier=m) for n, m in ((2, 1), (3, 2), (7, 4), (26, 1), (91, 3))]


def departures(config: XceptionConfig) -> str:
    """What sets `config` apart from `SMALL`, as the name of its test."""
    return "-".join(f"{name}={value}" for name, value in asdict(config).items() if value != getattr(SMALL, name))


def assert_counts_agree(graph: Graph) -> None:
    counted, model = tally(graph), build(graph)
    assert {layer.name: layer.output.shape[1:] for layer in model.layers} == {
        layer.node.name: layer.output_shape for layer in counted.layers
    }
    assert {layer.name: layer.count_params() for layer in model.layers} == {
        layer.node.name: layer.params for layer in counted.layers
    }
    assert model.count_params() == counted.params
    assert sum(prod(weight.shape) for weight in model.trainable_weights) == counted.trainable_params
    grouped = {
        layer.name: prod(layer.output.shape[1:-1]) * prod(layer.kernel.shape)
        for layer in model.layers
        if getattr(layer, "groups", 1) > 1
    }
    if grouped:
        assert profiler_macs(model) is None
        assert visible_macs(model) + sum(grouped.values()) == counted.macs
        assert all(counted.by_name[name].macs == macs for name, macs in grouped.items())
    else:
        assert profiler_macs(model) == counted.macs
    del model
    gc.collect()


@deterministic(max_examples=25)
@given(configs(max_params=20_000_000, max_layers=120))
def test_counts_agree_with_keras_and_the_profiler(config):
    assert_counts_agree(graph_of(config))


@pytest.mark.parametrize("config", [*extremes(XceptionConfig, SMALL), *WITH_SEGMENTS], ids=departures)
def test_counts_agree_at_the_ends_of_every_knob(config):
    assert_counts_agree(graph_of(config))


def test_counts_agree_for_operations_that_xception_does_not_use():
    builder = GraphBuilder("Other operations", (Flow("only", "Only flow"),))
    builder.enter("only", "block1")
    x = builder.add("input", Input((17, 20, 3)))
    x = builder.add("pad", ZeroPad(((0, 1), (2, 3))), x)
    x = builder.add("depthwise", DepthwiseConv2D((3, 3), (2, 2), "valid", depth_multiplier=2, use_bias=True), x)
    x = builder.add("relu6", Activation("relu6"), x)
    x = builder.add("bn", BatchNorm(scale=False, center=False, epsilon=1e-5), x)
    side = builder.add("average", AveragePool((2, 3), (1, 1), "same"), x)
    x = builder.add("add", Add(), x, side)
    x = builder.add("separable", SeparableConv2D(5, (1, 7), padding="valid", use_bias=True), x)
    x = builder.add("flat", Flatten(), x)
    builder.add("logits", Dense(4, use_bias=False), x)
    assert_counts_agree(builder.graph())


def test_an_operation_without_a_layer_is_refused_by_its_name():
    @dataclass(frozen=True)
    class Softplus(Elementwise):
        pass

    builder = GraphBuilder("Unknown", (Flow("only", "Only flow"),))
    builder.enter("only", "block1")
    builder.add("unknown", Softplus(), builder.add("input", Input((8, 8, 3))))
    with pytest.raises(TypeError, match="no Keras layer is known for the operation Softplus"):
        build(builder.graph())


def test_the_deepest_network_is_not_too_deep_for_python():
    deepest = XceptionConfig(
        input_size=71, width=0.25, middle_repeats=32, middle_convs=6, entry_convs=4, residual=False,
        segments=2, intermediate_activation="relu", fully_connected=(1, 1, 1), dropout=0.5,
    )  # fmt: skip
    graph = graph_of(deepest)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)  # Python's default, which an earlier test may have raised
    try:
        assert len(build(graph).layers) == len(graph.nodes) > 1000
    finally:
        sys.setrecursionlimit(limit)


def layers_in_order(model: keras.Model) -> list[tuple]:
    return [
        (type(layer), layer.output.shape, [(weight.name, weight.shape) for weight in layer.weights])
        for layer in model.layers
    ]


@pytest.fixture(scope="module")
def keras_xception():
    model = keras.applications.Xception(weights=None, classifier_activation=None)
    randomize(model)
    return model


@pytest.mark.parametrize("size", [299, 150])
def test_with_the_weights_of_keras_xception_it_is_the_same_function(keras_xception, size):
    theirs = keras.applications.Xception(weights=None, input_shape=(size, size, 3), classifier_activation=None)
    theirs.set_weights(keras_xception.get_weights())
    ours = build(graph_of(XceptionConfig(input_size=size)))
    assert layers_in_order(ours) == layers_in_order(theirs)
    ours.set_weights(theirs.get_weights())
    assert_same_function(ours, theirs)


def test_a_weights_file_in_the_format_of_the_official_one_loads(keras_xception, tmp_path):
    import h5py

    file = tmp_path / "xception_weights_tf_dim_ordering_tf_kernels.h5"
    with h5py.File(file, "w") as group:
        legacy_h5_format.save_weights_to_hdf5_group(group, keras_xception)
    ours = build(graph_of(XceptionConfig(input_size=150)))
    ours.load_weights(file)
    for got, expected in zip(ours.get_weights(), keras_xception.get_weights(), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_inception_v3_is_keras_layer_by_layer_and_the_same_function():
    theirs = keras.applications.InceptionV3(weights=None, classifier_activation=None)
    randomize(theirs)
    ours = build(graph_of(InceptionV3Config()))
    assert layers_in_order(ours) == layers_in_order(theirs)
    ours.set_weights(theirs.get_weights())
    assert_same_function(ours, theirs)


def test_keras_names_are_kept_wherever_keras_has_one(keras_xception):
    automatic = ("conv2d", "batch_normalization", "add", "input_layer")
    names = [layer.name for layer in keras_xception.layers if not layer.name.startswith(automatic)]
    ours = [node.name for node in graph_of(XceptionConfig()).nodes]
    assert len(names) > 100
    assert set(names) <= set(ours)


def one_layer(op: Op, channels: int) -> keras.Model:
    builder = GraphBuilder("One layer", (Flow("only", "Only flow"),))
    builder.enter("only", "block1")
    builder.add("layer", op, builder.add("input", Input((9, 9, channels))))
    return build(builder.graph())


def test_as_many_segments_as_channels_or_more_are_the_depthwise_network():
    assert graph_of(replace(SMALL, segments=5000)) == graph_of(SMALL)


@pytest.mark.parametrize("multiplier", [1, 3])
def test_one_segment_per_channel_is_the_same_function_as_depthwise(multiplier):
    channels = 6
    depthwise = one_layer(DepthwiseConv2D((3, 3), depth_multiplier=multiplier), channels)
    grouped = one_layer(Conv2D(channels * multiplier, (3, 3), groups=channels), channels)
    (kernel,) = depthwise.get_weights()
    grouped.set_weights([kernel.reshape(3, 3, 1, channels * multiplier)])
    assert_same_function(grouped, depthwise)


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_segments_are_a_regular_convolution_with_zeros_between_them(segments):
    channels, filters = 6, 12
    grouped = one_layer(Conv2D(filters, (3, 3), groups=segments), channels)
    (kernel,) = grouped.get_weights()
    full = np.zeros((3, 3, channels, filters), "float32")
    for segment in range(segments):
        reads = slice(segment * channels // segments, (segment + 1) * channels // segments)
        writes = slice(segment * filters // segments, (segment + 1) * filters // segments)
        full[:, :, reads, writes] = kernel[..., writes]
    regular = one_layer(Conv2D(filters, (3, 3)), channels)
    regular.set_weights([full])
    assert_same_function(grouped, regular)


def test_one_segment_makes_every_spatial_convolution_a_regular_one():
    model = build(graph_of(replace(SMALL, segments=1)))
    spatial = [layer for layer in model.layers if layer.name.endswith("_depthwise")]
    assert len(spatial) == 6 + 1 + 4
    for layer in spatial:
        assert type(layer) is keras.layers.Conv2D
        assert (layer.groups, layer.kernel.shape[2]) == (1, layer.input.shape[-1])


def test_written_out_in_steps_a_separable_convolution_is_the_same_function():
    whole = build(graph_of(SMALL))
    # Wider than any layer but for the activation between, which is taken out again.
    stepped = graph_of(replace(SMALL, intermediate_activation="relu"))
    linear = replace(
        stepped,
        nodes=tuple(
            replace(node, op=DepthwiseConv2D((1, 1))) if node.part and node.part.step == "activation" else node
            for node in stepped.nodes
        ),
    )
    model = build(linear)
    for layer in model.layers:
        name = layer.name
        if name.endswith("_depthwise_act"):
            layer.set_weights([np.ones(layer.get_weights()[0].shape)])
        elif name.endswith("_depthwise"):
            layer.set_weights(whole.get_layer(name.removesuffix("_depthwise")).get_weights()[:1])
        elif name.endswith("_pointwise"):
            layer.set_weights(whole.get_layer(name.removesuffix("_pointwise")).get_weights()[1:])
        else:
            layer.set_weights(whole.get_layer(name).get_weights())
    assert_same_function(model, whole)
