"""What lies under a convolution's kernels, and what they make of it; of a separable pair, its first half."""

from dataclasses import dataclass

import numpy as np

from explorer.arch.ops import Pair
from explorer.vision.features.kernels import ConvolutionKernels


@dataclass(frozen=True, slots=True)
class Walk:
    """How the window walks over the map that it reads.

    Attributes:
        strides: Pixels of that map from one position to the next, down and across.
        first: Row and column of the pixel under the window's middle at its first position; may lie in the padding.
        before: Rows above and columns left of the map under the window at its first position: zeros.
        dilation: Pixels from one of the kernel's weights to the next, down and across.
        input_size: Rows and columns of the map.
        size: Rows and columns of positions.
    """

    strides: Pair
    first: Pair
    before: Pair
    dilation: Pair
    input_size: Pair
    size: Pair


def walk(convolution: ConvolutionKernels) -> Walk:
    """How the kernels of a convolution walk over its input."""
    window = convolution.spatial.op.window
    assert window is not None
    rows, columns, _ = convolution.input_shape
    before = window.padding_before((rows, columns))
    down, across = ((extent - 1) // 2 - pad for extent, pad in zip(window.extent, before, strict=True))
    size = window.output_size((rows, columns))
    return Walk(window.strides, (down, across), before, window.dilation, (rows, columns), size)


def first_half(convolution: ConvolutionKernels, values: np.ndarray) -> np.ndarray:
    """(height, width, outputs), float32, of a map (rows, columns, channels)."""
    segments, reads = convolution.segments, convolution.reads
    total: np.ndarray | None = None
    for row, column in np.ndindex(convolution.kernels.shape[:2]):
        below = _below(convolution, values, row, column)
        kernel = convolution.kernels[row, column].reshape(reads, segments, -1)
        if reads == 1:
            part = below[..., None] * kernel[0]
        else:  # one matrix product for each segment
            by_segment = np.moveaxis(below.reshape(*below.shape[:2], segments, reads), 2, 0)
            part = np.moveaxis(by_segment @ np.moveaxis(kernel, 1, 0)[:, None], 0, 2)
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    total = total.reshape(*total.shape[:2], convolution.outputs)
    return total if convolution.bias is None else total + convolution.bias


def _below(convolution: ConvolutionKernels, values: np.ndarray, row: int, column: int) -> np.ndarray:
    """What lies under one pixel of the kernel at each of its positions: (height, width, channels)."""
    window = convolution.spatial.op.window
    assert window is not None
    size = values.shape[:2]
    starts, strides, ends = window.padding_before(size), window.strides, window.output_size(size)
    result = np.zeros((*ends, values.shape[2]), values.dtype)
    places = []
    offsets = row * window.dilation[0], column * window.dilation[1]
    for offset, start, stride, end, pixels in zip(offsets, starts, strides, ends, size, strict=True):
        read = np.arange(end) * stride + offset - start
        inside = (read >= 0) & (read < pixels)
        places.append((np.flatnonzero(inside), read[inside]))
    result[np.ix_(places[0][0], places[1][0])] = values[np.ix_(places[0][1], places[1][1])]
    return result


def leading_inputs(convolution: ConvolutionKernels, values: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """For each of `outputs`, of the channels that it reads the one that adds most: the largest sum of |its part|."""
    found = []
    for output in outputs:
        read = convolution.inputs(int(output))
        if len(read) > 1:
            part = sum(
                _below(convolution, values[..., read.start : read.stop], row, column)
                * convolution.kernels[row, column, :, output]
                for row, column in np.ndindex(convolution.kernels.shape[:2])
            )
            found.append(read[int(np.abs(part).sum((0, 1), dtype=np.float64).argmax())])
        else:
            found.append(read.start)
    return np.array(found)
