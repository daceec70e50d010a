"""Small networks of other kinds than Xception's: pairs of layers, bottlenecks, branches."""

from typing import Literal

from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Function,
    GlobalAveragePool,
    Input,
    MaxPool,
    ZeroPad,
)

FLOWS = (Flow("early", "Early"), Flow("late", "Late"))


def mobile_graph(
    *,
    between: tuple[Literal["bn", "dropout"] | Function, ...] = ("bn", "relu6"),
    after: Function = "relu6",
    multiplier: int = 1,
    bias: bool = False,
    groups: int = 0,
) -> Graph:
    """As MobileNet: depthwise, `between`, pointwise, batch normalization, `after`; zeros before the strided one.

    With `groups` the convolution over space has so many segments.
    """
    builder = GraphBuilder("Mobile", FLOWS)

    def followed(name: str, x: str, steps: tuple[str, ...]) -> str:
        for step in steps:
            match step:
                case "bn":
                    x = builder.add(f"{name}_bn", BatchNorm(), x)
                case "dropout":
                    x = builder.add(f"{name}_dropout", Dropout(0.5), x)
                case _:
                    x = builder.add(f"{name}_relu", Activation(step), x)  # type: ignore[arg-type]
        return x

    builder.enter("early", "stem")
    x = builder.add("input", Input((34, 34, 3)))
    x = followed("conv1", builder.add("conv1", Conv2D(16, (3, 3), (2, 2)), x), ("bn", "relu6"))
    for number, (filters, stride) in enumerate(((24, 1), (32, 2), (32, 1)), start=1):
        builder.enter("early" if number == 1 else "late", f"block{number}")
        if stride > 1:
            x = builder.add(f"pad_{number}", ZeroPad(((0, 1), (0, 1))), x)
        padding: Literal["valid", "same"] = "valid" if stride > 1 else "same"
        if groups:
            channels = builder.channels(x) * multiplier
            spatial = Conv2D(channels, (3, 3), (stride, stride), padding, bias, groups)
        else:
            spatial = DepthwiseConv2D((3, 3), (stride, stride), padding, multiplier, bias)
        x = followed(f"dw_{number}", builder.add(f"dw_{number}", spatial, x), between)
        x = followed(
            f"pw_{number}", builder.add(f"pw_{number}", Conv2D(filters, (1, 1), use_bias=bias), x), ("bn", after)
        )
    builder.enter("late", HEAD)
    x = builder.add("pooled", GlobalAveragePool(keepdims=True), x)
    x = builder.add("dropout", Dropout(0.1), x)
    x = builder.add("preds", Conv2D(5, (1, 1), use_bias=True), x)
    builder.add("logits", GlobalAveragePool(), x)
    return builder.graph()


def residual_graph() -> Graph:
    """As ResNet: bottlenecks with a projection and without, ReLU behind the addition, batch normalization with bias."""
    builder = GraphBuilder("Residual", FLOWS)
    builder.enter("early", "stem")
    x = builder.add("input", Input((32, 32, 3)))
    x = builder.add("conv1_pad", ZeroPad(((3, 3), (3, 3))), x)
    x = builder.add("conv1", Conv2D(8, (7, 7), (2, 2), "valid", use_bias=True), x)
    x = builder.add("conv1_bn", BatchNorm(), x)
    x = builder.add("conv1_relu", Activation(), x)
    x = builder.add("pool1", MaxPool((3, 3), (2, 2), "same"), x)
    for number, stride in enumerate((1, 2, 1), start=1):
        builder.enter("early" if number == 1 else "late", f"block{number}")
        shortcut = x
        if number < 3:
            conv = Conv2D(16, (1, 1), (stride, stride), use_bias=True)
            shortcut = builder.add(f"block{number}_0_conv", conv, x, branch="shortcut")
            shortcut = builder.add(f"block{number}_0_bn", BatchNorm(), shortcut, branch="shortcut")
        for position, (filters, kernel) in enumerate(((8, 1), (8, 3), (16, 1)), start=1):
            name = f"block{number}_{position}"
            strides = (stride, stride) if position == 1 else (1, 1)
            x = builder.add(f"{name}_conv", Conv2D(filters, (kernel, kernel), strides, use_bias=True), x)
            x = builder.add(f"{name}_bn", BatchNorm(), x)
            if position < 3:
                x = builder.add(f"{name}_relu", Activation(), x)
        x = builder.add(f"block{number}_add", Add(), shortcut, x)
        x = builder.add(f"block{number}_out", Activation(), x)
    builder.enter("late", HEAD)
    x = builder.add("avg_pool", GlobalAveragePool(), x)
    builder.add("predictions", Dense(5), x)
    return builder.graph()


def branched_graph() -> Graph:
    """As Inception: branches of one and two convolutions, one that splits again, and a pooled one."""
    builder = GraphBuilder("Branched", FLOWS)

    def convolution(name: str, x: str, filters: int, kernel: tuple[int, int]) -> str:
        x = builder.add(f"{name}_conv", Conv2D(filters, kernel), x)
        x = builder.add(f"{name}_bn", BatchNorm(scale=False), x)
        return builder.add(f"{name}_act", Activation(), x)

    builder.enter("early", "stem")
    x = builder.add("input", Input((24, 24, 3)))
    x = convolution("stem", x, 8, (3, 3))
    x = builder.add("stem_pool", MaxPool((3, 3), (2, 2)), x)
    for module in ("mixed0", "mixed1"):
        builder.enter("late", module)
        one = convolution(f"{module}_1x1", x, 6, (1, 1))
        two = convolution(f"{module}_3x3_2", convolution(f"{module}_3x3_1", x, 4, (1, 1)), 8, (3, 3))
        low, wide = convolution(f"{module}_a", two, 4, (1, 3)), convolution(f"{module}_b", two, 4, (3, 1))
        split = builder.add(f"{module}_split", Concat(), low, wide)
        pooled = builder.add(f"{module}_pool", MaxPool((3, 3), (1, 1), "same"), x)
        pooled = convolution(f"{module}_pooled", pooled, 4, (1, 1))
        x = builder.add(module, Concat(), one, split, pooled)
    builder.enter("late", HEAD)
    x = builder.add("avg_pool", GlobalAveragePool(), x)
    builder.add("predictions", Dense(5), x)
    return builder.graph()
