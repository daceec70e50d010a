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
    ChannelScale,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    LocalResponseNorm,
    MaxPool,
    Op,
    Reshape,
    SeparableConv2D,
    ZeroPad,
)


@dataclass(frozen=True, slots=True)
class KerasLayer:
    """A call of a layer's class: by its name in `keras.layers`, or in `own_layers` if Keras has none such.

    Its arguments are here without `name`. Those that stand at Keras' own default are left out, except the `padding` of
    windows and the `use_bias` of convolutions, in which networks differ so often that a reader should not have to know
    the default.
    """

    cls: str
    arguments: dict[str, Any]
    is_own: bool = False


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
    groups = _unless(1, groups=op.groups)
    return KerasLayer("Conv2D", {"filters": op.filters, **_window(op), **groups, "use_bias": op.use_bias})


def _depthwise(op: DepthwiseConv2D) -> KerasLayer:
    multiplier = _unless(1, depth_multiplier=op.depth_multiplier)
    return KerasLayer("DepthwiseConv2D", {**_window(op), **multiplier, "use_bias": op.use_bias})


def _separable(op: SeparableConv2D) -> KerasLayer:
    multiplier = _unless(1, depth_multiplier=op.depth_multiplier)
    arguments = {"filters": op.filters, **_window(op), **multiplier, "use_bias": op.use_bias}
    return KerasLayer("SeparableConv2D", arguments)


def _window(op: Conv2D | DepthwiseConv2D | SeparableConv2D) -> dict[str, Any]:
    dilation = _unless((1, 1), dilation_rate=op.dilation)
    return {"kernel_size": op.kernel, **_unless((1, 1), strides=op.strides), "padding": op.padding, **dilation}


def _batch_norm(op: BatchNorm) -> KerasLayer:
    learned = {**_unless(True, center=op.center), **_unless(True, scale=op.scale)}
    return KerasLayer("BatchNormalization", {**_unless(1e-3, epsilon=op.epsilon), **learned})


def _pool(cls: str) -> Callable[[Any], KerasLayer]:
    def layer(op: MaxPool | AveragePool) -> KerasLayer:
        return KerasLayer(cls, {"pool_size": op.pool, "strides": op.strides, "padding": op.padding})

    return layer


def _global_pool(cls: str) -> Callable[[Any], KerasLayer]:
    return lambda op: KerasLayer(cls, _unless(False, keepdims=op.keepdims))


def _channel_scale(op: ChannelScale) -> KerasLayer:
    arguments = {"scale": op.scale, "offset": op.offset, **_unless(False, reverse=op.reverse)}
    return KerasLayer("ChannelScale", arguments, is_own=True)


def _local_response_norm(op: LocalResponseNorm) -> KerasLayer:
    settings = {"depth_radius": op.depth_radius, "bias": op.bias, "alpha": op.alpha, "beta": op.beta}
    return KerasLayer("LocalResponseNormalization", settings, is_own=True)


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
    GlobalAveragePool: _global_pool("GlobalAveragePooling2D"),
    GlobalMaxPool: _global_pool("GlobalMaxPooling2D"),
    LocalResponseNorm: _local_response_norm,
    ChannelScale: _channel_scale,
    Flatten: _without_arguments("Flatten"),
    Reshape: lambda op: KerasLayer("Reshape", {"target_shape": op.shape}),
    Add: _without_arguments("Add"),
    Concat: _without_arguments("Concatenate"),
}
