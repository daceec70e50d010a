"""MobileNet V1, with layer names and order of Keras Applications. Source: arXiv:1704.04861."""

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.arch.common_knobs import (
    SIZE,
    classes_field,
    depth_multiplier_field,
    dropout_field,
    input_size_field,
    knob_field,
)
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Config, Decimal
from explorer.arch.network import Clues, Network, Preset, Published, accuracies, usual_candidates
from explorer.arch.ops import (
    Activation,
    BatchNorm,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePool,
    Input,
    Reshape,
    ZeroPad,
)
from explorer.arch.sources import KERAS_IO, TIMM_BENCHMARK
from explorer.arch.trained_weights import TrainedWeights, WebFile
from explorer.errors import ConfigError


@dataclass(frozen=True)
class MobileNetConfig(Config):
    """MobileNet V1 with its two multipliers. Source: arXiv:1704.04861, section 3."""

    input_size: int = input_size_field(224, low=32, note="The paper's resolution multiplier is this size over 224 px.")
    alpha: float = knob_field(
        1.0,
        Decimal(
            low=0.25,
            high=1.0,
            step=0.05,
            label="Width multiplier alpha",
            group=SIZE,
            help="Multiplies the filter count of every convolution, cut to a whole number as Keras does. "
            "Trained weights exist for 0.25, 0.5, 0.75 and 1.",
        ),
    )
    depth_multiplier: int = depth_multiplier_field("The paper uses 1.")
    classes: int = classes_field()
    dropout: float = dropout_field(0.001, step=0.001)


STAGES = tuple(Flow(f"stage{number}", f"Stage {number}") for number in range(1, 6))
STEM_FILTERS = 32
BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
"""Filters of the pointwise convolution and stride of the depthwise one, for each block."""


def mobilenet_graph(config: MobileNetConfig) -> Graph:
    """The network that `config` describes.

    The head is Keras': pooling keeps the map, a 1x1 convolution makes the classes, and a reshaping ends it.
    """
    builder = GraphBuilder("MobileNet V1", STAGES)
    stage = 0
    builder.enter(STAGES[stage].name, "conv1")
    x = builder.add("input", Input((config.input_size, config.input_size, 3)))
    x = builder.add("conv1", Conv2D(int(STEM_FILTERS * config.alpha), (3, 3), (2, 2)), x)
    x = _normalized(builder, "conv1", x)
    for number, (filters, stride) in enumerate(BLOCKS, start=1):
        stage += stride > 1
        builder.enter(STAGES[stage].name, f"block{number}")
        x = _block(builder, number, x, int(filters * config.alpha), stride, config.depth_multiplier)
    builder.enter(STAGES[stage].name, HEAD)
    x = builder.add("global_average_pooling2d", GlobalAveragePool(keepdims=True), x)
    if config.dropout:
        x = builder.add("dropout", Dropout(config.dropout), x)
    x = builder.add("conv_preds", Conv2D(config.classes, (1, 1), use_bias=True), x)
    builder.add("reshape_2", Reshape((config.classes,)), x)
    return builder.graph()


def _block(builder: GraphBuilder, number: int, x: str, filters: int, stride: int, multiplier: int) -> str:
    """Depthwise and pointwise convolution; a strided one pads after the map alone, whatever its size."""
    if stride > 1:
        x = builder.add(f"conv_pad_{number}", ZeroPad(((0, 1), (0, 1))), x)
    padding = "valid" if stride > 1 else "same"
    depthwise = DepthwiseConv2D((3, 3), (stride, stride), padding, multiplier)  # type: ignore[arg-type]
    x = builder.add(f"conv_dw_{number}", depthwise, x)
    x = _normalized(builder, f"conv_dw_{number}", x)
    x = builder.add(f"conv_pw_{number}", Conv2D(filters, (1, 1)), x)
    return _normalized(builder, f"conv_pw_{number}", x)


def _normalized(builder: GraphBuilder, name: str, x: str) -> str:
    x = builder.add(f"{name}_bn", BatchNorm(), x)
    return builder.add(f"{name}_relu", Activation("relu6"), x)


def recognise(clues: Clues) -> Iterator[Config]:
    """The MobileNets whose weights a file can hold: filters tell alpha, depthwise kernels the depth multiplier.

    Raises:
        ConfigError: If there are no depthwise convolutions, or alpha is out of range.
    """
    depthwise, convolutions = clues.of_kind("depthwise_conv2d"), clues.of_kind("conv2d")
    if len(depthwise) != len(BLOCKS) or len(convolutions) <= len(BLOCKS):
        raise ConfigError(f"it has {len(depthwise)} depthwise convolutions, expected {len(BLOCKS)}")
    filters, last = convolutions[len(BLOCKS)][0][-1], BLOCKS[-1][0]
    exact = filters / last
    alphas = (*(round(exact, digits) for digits in (2, 3)), exact)
    alpha = next((each for each in alphas if int(last * each) == filters), exact)
    multiplier = depthwise[0][0][-1]
    yield from usual_candidates(MobileNetConfig, clues, alpha=alpha, depth_multiplier=multiplier)


