"""Inception V3 as Keras Applications builds it. Source: arXiv:1512.00567.

Keras leaves the convolutions of Inception V3 unnamed. They are named here after the variables of its source:
module, branch, position (`mixed4_branch7x7dbl_2_conv`). Keras' names (`mixed0` ... `mixed10`, `mixed9_0`) are kept.
"""

from dataclasses import dataclass

from explorer.arch.common_knobs import classes_field, input_size_field
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Config
from explorer.arch.network import Network, Preset, Published, accuracies
from explorer.arch.ops import (
    Activation,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    GlobalAveragePool,
    Input,
    MaxPool,
    Padding,
    Pair,
)
from explorer.arch.sources import KERAS_IO, ONE_CROP, TIMM_BENCHMARK, TORCHVISION, XCEPTION_TABLE_1
from explorer.arch.trained_weights import TrainedWeights, WebFile


@dataclass(frozen=True)
class InceptionV3Config(Config):
    """Inception V3 as in Keras Applications, whose smallest input is 75 px. Source: arXiv:1512.00567."""

    input_size: int = input_size_field(299, low=75)
    classes: int = classes_field()


STAGES = (
    Flow("stem", "Stem"),
    Flow("inception_a", "Inception A"),
    Flow("inception_b", "Inception B"),
    Flow("inception_c", "Inception C"),
)


def inception_v3_graph(config: InceptionV3Config) -> Graph:
    """The network that `config` describes."""
    inception = _InceptionV3(config)
    x = inception.stem()
    for module, pool_filters in (("mixed0", 32), ("mixed1", 64), ("mixed2", 64)):
        x = inception.module_a(module, x, pool_filters)
    x = inception.reduction_a("mixed3", x)
    for module, filters in (("mixed4", 128), ("mixed5", 160), ("mixed6", 160), ("mixed7", 192)):
        x = inception.module_b(module, x, filters)
    x = inception.reduction_b("mixed8", x)
    for position, module in enumerate(("mixed9", "mixed10")):
        x = inception.module_c(module, x, position)
    builder = inception.builder
    builder.enter("inception_c", HEAD)
    x = builder.add("avg_pool", GlobalAveragePool(), x)
    builder.add("predictions", Dense(config.classes), x)
    return builder.graph()


