"""The counts of every network against figures measured with other programs (`data/networks.json` says which)."""

import json
from pathlib import Path

import pytest

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    Input,
    MaxPool,
    Op,
    SeparableConv2D,
)
from explorer.configuration.registry import NETWORKS, PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.model.recognition.matching import keras_order
from explorer.networks.aligned_xception import Xception41Config, Xception65Config, Xception71Config
from explorer.networks.inception_v1 import MODULES, InceptionV1Config
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.mini_xception import MiniXceptionConfig
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.resnet import ResNet50Config, ResNet152Config
from explorer.networks.vgg16 import VGG16Config

DATA = Path(__file__).parent / "data"
MEASURED = json.loads((DATA / "networks.json").read_text())["networks"]
TORCH_LAYERS = json.loads((DATA / "torch_layers.json").read_text())
TOTALS: dict[str, Config] = {
    "xception-41 (timm xception41)": Xception41Config(),
    "xception-65 (timm xception65)": Xception65Config(),
    "xception-71 (timm xception71)": Xception71Config(),
    "inception-v3 (Keras)": InceptionV3Config(),
    "inception-v1 (the 2014 paper: biases, 5x5, no batch normalization, no auxiliary towers)": InceptionV1Config(),
    "googlenet (torchvision: batch normalization, 3x3 where the paper has 5x5, without auxiliary towers)": (
        PRESETS["googlenet-torchvision"].config
    ),
    "mobilenet alpha 1.0 (Keras, timm mobilenetv1_100)": MobileNetConfig(),
    "mobilenet alpha 0.75": MobileNetConfig(alpha=0.75),
    "mobilenet alpha 0.50": MobileNetConfig(alpha=0.5),
    "mobilenet alpha 0.25": MobileNetConfig(alpha=0.25),
    "vgg16 (Keras, torchvision)": VGG16Config(),
    "resnet50 (Keras)": ResNet50Config(),
    "resnet152 (Keras)": ResNet152Config(),
}
ELSEWHERE: dict[tuple[str, str], Config] = {
    ("mobilenet alpha 0.75", "macs_192"): MobileNetConfig(alpha=0.75, input_size=192),
    ("mobilenet alpha 0.50", "macs_160"): MobileNetConfig(alpha=0.5, input_size=160),
    ("mobilenet alpha 0.25", "macs_128"): MobileNetConfig(alpha=0.25, input_size=128),
} | {
    (f"xception-{size} (timm xception{size})", f"macs_output_stride_{stride}"): config(output_stride=stride)
    for size, config in ((41, Xception41Config), (65, Xception65Config), (71, Xception71Config))
    for stride in (16, 8)
}
TIMM: dict[str, Config] = {
    "timm:xception41": Xception41Config(),
    "timm:xception65": Xception65Config(),
    "timm:xception71": Xception71Config(),
    "timm:xception65 output stride 16": Xception65Config(output_stride=16),
}


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_the_measured_ones(name):
    measured, counted = MEASURED[name], tally(graph_of(TOTALS[name]))
    found = {"total": counted.params, "trainable": counted.trainable_params, "macs": counted.macs}
    told = {key: value for key, value in measured.items() if key in found}
    assert told == {key: found[key] for key in told}
    assert counted.graph.input_shape == (measured["size"], measured["size"], 3)


@pytest.mark.parametrize(("name", "key"), ELSEWHERE)
def test_macs_at_other_sizes_and_strides_are_the_measured_ones(name, key):
    assert tally(graph_of(ELSEWHERE[name, key])).macs == MEASURED[name][key]


@pytest.mark.parametrize(("name", "config"), [("resnet50", ResNet50Config()), ("resnet152", ResNet152Config())])
def test_macs_of_resnet_differ_from_torchvisions_by_where_a_stage_strides(name, config):
    counted = tally(graph_of(config))
    # Striding in the 3x3 convolution, the 1x1 before it works on the larger map: at 4 x its multiply-adds.
    firsts = [counted.by_name[f"conv{stage}_block1_1_conv"].macs for stage in (3, 4, 5)]
    assert counted.macs + 3 * sum(firsts) == MEASURED[f"{name} (torchvision)"]["macs"]


def test_inception_v1_row_by_row():
    name = "inception-v1 (the 2014 paper: biases, 5x5, no batch normalization, no auxiliary towers)"
    counted = tally(graph_of(InceptionV1Config()))
    rows = {module.name.removeprefix("inception_"): [module.params, module.macs] for module in counted.module_tallies}
    rows["fc"] = rows.pop("head")
    assert set(MODULES) < set(rows)
    assert rows == MEASURED[name]["rows"]


def test_torchvisions_inception_v1_convolution_by_convolution():
    counted = tally(graph_of(PRESETS["googlenet-torchvision"].config))
    # torchvision and Caffe list a module's branches in the same order, but name them otherwise.
    ours = [
        [layer.output_shape[-1], *layer.output_shape[:-1], layer.params, layer.macs]
        for layer in counted.layers
        if isinstance(layer.node.op, Conv2D | Dense)
    ]
    theirs = [[*shape, params, macs] for _, _, shape, params, macs in TORCH_LAYERS["tv:googlenet"]]
    assert ours == theirs


@pytest.mark.parametrize("name", TIMM)
def test_aligned_xception_convolution_by_convolution(name):
    counted = tally(graph_of(TIMM[name]))
    ours = {
        layer.node.name: ([layer.output_shape[-1], *layer.output_shape[:-1]], layer.params, layer.macs)
        for layer in counted.layers
        if isinstance(layer.node.op, Conv2D | DepthwiseConv2D | Dense)
    }
    theirs = {row[0].replace(".", "_"): tuple(row[2:]) for row in TORCH_LAYERS[name]}
    assert ours == theirs


