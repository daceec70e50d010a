"""How each activation function answers to a change of what it reads: the gradient of its input, in OpenVINO.

Where the value tells the slope, the value is asked and not the input: the function can then still be computed together
with the convolution below. At a kink the slope is TensorFlow's: of ReLU at 0 it is 0.
"""

from math import pi, sqrt
from typing import Any

import numpy as np

from explorer.arch.ops import Function
from explorer.model.engines.openvino_operations import Translation

SELU_SCALE = 1.0507009873554805
SELU_LIMIT = SELU_SCALE * 1.6732632423543772
"""How far below 0 SELU goes."""


class Slopes:
    """The gradients of what activation functions read."""

    def __init__(self, translation: Translation) -> None:
        self._ops = translation.ops
        self._scalar = translation.scalar
        self._constant = translation.constant

    def _over_channels(self, x: Any) -> Any:
        """The sum over the channels, or over the units of a vector, which stay as an axis of length 1."""
        channels = int(x.shape[1])
        if len(x.shape) == 2:
            return self._ops.matmul(x, self._constant(np.ones((channels, 1), np.float32)), False, False)
        ones = self._constant(np.ones((1, channels, 1, 1), np.float32))
        return self._ops.convolution(x, ones, [1, 1], [0, 0], [0, 0], [1, 1])

    def of(self, function: Function, x: Any, y: Any, gradient: Any) -> Any:
        """The gradient of `x`, of which `function` has made `y`; `gradient` is that of `y`."""
        ops, scalar, times = self._ops, self._scalar, self._ops.multiply
        match function:
            case "linear":
                return gradient
            case "softmax":
                mean = self._over_channels(times(gradient, y))
                return times(y, ops.subtract(gradient, mean))
            case "relu":
                return self._where(ops.greater(y, scalar(0)), gradient)
            case "relu6":
                return self._inside(y, 0, 6, gradient)
            case "hard_sigmoid":
                return times(self._inside(x, -3, 3, gradient), scalar(1 / 6))
            case "leaky_relu":
                return ops.select(ops.greater(y, scalar(0)), gradient, times(gradient, scalar(0.2)))
            case "elu":
                below = times(gradient, ops.add(y, scalar(1)))
                return ops.select(ops.less(y, scalar(0)), below, gradient)
            case "selu":
                below = times(gradient, ops.add(y, scalar(SELU_LIMIT)))
                return ops.select(ops.less(y, scalar(0)), below, times(gradient, scalar(SELU_SCALE)))
        return times(gradient, self._smooth(function, x, y))

    def _smooth(self, function: Function, x: Any, y: Any) -> Any:
        """The slope of a function that is smooth everywhere, or nearly."""
        ops, scalar, times, plus, minus = self._ops, self._scalar, self._ops.multiply, self._ops.add, self._ops.subtract
        match function:
            case "sigmoid":
                return times(y, minus(scalar(1), y))
            case "tanh":
                return minus(scalar(1), times(y, y))
            case "exponential":
                return y
            case "softplus":
                return ops.sigmoid(x)
            case "softsign":
                beside = plus(scalar(1), ops.abs(x))
                return ops.divide(scalar(1), times(beside, beside))
            case "silu":
                share = ops.sigmoid(x)
                return times(share, plus(scalar(1), times(x, minus(scalar(1), share))))
            case "hard_silu":
                # x relu6(x + 3) / 6: between the kinks the slope of the second factor is 1/6.
                return plus(ops.hsigmoid(x), times(self._inside(x, -3, 3, x), scalar(1 / 6)))
            case "mish":
                bent = ops.tanh(ops.softplus(x))
                return plus(bent, times(times(x, ops.sigmoid(x)), minus(scalar(1), times(bent, bent))))
            case "gelu":
                # Of x Phi(x): Phi(x) + x phi(x), with the normal distribution and its density.
                below = times(scalar(0.5), plus(scalar(1), ops.erf(times(x, scalar(1 / sqrt(2))))))
                density = times(ops.exp(times(times(x, x), scalar(-0.5))), scalar(1 / sqrt(2 * pi)))
                return plus(below, times(x, density))
        raise TypeError(f"no slope for the activation {function}")

    def _where(self, condition: Any, values: Any) -> Any:
        """`values` where the condition holds, else 0."""
        return self._ops.select(condition, values, self._scalar(0))

    def _inside(self, tensor: Any, low: float, high: float, values: Any) -> Any:
        """`values` where `tensor` lies between, else 0."""
        ops, scalar = self._ops, self._scalar
        inside = ops.logical_and(ops.greater(tensor, scalar(low)), ops.less(tensor, scalar(high)))
        return self._where(inside, values)
