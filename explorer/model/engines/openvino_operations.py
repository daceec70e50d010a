"""OpenVINO's operation for each of ours."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np

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
    Function,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    LocalResponseNorm,
    MaxPool,
    Op,
    Reshape,
    ZeroPad,
)
from explorer.model.weights.arrays import Arrays

_PADDING = {"same": "same_upper", "valid": "valid"}
_NO_PADS, _NO_DILATION = [0, 0], [1, 1]

MOST_PIXELS_OF_A_PRODUCT = 400
"""Up to which size of a map the kernel is left as it is; between 60 and 1600 it matters little."""


class Translation:
    """A network translated node by node. Inside, maps are NCHW, as OpenVINO has them; the image goes in as NHWC.

    Attributes:
        ops: OpenVINO's set of operations.
        parameters: The inputs so far: the image, and if weights are inputs, too, one for each of `weights`.
        weights: Weights as the model reads them, in order, if they are inputs.
        images: How many go through in one pass.
    """

    def __init__(self, weights_as_inputs: bool = False, images: int = 1) -> None:
        # The set of operations is named by number, so that a newer OpenVINO means the same by it.
        import openvino.opset15 as ops

        self.ops: Any = ops
        self.parameters: list[Any] = []
        self.weights: list[np.ndarray] = []
        self.weights_as_inputs = weights_as_inputs
        self.images = images

    def tensors(self, graph: Graph, arrays: Arrays) -> dict[str, Any]:
        """The output of every node of `graph`, without `SeparableConv2D`."""
        tensors: dict[str, Any] = {}
        for node in graph.nodes:
            inputs = [tensors[source] for source in node.inputs]
            # An operation of several outputs has its main one first.
            tensors[node.name] = self.of(node.op, arrays.get(node.name, {}), inputs).output(0)
        return tensors

    def result(self, tensor: Any) -> Any:
        """`tensor` as an output of the model, maps as NHWC."""
        return self.ops.result(self.channels_last(tensor))

    def of(self, op: Op, arrays: Mapping[str, np.ndarray], inputs: list[Any]) -> Any:
        """The output of `op`, which holds `arrays`, on `inputs`."""
        ops = self.ops
        match op:
            case Input(shape=shape):
                self.parameters.append(ops.parameter((self.images, *shape), np.float32, name="image"))
                return self.channels_first(self.parameters[-1])
            case Conv2D(kernel=(1, 1), strides=(1, 1), groups=1) if self.mixes(inputs[0]):
                return self.biased(self.mixed(inputs[0], self.weight(arrays["kernel"][0, 0])), arrays)
            case Conv2D(groups=1):
                kernel = arrays["kernel"].transpose(3, 2, 0, 1)
                return self.biased(ops.convolution(inputs[0], self.weight(kernel), *self.window(op)), arrays)
            case Conv2D(groups=groups):
                kernel = arrays["kernel"].transpose(3, 2, 0, 1)
                return self.grouped(op, kernel.reshape(groups, -1, *kernel.shape[1:]), arrays, inputs[0])
            case DepthwiseConv2D():
                kernel = arrays["kernel"].transpose(2, 3, 0, 1)
                return self.grouped(op, kernel[:, :, np.newaxis], arrays, inputs[0])
            case Dense():
                return self.biased(ops.matmul(inputs[0], self.weight(arrays["kernel"]), False, False), arrays)
            case BatchNorm(epsilon=epsilon):
                scale, shift = normalization(arrays, epsilon)
                scaled = ops.multiply(inputs[0], self.weight_by_channel(scale, inputs[0]))
                return ops.add(scaled, self.weight_by_channel(shift, inputs[0]))
            case Activation(function=function):
                return self.activated(function, inputs[0])
            case LocalResponseNorm(depth_radius=radius, bias=bias, alpha=alpha, beta=beta):
                # OpenVINO divides its alpha by the number of channels summed, as Caffe does.
                size, channels = 2 * radius + 1, self.constant([1])
                return ops.lrn(inputs[0], channels, alpha * size, beta, bias, size)
            case ChannelScale(scale=scale, offset=offset, reverse=reverse):
                picture = inputs[0]
                if reverse:
                    order = self.constant(list(reversed(range(len(scale)))))
                    picture = ops.gather(picture, order, self.constant([1]))
                scaled = ops.multiply(picture, self.by_channel(np.array(scale), picture))
                return ops.add(scaled, self.by_channel(np.array(offset), picture))
            case Dropout():
                return inputs[0].get_node()
            case MaxPool(pool=pool, strides=strides, padding=padding):
                steps = (list(strides), _NO_DILATION)
                return ops.max_pool(inputs[0], *steps, _NO_PADS, _NO_PADS, list(pool), auto_pad=_PADDING[padding])
            case AveragePool(pool=pool, strides=strides, padding=padding):
                window = (list(strides), _NO_PADS, _NO_PADS, list(pool))
                return ops.avg_pool(inputs[0], *window, exclude_pad=True, auto_pad=_PADDING[padding])
            case GlobalAveragePool(keepdims=keepdims):
                return ops.reduce_mean(inputs[0], self.constant([2, 3]), keep_dims=keepdims)
            case GlobalMaxPool(keepdims=keepdims):
                return ops.reduce_max(inputs[0], self.constant([2, 3]), keep_dims=keepdims)
            case ZeroPad(padding=((top, bottom), (left, right))):
                before, after = self.constant([0, 0, top, left]), self.constant([0, 0, bottom, right])
                return ops.pad(inputs[0], before, after, "constant")
            case Flatten():
                return ops.reshape(self.channels_last(inputs[0]), self.constant([self.images, -1]), special_zero=False)
            case Reshape(shape=shape):
                values = self.channels_last(inputs[0])
                return self.channels_first(
                    ops.reshape(values, self.constant([self.images, *shape]), special_zero=False)
                )
            case Add():
                return reduce(ops.add, inputs)
            case Concat():
                return ops.concat(inputs, axis=1)
        raise TypeError(f"no OpenVINO operation for {type(op).__name__}")

    def activated(self, function: Function, x: Any) -> Any:
        """The activation `function` of `x`, with the settings of Keras' string of that name."""
        ops = self.ops
        match function:
            case "relu":
                return ops.relu(x)
            case "relu6":
                return ops.clamp(x, 0.0, 6.0)
            case "leaky_relu":
                return ops.prelu(x, self.scalar(0.2))
            case "elu":
                return ops.elu(x, 1.0)
            case "selu":
                return ops.selu(x, self.scalar(1.6732632423543772), self.scalar(1.0507009873554805))
            case "gelu":
                return ops.gelu(x, "erf")
            case "silu":
                return ops.swish(x)
            case "sigmoid":
                return ops.sigmoid(x)
            case "hard_sigmoid":
                return ops.hsigmoid(x)
            case "tanh":
                return ops.tanh(x)
            case "softplus":
                return ops.softplus(x)
            case "softsign":
                return ops.softsign(x)
            case "exponential":
                return ops.exp(x)
            case "mish":
                return ops.mish(x)
            case "hard_silu":
                return ops.hswish(x)
            case "softmax":
                return ops.softmax(x, 1)
            case "linear":
                return x.get_node()
        raise TypeError(f"no OpenVINO operation for the activation {function}")

    def scalar(self, value: float) -> Any:
        """One number, for every value of a tensor."""
        return self.constant(np.array([value], np.float32))

    def constant(self, values: np.ndarray | list[int]) -> Any:
        """A copy of `values`."""
        return self.ops.constant(np.ascontiguousarray(values))

    def mixes(self, x: Any) -> bool:
        """Whether a 1x1 convolution on `x` is to be a product of matrices.

        If its kernel is an input, one of the two has to be put into another order: the kernel, or the map.
        """
        return self.weights_as_inputs and int(x.shape[2]) * int(x.shape[3]) <= MOST_PIXELS_OF_A_PRODUCT

    def mixed(self, x: Any, matrix: Any, transposed: bool = False) -> Any:
        """The channels of each pixel times `matrix`: a 1x1 convolution that takes its kernel as it is."""
        return self.channels_first(self.ops.matmul(self.channels_last(x), matrix, False, transposed))

    def weight(self, values: np.ndarray) -> Any:
        """What depends on weights: a constant, or an input."""
        if not self.weights_as_inputs:
            return self.constant(values)
        self.weights.append(np.ascontiguousarray(values, np.float32))
        self.parameters.append(self.ops.parameter(values.shape, np.float32))
        return self.parameters[-1]

    def weight_by_channel(self, values: np.ndarray, tensor: Any) -> Any:
        """One weight for each channel of `tensor`, a map or a vector."""
        return self.weight(_by_channel(values, tensor))

    def by_channel(self, values: np.ndarray, tensor: Any) -> Any:
        """One number for each channel of `tensor`, a map or a vector."""
        return self.constant(_by_channel(values, tensor))

    def biased(self, tensor: Any, arrays: Mapping[str, np.ndarray]) -> Any:
        """`tensor` plus the bias, if there is one."""
        return self.ops.add(tensor, self.weight_by_channel(arrays["bias"], tensor)) if "bias" in arrays else tensor

    def grouped(
        self, op: Conv2D | DepthwiseConv2D, kernel: np.ndarray, arrays: Mapping[str, np.ndarray], x: Any
    ) -> Any:
        """A convolution in groups; `kernel` is (groups, outputs, inputs, rows, columns)."""
        return self.biased(self.ops.group_convolution(x, self.weight(kernel), *self.window(op)), arrays)

    def window(self, op: Conv2D | DepthwiseConv2D) -> tuple[Any, ...]:
        """How the kernel moves."""
        return list(op.strides), _NO_PADS, _NO_PADS, list(op.dilation), _PADDING[op.padding]

    def channels_last(self, tensor: Any) -> Any:
        """A map as NHWC, a vector as it is."""
        return self.ops.transpose(tensor, self.constant([0, 2, 3, 1])) if is_map(tensor) else tensor

    def channels_first(self, tensor: Any) -> Any:
        """A map that is NHWC as NCHW, a vector as it is."""
        return self.ops.transpose(tensor, self.constant([0, 3, 1, 2])) if is_map(tensor) else tensor


def is_map(tensor: Any) -> bool:
    """Whether `tensor` is a map, (1, channels, height, width), and not a vector, (1, units)."""
    return len(tensor.shape) == 4


def _by_channel(values: np.ndarray, tensor: Any) -> np.ndarray:
    """Values that meet the channels of `tensor`, a map or a vector."""
    return np.asarray(values, np.float32).reshape((1, -1, 1, 1) if is_map(tensor) else (1, -1))


def normalization(arrays: Mapping[str, np.ndarray], epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """The factor and the summand, (channels,) each, that a batch normalization with `arrays` is at inference."""
    # In float64: the folded weights then carry one rounding, not five.
    values = {name: array.astype(np.float64) for name, array in arrays.items()}
    with np.errstate(invalid="ignore"):  # a negative variance, of a bad file, shows in the logits
        scale = values.get("gamma", 1.0) / np.sqrt(values["moving_variance"] + epsilon)
    return scale, values.get("beta", 0.0) - values["moving_mean"] * scale