def _imagenet(alpha: float, accuracy: str) -> TrainedWeights:
    """Keras Applications' weights at 224 px. Keras knows no hash of these files."""
    file_name = f"mobilenet_{_IN_FILE_NAMES[alpha]}_224_tf.h5"
    return TrainedWeights(
        name="mobilenet/imagenet" if alpha == 1 else f"mobilenet/imagenet-{alpha:g}",
        title=f"ImageNet, 1000 classes, alpha {alpha:g}",
        story=f"Trained by its authors on ImageNet (ILSVRC-2012); top-1 accuracy {accuracy} on its validation set, by "
        "TensorFlow slim.",
        config=MobileNetConfig(alpha=alpha),
        labels="imagenet",
        # URL and name as in keras/src/applications/mobilenet.py (Keras 3.15).
        file_name=file_name,
        file_hash=None,
        file_bytes=None,
        origin=WebFile(f"https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/{file_name}"),
    )


_IN_FILE_NAMES = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}
_ACCURACIES = {1.0: "0.709", 0.75: "0.684", 0.5: "0.633", 0.25: "0.498"}

PAPER = "arXiv:1704.04861, tables 6 and 7"
SLIM = "TensorFlow slim, mobilenet_v1.md"
KERAS_DOCUMENTATION = "tf.keras.applications.mobilenet, documentation of TensorFlow 2.11"

_IN_THE_PAPER = {
    (1.0, 224): (569, 0.706),
    (0.75, 224): (325, 0.684),
    (0.5, 224): (149, 0.637),
    (0.25, 224): (41, 0.506),
    (1.0, 192): (418, 0.691),
    (1.0, 160): (290, 0.672),
    (1.0, 128): (186, 0.644),
}
"""Millions of multiply-adds and top-1 accuracy by alpha and input size."""

_BY_SLIM = {
    (1.0, 224): (569, 0.709, 0.899),
    (1.0, 192): (418, 0.700, 0.892),
    (1.0, 160): (291, 0.680, 0.877),
    (1.0, 128): (186, 0.652, 0.858),
    (0.75, 224): (317, 0.684, 0.882),
    (0.75, 192): (233, 0.672, 0.873),
    (0.75, 160): (162, 0.653, 0.860),
    (0.75, 128): (104, 0.621, 0.839),
    (0.5, 224): (150, 0.633, 0.849),
    (0.5, 192): (110, 0.617, 0.836),
    (0.5, 160): (77, 0.591, 0.819),
    (0.5, 128): (49, 0.563, 0.794),
    (0.25, 224): (41, 0.498, 0.742),
    (0.25, 192): (34, 0.477, 0.723),
    (0.25, 160): (21, 0.455, 0.703),
    (0.25, 128): (14, 0.415, 0.663),
}
"""Millions of MACs, top-1 and top-5 accuracy by alpha and input size."""

_IN_KERAS_DOCUMENTATION = {
    (1.0, 224): 529,
    (0.75, 224): 325,
    (0.5, 224): 149,
    (0.25, 224): 41,
    (1.0, 192): 529,
    (1.0, 160): 529,
    (1.0, 128): 529,
}
"""Millions of multiply-adds by alpha and input size."""


def _printed() -> Iterator[Published]:
    """What the three print of the networks' sizes and the networks' accuracy."""
    in_millions = "in whole millions"
    for (alpha, size), (macs, top1) in _IN_THE_PAPER.items():
        config = MobileNetConfig(input_size=size, alpha=alpha)
        yield Published("MACs", macs * 1e6, PAPER, in_millions, config)
        yield Published("top-1 accuracy", top1, PAPER, config=config)
    for (alpha, size), (macs, top1, top5) in _BY_SLIM.items():
        config = MobileNetConfig(input_size=size, alpha=alpha)
        yield Published("MACs", macs * 1e6, SLIM, in_millions, config)
        yield from accuracies(top1, top5, SLIM, "one crop", config)
    for (alpha, size), macs in _IN_KERAS_DOCUMENTATION.items():
        yield Published(
            "MACs", macs * 1e6, KERAS_DOCUMENTATION, in_millions, MobileNetConfig(input_size=size, alpha=alpha)
        )


NETWORK = Network(
    name="mobilenet",
    title="MobileNet V1",
    config=MobileNetConfig,
    describe=mobilenet_graph,
    width="alpha",
    recognise=recognise,
    presets=(
        Preset(
            "mobilenet-paper",
            "The paper's MobileNet",
            "As in the paper",
            "The full width at 224 px: a thirteenth of Xception's multiply-adds.",
            "arXiv:1704.04861, table 1",
            MobileNetConfig(),
        ),
        Preset(
            "mobilenet-smallest",
            "The smallest MobileNet",
            "The smallest",
            "A quarter of the width at 128 px: the other end of the paper's table 8.",
            "arXiv:1704.04861, tables 6 to 8",
            MobileNetConfig(input_size=128, alpha=0.25),
        ),
    ),
    published=(
        *_printed(),
        Published("parameters", 4_200_000, PAPER, "in units of 0.1 million"),
        Published("MACs", 580_000_000, TIMM_BENCHMARK, "called GMACs there, in units of 10 million; mobilenetv1_100"),
        *accuracies(0.704, 0.895, KERAS_IO, "Keras' weights"),
    ),
    trained=tuple(_imagenet(alpha, accuracy) for alpha, accuracy in _ACCURACIES.items()),
)
