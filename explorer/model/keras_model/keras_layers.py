"""Which Keras layer each operation is: the one table that both the builder and the code generator read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.arch.graph import Graph
from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    MaxPool,
    Op,
    SeparableConv2D,
    ZeroPad,
)


@dataclass(frozen=True, slots=True)
class KerasLayer:
    """A call of `keras.layers`: the class by its name, and its arguments without `name`.

    Arguments that stand at Keras' own default are left out, except the `padding` of windows and the `use_bias` of
    convolutions, in which networks differ so often that a reader should not have to know the default.
    """

    cls: str
    arguments: dict[str, Any]


def keras_layer(op: Op) -> KerasLayer:
    """The Keras layer that computes `op`.

    Raises:
        TypeError: If the table has no entry for the operation.
    """
    if type(op) not in _TABLE:
        raise TypeError(f"no Keras layer is known for the operation {type(op).__name__}")
    return _TABLE[type(op)](op)


def model_name(graph: Graph) -> str:
    """The graph's title as Keras allows it in a model's name."""
    return re.sub(r"\W+", "_", graph.title.lower()).strip("_")


def recursion_limit(graph: Graph) -> int:
    """Python frames that Keras may need: it walks from output to input by recursion, one frame for each layer."""
    return len(graph.nodes) + 500


def _input(op: Input) -> KerasLayer:
    return KerasLayer("Input", {"shape": op.shape})


def _conv2d(op: Conv2D) -> KerasLayer:
    arguments = {"filters": op.filters, **_window(op), **_unless(1, groups=op.groups), "use_bias": op.use_bias}
    return KerasLayer("Conv2D", arguments)


def _depthwise(op: DepthwiseConv2D) -> KerasLayer:
    multiplier = _unless(1, depth_multiplier=op.depth_multiplier)
    return KerasLayer("DepthwiseConv2D", {**_window(op), **multiplier, "use_bias": op.use_bias})


def _separable(op: SeparableConv2D) -> KerasLayer:
    multiplier = _unless(1, depth_multiplier=op.depth_multiplier)
    arguments = {"filters": op.filters, **_window(op), **multiplier, "use_bias": op.use_bias}
    return KerasLayer("SeparableConv2D", arguments)


def _window(op: Conv2D | DepthwiseConv2D | SeparableConv2D) -> dict[str, Any]:
    return {"kernel_size": op.kernel, **_unless((1, 1), strides=op.strides), "padding": op.padding}


def _batch_norm(op: BatchNorm) -> KerasLayer:
    learned = {**_unless(True, center=op.center), **_unless(True, scale=op.scale)}
    return KerasLayer("BatchNormalization", {**_unless(1e-3, epsilon=op.epsilon), **learned})


def _pool(cls: str) -> Callable[[Any], KerasLayer]:
    def layer(op: MaxPool | AveragePool) -> KerasLayer:
        return KerasLayer(cls, {"pool_size": op.pool, "strides": op.strides, "padding": op.padding})

    return layer


def _without_arguments(cls: str) -> Callable[[Any], KerasLayer]:
    return lambda op: KerasLayer(cls, {})


def _unless(default: Any, **argument: Any) -> dict[str, Any]:
    return {name: value for name, value in argument.items() if value != default}


_TABLE: dict[type[Op], Callable[[Any], KerasLayer]] = {
    Input: _input,
    Conv2D: _conv2d,
    DepthwiseConv2D: _depthwise,
    SeparableConv2D: _separable,
    BatchNorm: _batch_norm,
    Dense: lambda op: KerasLayer("Dense", {"units": op.units, **_unless(True, use_bias=op.use_bias)}),
    Activation: lambda op: KerasLayer("Activation", {"activation": op.function}),
    Dropout: lambda op: KerasLayer("Dropout", {"rate": op.rate}),
    MaxPool: _pool("MaxPooling2D"),
    AveragePool: _pool("AveragePooling2D"),
    ZeroPad: lambda op: KerasLayer("ZeroPadding2D", {"padding": op.padding}),
    GlobalAveragePool: _without_arguments("GlobalAveragePooling2D"),
    GlobalMaxPool: _without_arguments("GlobalMaxPooling2D"),
    Flatten: _without_arguments("Flatten"),
    Add: _without_arguments("Add"),
    Concat: _without_arguments("Concatenate"),
}
