"""Whether the layers that a file describes compute what a network's layers do.

Weights fit by their shapes alone; strides, padding, activations and the epsilon of batch normalization leave no trace
in them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from explorer.arch.graph import Graph
from explorer.arch.ops import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv2D,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePool,
    MaxPool,
    Op,
    SeparableConv2D,
    ZeroPad,
)
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_config import SavedConfig, SavedLayer

_CONVOLUTIONS: Mapping[type[Op], str] = {
    Conv2D: "conv2d",
    DepthwiseConv2D: "depthwise_conv2d",
    SeparableConv2D: "separable_conv2d",
}
_POOLS: Mapping[type[Op], str] = {MaxPool: "max_pooling2d", AveragePool: "average_pooling2d"}
# Without effect when a network answers, or proved by the shapes of the weights around them.
_WITHOUT_SETTINGS = {"input_layer", "dropout", "spatial_dropout2d", "dense", "add", "concatenate", "identity"}
_LEARNING_ONLY = ("random_", "gaussian_")
_ACTIVATION = "activation "
_SOFTMAX = f"{_ACTIVATION}softmax"


def check_settings(graph: Graph, config: SavedConfig, shown_as: str) -> None:
    """Make sure that the layers in `config` are those of `graph`, each with its settings.

    Compared are kinds and settings, not which layer reads which: another network of the very same layers would pass.
    A softmax after the logits may be there.

    Raises:
        WeightsError: If a layer is none of the network's, or one is missing. Names the layer and its settings.
    """
    expected = {node.name: computed for node in graph.nodes if (computed := _computed(node.op))}
    missing, softmax = Counter(expected.values()), 0
    for operation in config.operations:
        if operation != "Add":
            raise _another(shown_as, graph, f"it computes {operation} between its layers")
    for layer in config.leaves():
        for computation in _computes(layer):
            # A layer with a node's name must be that node; the others, named by Keras, are compared all together.
            is_meant = computation == expected.get(layer.name, computation) or computation.startswith(_ACTIVATION)
            if is_meant and missing[computation] > 0:
                missing[computation] -= 1
            elif computation == _SOFTMAX and not softmax:
                softmax = 1
            else:
                raise _another(shown_as, graph, f"its layer {layer.name[:80]} is {computation}")
    if left := next(missing.elements(), None):
        raise _another(shown_as, graph, f"it lacks {left}")


def first_padding(config: SavedConfig) -> Any:
    """Padding of the first convolution, as the file has it; None if it has none."""
    return next((layer.settings.get("padding") for layer in config.leaves() if layer.kind == "conv2d"), None)


def _another(shown_as: str, graph: Graph, why: str) -> WeightsError:
    return WeightsError(
        f"{shown_as} has weights of the shapes of {graph.title}, but is another network: {why[:200]}. Only networks "
        "that are described here can be run: build it anew from `python -m explorer code`, or run it with Keras."
    )


def _computed(op: Op) -> str:
    """What an operation computes, in the words of `_computes`; "" if no setting decides it."""
    match op:
        case Conv2D(strides=strides, padding=padding, groups=groups):
            return _convolution(_CONVOLUTIONS[type(op)], strides, padding, groups)
        case DepthwiseConv2D(strides=strides, padding=padding) | SeparableConv2D(strides=strides, padding=padding):
            return _convolution(_CONVOLUTIONS[type(op)], strides, padding)
        case MaxPool(pool, strides, padding) | AveragePool(pool, strides, padding):
            return _pool(_POOLS[type(op)], pool, strides, padding)
        case BatchNorm(epsilon=epsilon):
            return _normalization(epsilon)
        case Activation(function=function):
            return f"{_ACTIVATION}{function}"
        case GlobalAveragePool():
            return "global_average_pooling2d"
        case Flatten():
            return "flatten"
        case ZeroPad():
            return "zero_padding2d"
    return ""


def _computes(layer: SavedLayer) -> Iterator[str]:
    """What a saved layer computes, as far as its settings decide it."""
    settings, kind = layer.settings, layer.kind
    strides, padding = settings.get("strides", 1), settings.get("padding", "valid")
    if kind in _CONVOLUTIONS.values():
        groups = 1 if kind == "depthwise_conv2d" else settings.get("groups", 1)
        yield _convolution(kind, strides, padding, groups, settings.get("dilation_rate", 1))
    elif kind in _POOLS.values():
        pool = settings.get("pool_size", 2)
        yield _pool(kind, pool, settings.get("strides") or pool, padding)
    elif kind == "batch_normalization":
        yield _normalization(settings.get("epsilon", 1e-3))
    elif kind in ("re_lu", "elu", "softmax"):
        yield f"{_ACTIVATION}{_named_activation(kind, settings)}"
    elif kind not in ("activation", *_WITHOUT_SETTINGS) and not kind.startswith(_LEARNING_ONLY):
        yield kind
    if (activation := settings.get("activation") or "linear") != "linear":
        yield f"{_ACTIVATION}{activation if isinstance(activation, str) else 'of its own'}"


def _named_activation(kind: str, settings: Mapping[str, Any]) -> str:
    if kind == "re_lu" and not settings.get("negative_slope") and not settings.get("threshold"):
        ceiling = settings.get("max_value")
        return "relu" if ceiling is None else "relu6" if ceiling == 6 else f"relu up to {ceiling}"
    if kind == "softmax" or (kind == "elu" and settings.get("alpha", 1) == 1):
        return kind
    return f"{kind} with settings of its own"


def _convolution(kind: str, strides: object, padding: object, groups: object = 1, dilation: object = 1) -> str:
    words = f"{kind} with strides {_pair(strides)} and padding {padding}"
    words += "" if groups == 1 else f", groups {groups}"
    return words if _pair(dilation) == "1 x 1" else f"{words}, dilation {_pair(dilation)}"


def _pool(kind: str, pool: object, strides: object, padding: object) -> str:
    return f"{kind} of {_pair(pool)} with strides {_pair(strides)} and padding {padding}"


def _normalization(epsilon: object) -> str:
    return f"batch_normalization with epsilon {epsilon}"


def _pair(value: object) -> str:
    rows, columns = value if isinstance(value, tuple | list) and len(value) == 2 else (value, value)
    return f"{rows} x {columns}"
