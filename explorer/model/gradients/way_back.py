"""The way back of each operation, in OpenVINO: from the gradient of what it gives to that of what it reads."""

from collections.abc import Mapping
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np

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
    LocalResponseNorm,
    MaxPool,
    Op,
    Reshape,
    Window,
    ZeroPad,
)
from explorer.model.engines.openvino_operations import Translation, is_map, normalization
from explorer.model.gradients import largest_of_window
from explorer.model.gradients.slopes import Slopes
from explorer.model.gradients.window_tables import tables


class WayBack:
    """OpenVINO's operations for the gradients of ours, in the model of the way there. Maps are NCHW.

    Weights have to be inputs of that model.
    """

    def __init__(self, translation: Translation) -> None:
        self._there = translation
        self._ops = translation.ops
        self._slopes = Slopes(translation)

    def of(self, op: Op, arrays: Mapping[str, np.ndarray], inputs: list[Any], output: Any, gradient: Any) -> list[Any]:
        """The gradient of each of `inputs`, of which `op`, which holds `arrays`, has made `output`.

        Args:
            op: The operation.
            arrays: Its weights.
            inputs: What it reads.
            output: What it gives.
            gradient: Of the output.
        """
        match op:
            case Add():
                return [gradient] * len(inputs)
            case Concat():
                ends = list(accumulate(int(tensor.shape[1]) for tensor in inputs))
                return [self._slice(gradient, 1, *span) for span in zip([0, *ends], ends, strict=False)]
        return [self._of_one(op, arrays, inputs[0], output, gradient)]

    def _of_one(self, op: Op, arrays: Mapping[str, np.ndarray], x: Any, y: Any, gradient: Any) -> Any:
        """The gradient of the only input `x`."""
        ops, there = self._ops, self._there
        match op:
            case Conv2D(kernel=(1, 1), strides=(1, 1), groups=1) if there.mixes(x):
                return there.mixed(gradient, there.weight(arrays["kernel"][0, 0]), transposed=True)
            case Conv2D(groups=groups):
                height, width, inputs, outputs = arrays["kernel"].shape
                kernel = arrays["kernel"].reshape(height, width, inputs, groups, outputs // groups)
                return self._spread(gradient, kernel.transpose(3, 4, 2, 0, 1), op.window, x)
            case DepthwiseConv2D():
                kernel = arrays["kernel"].transpose(2, 3, 0, 1)
                return self._spread(gradient, kernel[:, :, np.newaxis], op.window, x)
            case Dense():
                return ops.matmul(gradient, there.weight(arrays["kernel"]), False, True)
            case BatchNorm(epsilon=epsilon):
                scale, _ = normalization(arrays, epsilon)
                return ops.multiply(gradient, there.weight_by_channel(scale, gradient))
            case Activation(function=function):
                return self._slopes.of(function, x, y, gradient)
            case LocalResponseNorm():
                return self._response_norm(op, x, gradient)
            case ChannelScale(scale=scale, reverse=reverse):
                scaled = ops.multiply(gradient, there.by_channel(np.array(scale), gradient))
                order = list(reversed(range(len(scale))))
                return ops.gather(scaled, there.constant(order), there.constant([1])) if reverse else scaled
            case Dropout():
                return gradient
            case MaxPool():
                return largest_of_window.way_back(there, op.window, x, y, gradient)
            case AveragePool():
                return self._spread_evenly(op, x, gradient)
            case GlobalAveragePool():
                return self._over_the_map(ops.divide(gradient, there.scalar(float(prod(_size(x))))), x)
            case GlobalMaxPool(keepdims=keepdims):
                largest = y if keepdims else ops.reshape(y, there.constant([1, -1, 1, 1]), special_zero=False)
                is_largest = ops.convert(ops.equal(x, largest), "f32")
                number = ops.reduce_sum(is_largest, there.constant([2, 3]), keep_dims=True)
                return ops.multiply(is_largest, ops.divide(self._over_the_map(gradient, x), number))
            case ZeroPad(padding=((top, _), (left, _))):
                rows, columns = _size(x)
                return self._slice(self._slice(gradient, 2, top, top + rows), 3, left, left + columns)
            case Flatten() | Reshape():
                shape = [int(length) for length in there.channels_last(x).shape]
                values = ops.reshape(there.channels_last(gradient), there.constant(shape), special_zero=False)
                return there.channels_first(values)
        raise TypeError(f"no way back for {type(op).__name__}")

    def _spread(self, gradient: Any, kernel: np.ndarray, window: Window, x: Any) -> Any:
        """The gradient of a map `x` that a convolution has read.

        Args:
            gradient: Of what the convolution gives.
            kernel: (groups, outputs, inputs, rows, columns).
            window: How it moved over `x`.
            x: For its size.
        """
        ops, there = self._ops, self._there
        (before, missing), dilation = _overhang(window, _size(x)), list(window.dilation)
        grouped = len(kernel) > 1
        if window.strides == (1, 1):
            # Another convolution, by the turned kernel: the fastest way.
            turned = kernel.swapaxes(1, 2)[..., ::-1, ::-1]
            extent = np.array(window.extent)
            steps = ([1, 1], (extent - 1 - before).tolist(), (extent - 1 + missing).tolist(), dilation)
            convolution = ops.group_convolution if grouped else ops.convolution
            return convolution(gradient, there.weight(turned if grouped else turned[0]), *steps)
        more, less = np.maximum(missing, 0).tolist(), np.maximum(-missing, 0).tolist()
        back = ops.group_convolution_backprop_data if grouped else ops.convolution_backprop_data
        moved = (list(window.strides), None, before.tolist(), less, dilation)
        return back(gradient, there.weight(kernel if grouped else kernel[0]), *moved, output_padding=more)

    def _spread_evenly(self, op: AveragePool, x: Any, gradient: Any) -> Any:
        """The gradient of what an average pooling has read: padding was left out of the mean."""
        pixels = tables(op.window, _size(x)).pixels
        counts = (pixels >= 0).sum(axis=1).reshape(1, 1, *_size(gradient))
        # As an input: where map and window are of one size, OpenVINO 2026.4 takes a constant for a part of the kernel.
        shares = self._ops.multiply(gradient, self._there.weight((1 / counts).astype(np.float32)))
        return self._spread(shares, np.ones((int(x.shape[1]), 1, 1, *op.pool), np.float32), op.window, x)

    def _response_norm(self, op: LocalResponseNorm, x: Any, gradient: Any) -> Any:
        """With s = bias + alpha x sum of squares: g s^-beta - 2 alpha beta x sum(g x s^(-beta - 1))."""
        ops, scalar, times = self._ops, self._there.scalar, self._ops.multiply
        sums = ops.add(scalar(op.bias), times(scalar(op.alpha), self._neighbours(times(x, x), op.depth_radius)))
        direct = times(gradient, ops.power(sums, scalar(-op.beta)))
        around = self._neighbours(ops.divide(times(direct, x), sums), op.depth_radius)
        return ops.subtract(direct, times(scalar(2 * op.alpha * op.beta), times(x, around)))

    def _neighbours(self, x: Any, radius: int) -> Any:
        """The sum over the channels up to `radius` away: a 1x1 convolution by a band of ones."""
        places = np.arange(int(x.shape[1]))
        band = (abs(places[:, None] - places) <= radius).astype(np.float32)[..., None, None]
        return self._ops.convolution(x, self._there.constant(band), [1, 1], [0, 0], [0, 0], [1, 1])

    def _over_the_map(self, values: Any, x: Any) -> Any:
        """One value of each channel at every pixel of `x`."""
        ops, there = self._ops, self._there
        single = values if is_map(values) else ops.reshape(values, there.constant([1, -1, 1, 1]), special_zero=False)
        return ops.broadcast(single, there.constant([int(length) for length in x.shape]))

    def _slice(self, tensor: Any, axis: int, start: int, end: int) -> Any:
        """What lies between on one axis."""
        constant = self._there.constant
        return self._ops.slice(tensor, constant([start]), constant([end]), constant([1]), constant([axis]))


def _size(tensor: Any) -> tuple[int, int]:
    """Rows and columns of a map."""
    return int(tensor.shape[2]), int(tensor.shape[3])


def _overhang(window: Window, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pixels by which windows begin before the map, and by which the map goes on behind the last; per axis."""
    before = np.array(window.padding_before(size))
    reached = (np.array(window.output_size(size)) - 1) * window.strides + window.extent - before
    return before, size - reached
