"""VGG-16, with layer names and order of Keras Applications. Source: arXiv:1409.1556, configuration D."""

from dataclasses import dataclass

from explorer.arch.common_knobs import HEAD as HEAD_KNOBS
from explorer.arch.common_knobs import classes_field, fully_connected_field, input_size_field, knob_field
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.knobs import Config, Flag
from explorer.arch.network import Network, Preset, Published, accuracies
from explorer.arch.ops import Activation, Conv2D, Dense, Flatten, GlobalAveragePool, Input, MaxPool
from explorer.arch.preprocessing import MEAN_BGR
from explorer.arch.sources import KERAS_IO, REMINDER, TIMM_BENCHMARK, TORCHVISION, XCEPTION_TABLE_1
from explorer.arch.trained_weights import TrainedWeights, WebFile


@dataclass(frozen=True)
class VGG16Config(Config):
    """VGG-16 with its head's knobs."""

    input_size: int = input_size_field(
        224,
        low=32,
        note="Parameters of the first fully-connected layer grow likewise, unless global pooling stands before it.",
    )
    classes: int = classes_field()
    fully_connected: tuple[int, ...] = fully_connected_field((4096, 4096), "4096,4096 in the paper.")
    global_pooling: bool = knob_field(
        False,
        Flag(
            label="Global pooling",
            group=HEAD_KNOBS,
            help="The mean of each channel goes into the head instead of every value of the last map: nine tenths "
            "of the parameters go, and the input size no longer decides their number.",
        ),
    )


BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Filters and number of the convolutions of each block."""
FLOWS = (
    *(Flow(f"block{number}", f"Block {number}") for number in range(1, len(BLOCKS) + 1)),
    Flow("classifier", "Classifier"),
)


def vgg16_graph(config: VGG16Config) -> Graph:
    """The network that `config` describes; Keras' dense and convolutional layers hold the ReLU that follows here."""
    builder = GraphBuilder("VGG-16", FLOWS)
    x = ""
    for number, (filters, count) in enumerate(BLOCKS, start=1):
        block = f"block{number}"
        builder.enter(block, block)
        x = x or builder.add("input", Input((config.input_size, config.input_size, 3)))
        for position in range(1, count + 1):
            x = builder.add(f"{block}_conv{position}", Conv2D(filters, (3, 3), use_bias=True), x)
            x = builder.add(f"{block}_conv{position}_relu", Activation(), x)
        x = builder.add(f"{block}_pool", MaxPool((2, 2), (2, 2)), x)
    builder.enter("classifier", HEAD)
    x = (
        builder.add("avg_pool", GlobalAveragePool(), x)
        if config.global_pooling
        else builder.add("flatten", Flatten(), x)
    )
    for position, units in enumerate(config.fully_connected, start=1):
        x = builder.add(f"fc{position}", Dense(units), x)
        x = builder.add(f"fc{position}_relu", Activation(), x)
    builder.add("predictions", Dense(config.classes), x)
    return builder.graph()


IMAGENET = TrainedWeights(
    name="vgg16/imagenet",
    title="ImageNet, 1000 classes",
    story="Trained by its authors on ImageNet (ILSVRC-2012); top-1 accuracy 0.713 on its validation set, by Keras.",
    config=VGG16Config(),
    labels="imagenet",
    preprocessing=MEAN_BGR,
    # URL, name and hash as in keras/src/applications/vgg16.py (Keras 3.15).
    file_name="vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    file_hash="md5:64373286793e3c8b2b4e3219cbf3544b",
    file_bytes=553_467_096,
    origin=WebFile(
        "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5"
    ),
)


NETWORK = Network(
    name="vgg16",
    title="VGG-16",
    config=VGG16Config,
    describe=vgg16_graph,
    presets=(
        Preset(
            "vgg16-paper",
            "The paper's VGG-16",
            "As in the paper",
            "Nothing but 3 x 3 convolutions and two wide dense layers, which hold nine tenths of its parameters.",
            "arXiv:1409.1556, table 1, configuration D",
            VGG16Config(),
        ),
    ),
    published=(
        Published("parameters", 138_000_000, "arXiv:1409.1556, table 2", "in whole millions"),
        Published("MACs", 15_470_000_000, TIMM_BENCHMARK, "called GMACs there"),
        Published("MACs", 15_470_000_000, TORCHVISION, "called GFLOPS there"),
        *accuracies(0.715, 0.901, XCEPTION_TABLE_1, REMINDER),
        *accuracies(0.713, 0.901, KERAS_IO, "Keras' weights"),
        *accuracies(0.71592, 0.90382, TORCHVISION, "torchvision's weights"),
    ),
    trained=(IMAGENET,),
    preprocessing=MEAN_BGR,
)
