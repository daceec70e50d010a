"""Inception V1 (GoogLeNet), without its auxiliary towers. Source: arXiv:1409.4842, table 1.

Keras has no such network; layers are named after its authors' Caffe model (`inception_3a/3x3_reduce` with "_" for "/").
The maps are halved with TensorFlow's "same" poolings, which at 224 px read the very pixels that Caffe's do.
"""

from dataclasses import dataclass

from explorer.arch.common_knobs import LAYERS, classes_field, dropout_field, input_size_field, knob_field
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Config, Flag
from explorer.arch.network import Network, Preset, Published, accuracies
from explorer.arch.ops import (
    Activation,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    Dropout,
    GlobalAveragePool,
    Input,
    LocalResponseNorm,
    MaxPool,
    ZeroPad,
)
from explorer.arch.sources import TORCHVISION


@dataclass(frozen=True)
class InceptionV1Config(Config):
    """Inception V1 as in the paper of 2014, or as torchvision has it today."""

    input_size: int = input_size_field(224, low=32)
    batch_norm: bool = knob_field(
        False,
        Flag(
            label="Batch normalization",
            group=LAYERS,
            help="After every convolution, which then has no bias, in place of the paper's two local response "
            "normalizations: torchvision's variant.",
        ),
    )
    small_kernels: bool = knob_field(
        False,
        Flag(
            label="3 x 3 for 5 x 5",
            group=LAYERS,
            help="Convolutions of 3 x 3 in the branches where the paper has 5 x 5: torchvision's variant, "
            "which goes back to a slip in TensorFlow's slim.",
        ),
    )
    classes: int = classes_field()
    dropout: float = dropout_field(0.4)


FLOWS = (
    Flow("stem", "Stem"),
    Flow("inception_3", "Inception 3"),
    Flow("inception_4", "Inception 4"),
    Flow("inception_5", "Inception 5"),
)
MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Filters of each module: 1x1; 3x3 reduce and 3x3; 5x5 reduce and 5x5; projection after the pooling."""
POOLED_AFTER = {"3b": "pool3_3x3_s2", "4e": "pool4_3x3_s2"}
NORMALIZATION = LocalResponseNorm(depth_radius=2, bias=1.0, alpha=1e-4 / 5, beta=0.75)
"""Over five channels; the alpha of the authors' Caffe model is 1e-4, which Caffe divides by their number."""


def inception_v1_graph(config: InceptionV1Config) -> Graph:
    """The network that `config` describes."""
    inception = _InceptionV1(config)
    x = inception.stem()
    for name, filters in MODULES.items():
        x = inception.module(name, x, filters)
    builder = inception.builder
    builder.enter(FLOWS[-1].name, HEAD)
    x = builder.add("pool5_7x7_s1", GlobalAveragePool(), x)
    if config.dropout:
        x = builder.add("pool5_drop_7x7_s1", Dropout(config.dropout), x)
    builder.add("loss3_classifier", Dense(config.classes), x)
    return builder.graph()


class _InceptionV1:
    """The stages, written with the configuration at hand."""

    def __init__(self, config: InceptionV1Config) -> None:
        self.config = config
        self.builder = GraphBuilder("Inception V1", FLOWS)

    def convolution(self, name: str, x: str, filters: int, kernel: int) -> str:
        """Convolution with bias or batch normalization, and ReLU."""
        return self.rectified(name, self.builder.add(name, self.kernel(filters, kernel), x))

    def kernel(self, filters: int, kernel: int) -> Conv2D:
        return Conv2D(filters, (kernel, kernel), use_bias=not self.config.batch_norm)

    def rectified(self, name: str, x: str) -> str:
        if self.config.batch_norm:
            x = self.builder.add(f"{name}_bn", BatchNorm(), x)
        return self.builder.add(f"{name}_relu", Activation(), x)

    def stem(self) -> str:
        config, builder = self.config, self.builder
        builder.enter("stem", "conv1")
        x = builder.add("input", Input((config.input_size, config.input_size, 3)))
        x = builder.add("conv1_pad", ZeroPad(((3, 3), (3, 3))), x)
        first = Conv2D(64, (7, 7), (2, 2), "valid", use_bias=not config.batch_norm)
        x = self.rectified("conv1_7x7_s2", builder.add("conv1_7x7_s2", first, x))
        x = builder.add("pool1_3x3_s2", MaxPool((3, 3), (2, 2), "same"), x)
        if not config.batch_norm:
            x = builder.add("pool1_norm1", NORMALIZATION, x)
        builder.enter("stem", "conv2")
        x = self.convolution("conv2_3x3_reduce", x, 64, 1)
        x = self.convolution("conv2_3x3", x, 192, 3)
        if not config.batch_norm:
            x = builder.add("conv2_norm2", NORMALIZATION, x)
        return builder.add("pool2_3x3_s2", MaxPool((3, 3), (2, 2), "same"), x)

    def module(self, name: str, x: str, filters: tuple[int, ...]) -> str:
        """Four branches side by side, and the pooling that ends a stage."""
        module = f"inception_{name}"
        self.builder.enter(f"inception_{name[0]}", module)
        one, reduce_three, three, reduce_five, five, projection = filters
        branches = [self.convolution(f"{module}_1x1", x, one, 1)]
        reduced = self.convolution(f"{module}_3x3_reduce", x, reduce_three, 1)
        branches.append(self.convolution(f"{module}_3x3", reduced, three, 3))
        reduced = self.convolution(f"{module}_5x5_reduce", x, reduce_five, 1)
        branches.append(self.convolution(f"{module}_5x5", reduced, five, 3 if self.config.small_kernels else 5))
        pool = self.builder.add(f"{module}_pool", MaxPool((3, 3), (1, 1), "same"), x)
        branches.append(self.convolution(f"{module}_pool_proj", pool, projection, 1))
        x = self.builder.add(f"{module}_output", Concat(), *branches)
        if name in POOLED_AFTER:
            x = self.builder.add(POOLED_AFTER[name], MaxPool((3, 3), (2, 2), "same"), x)
        return x


TORCHVISIONS = InceptionV1Config(batch_norm=True, small_kernels=True, dropout=0.2)

NETWORK = Network(
    name="inception-v1",
    title="Inception V1",
    config=InceptionV1Config,
    describe=inception_v1_graph,
    presets=(
        Preset(
            "googlenet",
            "GoogLeNet of 2014",
            "As in the paper",
            "The first Inception network: biases and local response normalization, no batch normalization yet. "
            "The two auxiliary towers, which serve training alone, are left out.",
            "arXiv:1409.4842, table 1",
            InceptionV1Config(),
        ),
        Preset(
            "googlenet-torchvision",
            "torchvision's GoogLeNet",
            "As in torchvision",
            "Batch normalization, and 3 x 3 where the paper has 5 x 5.",
            "torchvision 0.26, googlenet. Its fourth pooling is 2 x 2, here 3 x 3 as in the paper: counts are equal.",
            TORCHVISIONS,
            departs_from="googlenet",
        ),
    ),
    published=(
        Published("MACs", 1_500_000_000, "arXiv:1409.4842, section 1", "the budget it was designed for"),
        Published("MACs", 1_500_000_000, TORCHVISION, "called GFLOPS there", TORCHVISIONS),
        *accuracies(0.69778, 0.8953, TORCHVISION, "batch normalization, 3x3 for 5x5", TORCHVISIONS),
    ),
)
