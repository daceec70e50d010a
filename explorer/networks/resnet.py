"""ResNet-50 and ResNet-152, with layer names and order of Keras Applications. Source: arXiv:1512.03385, table 1.

Keras' networks stride in the first 1x1 convolution of a stage, as the paper's do; torchvision's, "version 1.5", in the
3x3 one, which costs more multiply-adds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from explorer.arch.common_knobs import classes_field, input_size_field
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Config
from explorer.arch.network import Network, Preset, Published, accuracies
from explorer.arch.ops import Activation, Add, BatchNorm, Conv2D, Dense, GlobalAveragePool, Input, MaxPool, ZeroPad
from explorer.arch.preprocessing import MEAN_BGR
from explorer.arch.sources import KERAS_IO, REMINDER, TIMM_BENCHMARK, TORCHVISION, XCEPTION_TABLE_1
from explorer.arch.trained_weights import TrainedWeights, WebFile


@dataclass(frozen=True)
class ResNetConfig(Config):
    """A ResNet of a fixed number of modules: its input and its classes can be changed."""

    input_size: int = input_size_field(224, low=32)
    classes: int = classes_field()


@dataclass(frozen=True)
class ResNet50Config(ResNetConfig):
    """ResNet-50."""


@dataclass(frozen=True)
class ResNet152Config(ResNetConfig):
    """ResNet-152."""


FLOWS = (
    Flow("conv1", "Stem"),
    *(Flow(f"conv{number}", f"Stage conv{number}") for number in range(2, 6)),
)
FILTERS = (64, 128, 256, 512)
"""Of the first two convolutions of a module, in each stage; its third has four times as many."""
EPSILON = 1.001e-5


def _describe(title: str, modules: tuple[int, int, int, int]) -> Callable[[ResNetConfig], Graph]:
    """The description of a ResNet with that many modules in each stage."""

    def graph(config: ResNetConfig) -> Graph:
        builder = GraphBuilder(title, FLOWS)
        x = _stem(builder, config.input_size)
        for number, (filters, count) in enumerate(zip(FILTERS, modules, strict=True), start=2):
            for position in range(1, count + 1):
                module = f"conv{number}_block{position}"
                builder.enter(f"conv{number}", module)
                stride = 2 if position == 1 and number > 2 else 1
                x = _module(builder, module, x, filters, stride, project=position == 1)
        builder.enter(FLOWS[-1].name, HEAD)
        x = builder.add("avg_pool", GlobalAveragePool(), x)
        builder.add("predictions", Dense(config.classes), x)
        return builder.graph()

    return graph


def _stem(builder: GraphBuilder, size: int) -> str:
    builder.enter("conv1", "conv1")
    x = builder.add("input", Input((size, size, 3)))
    x = builder.add("conv1_pad", ZeroPad(((3, 3), (3, 3))), x)
    x = builder.add("conv1_conv", Conv2D(64, (7, 7), (2, 2), "valid", use_bias=True), x)
    x = builder.add("conv1_bn", BatchNorm(epsilon=EPSILON), x)
    x = builder.add("conv1_relu", Activation(), x)
    x = builder.add("pool1_pad", ZeroPad(((1, 1), (1, 1))), x)
    return builder.add("pool1_pool", MaxPool((3, 3), (2, 2)), x)


def _module(builder: GraphBuilder, name: str, x: str, filters: int, stride: int, *, project: bool) -> str:
    """A bottleneck: 1x1, 3x3 and 1x1 convolution beside a shortcut, ReLU after their sum."""
    shortcut = x
    if project:
        shortcut = builder.add(
            f"{name}_0_conv",
            Conv2D(4 * filters, (1, 1), (stride, stride), "valid", use_bias=True),
            x,
            branch="shortcut",
        )
        shortcut = builder.add(f"{name}_0_bn", BatchNorm(epsilon=EPSILON), shortcut, branch="shortcut")
    convolutions = (
        Conv2D(filters, (1, 1), (stride, stride), "valid", use_bias=True),
        Conv2D(filters, (3, 3), use_bias=True),
        Conv2D(4 * filters, (1, 1), padding="valid", use_bias=True),
    )
    for position, convolution in enumerate(convolutions, start=1):
        x = builder.add(f"{name}_{position}_conv", convolution, x)
        x = builder.add(f"{name}_{position}_bn", BatchNorm(epsilon=EPSILON), x)
        if position < len(convolutions):
            x = builder.add(f"{name}_{position}_relu", Activation(), x)
    x = builder.add(f"{name}_add", Add(), shortcut, x)
    return builder.add(f"{name}_out", Activation(), x)


def _imagenet(name: str, config: ResNetConfig, accuracy: str, md5: str, file_bytes: int | None) -> TrainedWeights:
    file_name = f"{name}_weights_tf_dim_ordering_tf_kernels.h5"
    return TrainedWeights(
        name=f"{name}/imagenet",
        title="ImageNet, 1000 classes",
        story=f"Trained by its authors on ImageNet (ILSVRC-2012); top-1 accuracy {accuracy} on its validation set, by "
        "Keras.",
        config=config,
        labels="imagenet",
        preprocessing=MEAN_BGR,
        # URL, name and hash as in keras/src/applications/resnet.py (Keras 3.15).
        file_name=file_name,
        file_hash=f"md5:{md5}",
        file_bytes=file_bytes,
        origin=WebFile(f"https://storage.googleapis.com/tensorflow/keras-applications/resnet/{file_name}"),
    )


_STRIDED_LATER = "strides in the 3x3 convolution"

RESNET50 = Network(
    name="resnet50",
    title="ResNet-50",
    config=ResNet50Config,
    trained=(_imagenet("resnet50", ResNet50Config(), "0.749", "2cb95161c43110f7111970584f804107", 102_967_424),),
    preprocessing=MEAN_BGR,
    describe=_describe("ResNet-50", (3, 4, 6, 3)),
    presets=(
        Preset(
            "resnet50-paper",
            "The paper's ResNet-50",
            "As in the paper",
            "Sixteen bottlenecks with shortcuts; the network that most others are measured against.",
            "arXiv:1512.03385, table 1",
            ResNet50Config(),
        ),
    ),
    published=(
        Published("MACs", 3_800_000_000, "arXiv:1512.03385, table 1", "called FLOPs there; in units of 0.1 billion"),
        Published("MACs", 4_110_000_000, TIMM_BENCHMARK, f"called GMACs there; {_STRIDED_LATER}"),
        Published("MACs", 4_090_000_000, TORCHVISION, f"called GFLOPS there; {_STRIDED_LATER}"),
        Published("parameters", 25_557_032, TORCHVISION, "the trainable ones; convolutions without bias"),
        *accuracies(0.749, 0.921, KERAS_IO, "Keras' weights"),
        *accuracies(0.7613, 0.92862, TORCHVISION, f"{_STRIDED_LATER}: more MACs than counted here"),
    ),
)

RESNET152 = Network(
    name="resnet152",
    title="ResNet-152",
    config=ResNet152Config,
    trained=(_imagenet("resnet152", ResNet152Config(), "0.766", "100835be76be38e30d865e96f2aaae62", None),),
    preprocessing=MEAN_BGR,
    describe=_describe("ResNet-152", (3, 8, 36, 3)),
    presets=(
        Preset(
            "resnet152-paper",
            "The paper's ResNet-152",
            "As in the paper",
            "ResNet-50 with 36 modules in its fourth stage: the network that the Xception paper compares with.",
            "arXiv:1512.03385, table 1",
            ResNet152Config(),
        ),
    ),
    published=(
        Published("MACs", 11_300_000_000, "arXiv:1512.03385, table 1", "called FLOPs there; in units of 0.1 billion"),
        Published("MACs", 11_560_000_000, TIMM_BENCHMARK, f"called GMACs there; {_STRIDED_LATER}"),
        Published("parameters", 60_192_808, TORCHVISION, "the trainable ones; convolutions without bias"),
        *accuracies(0.770, 0.933, XCEPTION_TABLE_1, REMINDER),
        *accuracies(0.766, 0.931, KERAS_IO, "Keras' weights"),
        *accuracies(0.78312, 0.94046, TORCHVISION, f"{_STRIDED_LATER}: more MACs than counted here"),
    ),
)

NETWORKS = (RESNET50, RESNET152)