class _InceptionV3:
    """The stages, in Keras' order of creation."""

    def __init__(self, config: InceptionV3Config) -> None:
        self.config = config
        self.builder = GraphBuilder("Inception V3", STAGES)

    def convolution(
        self, name: str, x: str, filters: int, kernel: Pair, strides: Pair = (1, 1), padding: Padding = "same"
    ) -> str:
        """Convolution, batch normalization without scale, ReLU."""
        x = self.builder.add(f"{name}_conv", Conv2D(filters, kernel, strides, padding), x)
        x = self.builder.add(f"{name}_bn", BatchNorm(scale=False), x)
        return self.builder.add(f"{name}_act", Activation(), x)

    def chain(self, name: str, x: str, *steps: tuple[int, Pair]) -> str:
        """Convolutions one after another: a branch of a module."""
        for position, (filters, kernel) in enumerate(steps, start=1):
            x = self.convolution(f"{name}_{position}", x, filters, kernel)
        return x

    def pooled(self, module: str, x: str, filters: int) -> str:
        """The branch that averages first."""
        x = self.builder.add(f"{module}_branch_pool", AveragePool((3, 3), (1, 1), "same"), x)
        return self.chain(f"{module}_branch_pool", x, (filters, (1, 1)))

    def stem(self) -> str:
        size = self.config.input_size
        self.builder.enter("stem", "stem")
        x = self.builder.add("input", Input((size, size, 3)))
        x = self.convolution("stem_1", x, 32, (3, 3), (2, 2), "valid")
        x = self.convolution("stem_2", x, 32, (3, 3), padding="valid")
        x = self.convolution("stem_3", x, 64, (3, 3))
        x = self.builder.add("stem_pool1", MaxPool((3, 3), (2, 2)), x)
        x = self.convolution("stem_4", x, 80, (1, 1), padding="valid")
        x = self.convolution("stem_5", x, 192, (3, 3), padding="valid")
        return self.builder.add("stem_pool2", MaxPool((3, 3), (2, 2)), x)

    def module_a(self, module: str, x: str, pool_filters: int) -> str:
        self.builder.enter("inception_a", module)
        branches = (
            self.chain(f"{module}_branch1x1", x, (64, (1, 1))),
            self.chain(f"{module}_branch5x5", x, (48, (1, 1)), (64, (5, 5))),
            self.chain(f"{module}_branch3x3dbl", x, (64, (1, 1)), (96, (3, 3)), (96, (3, 3))),
            self.pooled(module, x, pool_filters),
        )
        return self.builder.add(module, Concat(), *branches)

    def reduction_a(self, module: str, x: str) -> str:
        self.builder.enter("inception_b", module)
        single = self.convolution(f"{module}_branch3x3_1", x, 384, (3, 3), (2, 2), "valid")
        double = self.chain(f"{module}_branch3x3dbl", x, (64, (1, 1)), (96, (3, 3)))
        double = self.convolution(f"{module}_branch3x3dbl_3", double, 96, (3, 3), (2, 2), "valid")
        pool = self.builder.add(f"{module}_branch_pool", MaxPool((3, 3), (2, 2)), x)
        return self.builder.add(module, Concat(), single, double, pool)

    def module_b(self, module: str, x: str, filters: int) -> str:
        self.builder.enter("inception_b", module)
        row, column = (1, 7), (7, 1)
        n = filters
        branches = (
            self.chain(f"{module}_branch1x1", x, (192, (1, 1))),
            self.chain(f"{module}_branch7x7", x, (n, (1, 1)), (n, row), (192, column)),
            self.chain(f"{module}_branch7x7dbl", x, (n, (1, 1)), (n, column), (n, row), (n, column), (192, row)),
            self.pooled(module, x, 192),
        )
        return self.builder.add(module, Concat(), *branches)

    def reduction_b(self, module: str, x: str) -> str:
        self.builder.enter("inception_c", module)
        small = self.chain(f"{module}_branch3x3", x, (192, (1, 1)))
        small = self.convolution(f"{module}_branch3x3_2", small, 320, (3, 3), (2, 2), "valid")
        large = self.chain(f"{module}_branch7x7x3", x, (192, (1, 1)), (192, (1, 7)), (192, (7, 1)))
        large = self.convolution(f"{module}_branch7x7x3_4", large, 192, (3, 3), (2, 2), "valid")
        pool = self.builder.add(f"{module}_branch_pool", MaxPool((3, 3), (2, 2)), x)
        return self.builder.add(module, Concat(), small, large, pool)

    def module_c(self, module: str, x: str, position: int) -> str:
        self.builder.enter("inception_c", module)
        single = self.chain(f"{module}_branch1x1", x, (320, (1, 1)))
        small = self.chain(f"{module}_branch3x3", x, (384, (1, 1)))
        # Keras calls the inner concatenation mixed9_0 in mixed9 and mixed9_1 in mixed10.
        small = self.split(f"{module}_branch3x3", small, 2, f"mixed9_{position}")
        double = self.chain(f"{module}_branch3x3dbl", x, (448, (1, 1)), (384, (3, 3)))
        double = self.split(f"{module}_branch3x3dbl", double, 3, f"{module}_branch3x3dbl_concat")
        pool = self.pooled(module, x, 192)
        return self.builder.add(module, Concat(), single, small, double, pool)

    def split(self, branch: str, x: str, position: int, concat: str) -> str:
        """A 1x3 and a 3x1 convolution of one input, side by side."""
        row = self.convolution(f"{branch}_{position}a", x, 384, (1, 3))
        column = self.convolution(f"{branch}_{position}b", x, 384, (3, 1))
        return self.builder.add(concat, Concat(), row, column)


IMAGENET = TrainedWeights(
    name="inception-v3/imagenet",
    title="ImageNet, 1000 classes",
    story="Trained on ImageNet (ILSVRC-2012); top-1 accuracy 0.779 on its validation set, by Keras.",
    config=InceptionV3Config(),
    labels="imagenet",
    # URL, name and hash as in keras/src/applications/inception_v3.py (Keras 3.15).
    file_name="inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
    file_hash="md5:9a0d58056eeedaa3f26cb7ebd46da564",
    file_bytes=96_112_376,
    origin=WebFile(
        "https://storage.googleapis.com/tensorflow/keras-applications/"
        "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5"
    ),
)


NETWORK = Network(
    name="inception-v3",
    title="Inception V3",
    config=InceptionV3Config,
    describe=inception_v3_graph,
    presets=(
        Preset(
            "inception-v3-paper",
            "Inception V3",
            "As in Keras",
            "As many parameters as Xception, regular convolutions: the network that the Xception paper compares with. "
            "The auxiliary tower, which serves training alone, is left out.",
            "arXiv:1512.00567, as in Keras Applications",
            InceptionV3Config(),
        ),
    ),
    published=(
        Published("parameters", 23_626_728, "arXiv:1610.02357, table 3", "follows from no count of it"),
        Published("parameters", 23_834_568, "timm 1.0.29", "the trainable ones; with a scale in normalization"),
        Published("MACs", 5_730_000_000, TIMM_BENCHMARK, "called GMACs there"),
        Published("MACs", 5_710_000_000, TORCHVISION, "called GFLOPS there; without the auxiliary tower"),
        *accuracies(0.782, 0.941, XCEPTION_TABLE_1, f"{ONE_CROP}, without the auxiliary tower"),
        *accuracies(0.779, 0.937, KERAS_IO, "Keras' weights"),
        *accuracies(0.77294, 0.9345, TORCHVISION, "weights of TensorFlow; has a scale in its batch normalization"),
    ),
    trained=(IMAGENET,),
)
