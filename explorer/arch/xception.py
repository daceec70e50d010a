"""Xception, with every knob. Source: arXiv:1610.02357, figure 5; layer names and order of Keras Applications."""

from math import floor

from explorer.arch.config import XceptionConfig
from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder, Part
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