@pytest.mark.parametrize("config", [Xception41Config, Xception65Config, Xception71Config])
@pytest.mark.parametrize("stride", [16, 8])
def test_output_stride_changes_neither_weights_nor_field_but_for_one_projection(config, stride):
    strided, dilated = (tally(graph_of(config(output_stride=s))) for s in (32, stride))

    def weights(counted):
        return {layer.node.name: layer.params for layer in counted.layers if layer.params}

    missing = set(weights(strided)) - set(weights(dilated))
    projection = {"blocks_4_shortcut_conv", "blocks_4_shortcut_bn"}
    assert missing == (projection if config is Xception71Config and stride == 8 else set())
    assert weights(dilated).items() <= weights(strided).items()
    last = [counted.layers[-3].receptive_field.rows for counted in (strided, dilated)]
    assert [field.jump for field in last] == [32, stride]
    assert last[0].size == last[1].size  # what dilation is for
    if config is Xception71Config and stride == 8:
        known = MEASURED["xception-71 (timm xception71)"]["note"]
        assert f"{dilated.trainable_params:,}" in known and f"{dilated.params:,}" in known


@pytest.mark.parametrize(("config", "layers"), [(Xception41Config, 41), (Xception65Config, 65), (Xception71Config, 71)])
def test_aligned_xceptions_are_called_after_their_convolutional_layers(config, layers):
    assert tally(graph_of(config())).conv_layers == layers


KERAS_2 = {
    "InputLayer": Input,
    "Conv2D": Conv2D,
    "SeparableConv2D": SeparableConv2D,
    "BatchNormalization": BatchNorm,
    "Activation": Activation,
    "MaxPooling2D": MaxPool,
    "Add": Add,
    "GlobalAveragePooling2D": GlobalAveragePool,
}


def settings(op: Op) -> dict[str, object]:
    """What Keras 2's configuration says of `op`."""
    match op:
        case Conv2D() | SeparableConv2D():
            said = {"filters": op.filters, "kernel_size": [*op.kernel], "use_bias": op.use_bias, "activation": "linear"}
            return {**said, "strides": [*op.strides], "padding": op.padding}
        case BatchNorm():
            return {"epsilon": op.epsilon}
        case Activation():
            return {"activation": op.function}
        case MaxPool():
            return {"pool_size": [*op.pool], "strides": [*op.strides], "padding": op.padding}
    return {}


def test_mini_xception_is_the_trained_one_layer_by_layer():
    *file, softmax = json.loads((DATA / "mini_xception_layers.json").read_text())["layers"]
    assert softmax[0] == "Activation" and softmax[3] == {"activation": "softmax"}
    counted = tally(graph_of(MiniXceptionConfig()))
    assert counted.params == 58_423
    nodes = keras_order(counted.graph)
    called = {node.name: row[1] for node, row in zip(nodes, file, strict=True)}
    for node, (cls, _, inputs, said, weights) in zip(nodes, file, strict=True):
        assert type(node.op) is KERAS_2[cls], node.name
        assert [called[source] for source in node.inputs] == inputs
        assert settings(node.op) == said
        layer = counted.by_name[node.name]
        assert [[*variable.shape] for variable in node.op.variables(*layer.input_shapes)] == weights


def by_hand(size: int, channels: int) -> int:
    """Multiply-adds of mini-Xception: two valid convolutions, four halving modules, the maps of seven classes."""
    side = size - 2
    macs = side**2 * 9 * channels * 8
    side -= 2
    macs += side**2 * 9 * 8 * 8
    before = 8
    for filters in (16, 32, 64, 128):
        half = (side + 1) // 2
        macs += side**2 * (9 * before + before * filters + 9 * filters + filters * filters)
        macs += half**2 * before * filters
        side, before = half, filters
    return macs + side**2 * 9 * 128 * 7


@pytest.mark.parametrize(("size", "channels"), [(64, 1), (48, 3), (97, 1)])
def test_macs_of_mini_xception_by_hand(size, channels):
    config = MiniXceptionConfig(input_size=size, input_channels=channels)
    assert tally(graph_of(config)).macs == by_hand(size, channels)


def test_parameters_of_vgg16_without_its_flattening_by_hand():
    flat, pooled = (tally(graph_of(VGG16Config(global_pooling=g))) for g in (False, True))
    assert flat.params - pooled.params == (7 * 7 - 1) * 512 * 4096
    assert tally(graph_of(VGG16Config(global_pooling=True, input_size=96))).params == pooled.params


def test_published_figures_are_the_counted_ones_rounded():
    """Where what is printed counts what is counted here."""
    rounded = {
        "mobilenet": {"MACs": 1e6, "parameters": 1e5},
        "vgg16": {"parameters": 1e6},
    }
    for name, units in rounded.items():
        for figure in NETWORKS[name].published:
            if figure.quantity in units and figure.source.startswith("arXiv"):
                counted = tally(graph_of(figure.config or NETWORKS[name].config()))
                value = counted.macs if figure.quantity == "MACs" else counted.params
                assert abs(value - figure.value) <= units[figure.quantity], figure


def test_layer_names_are_unique_and_plain():
    for network in NETWORKS.values():
        graph: Graph = network.describe(network.config())
        assert all(node.name.replace("_", "").isalnum() for node in graph.nodes), network.name
