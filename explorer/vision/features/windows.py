"""What lies under a convolution's kernels, and what they make of it; of a separable pair, its first half."""

from dataclasses import dataclass

import numpy as np

from explorer.arch.ops import Pair
from explorer.errors import ConfigError
from explorer.vision.features.kernels import ConvolutionKernels


@dataclass(frozen=True, slots=True, eq=False)
class WindowSum:
    """One position of a kernel over one input channel.

    Attributes:
        pixels: (k, k), float64: what lies under the kernel; 0 outside of the map.
        inside: (k, k), bool: False where the map is padded.
        kernel: (k, k), float64.
        products: (k, k), float64: pixels x kernel.
        top: Row of the input map at which the window begins; negative in the padding.
        left: Its column, likewise.
        output: The depthwise output that it belongs to.
    """

    pixels: np.ndarray
    inside: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    top: int
    left: int
    output: int

    @property
    def sum(self) -> float:
        """Of the products: the map's value there without its bias, or this channel's part if it reads several."""
        return float(self.products.sum())


@dataclass(frozen=True, slots=True)
class Walk:
    """How the window walks over the map that it reads.

    Attributes:
        strides: Pixels of that map from one position to the next, down and across.
        first: Row and column of the pixel under the window's middle at its first position; may lie in the padding.
        input_size: Rows and columns of the map.
        size: Rows and columns of positions.
    """

    strides: Pair
    first: Pair
    input_size: Pair
    size: Pair

    def middle(self, row: int, column: int) -> Pair:
        """The pixel of the map under the window's middle at a position; the nearest one if that is padding."""
        places = zip((row, column), self.strides, self.first, self.input_size, strict=True)
        down, across = (min(max(at * stride + first, 0), size - 1) for at, stride, first, size in places)
        return down, across

    def nearest(self, row: int, column: int) -> Pair:
        """The position at which the window's middle is nearest to a pixel of the map."""
        places = zip((row, column), self.strides, self.first, self.size, strict=True)
        down, across = (min(max(round((at - first) / stride), 0), size - 1) for at, stride, first, size in places)
        return down, across


def walk(convolution: ConvolutionKernels) -> Walk:
    """How the kernels of a convolution walk over its input."""
    window = convolution.spatial.op.window
    assert window is not None
    rows, columns, _ = convolution.input_shape
    before = window.padding_before((rows, columns))
    down, across = ((extent - 1) // 2 - pad for extent, pad in zip(window.extent, before, strict=True))
    return Walk(window.strides, (down, across), (rows, columns), window.output_size((rows, columns)))


def window_sum(
    convolution: ConvolutionKernels, input_map: np.ndarray, row: int, column: int, input_channel: int, output: int
) -> WindowSum:
    """The kernel of `output` over `input_channel`, at one position of its map.

    Args:
        convolution: With its kernels.
        input_map: (1, rows, columns, channels).
        row: Of the depthwise map.
        column: Likewise.
        input_channel: From 0.
        output: Of the first half, from 0.

    Raises:
        ConfigError: If the output does not read the channel.
    """
    read = convolution.inputs(output)
    if input_channel not in read:
        raise ConfigError(
            f"depthwise output {output} reads channels {read[0]} to {read[-1]}, got channel {input_channel}"
        )
    window = convolution.spatial.op.window
    assert window is not None
    top, left = (
        place * stride - before
        for place, stride, before in zip(
            (row, column), window.strides, window.padding_before(input_map.shape[1:3]), strict=True
        )
    )
    kernel = convolution.kernels[:, :, input_channel - read.start, output].astype(np.float64)
    down, across = (
        first + np.arange(pixels) * apart
        for first, pixels, apart in zip((top, left), window.kernel, window.dilation, strict=True)
    )
    height, width = input_map.shape[1:3]
    inside = np.logical_and.outer((down >= 0) & (down < height), (across >= 0) & (across < width))
    nearest = np.ix_(down.clip(0, height - 1), across.clip(0, width - 1))
    pixels = np.where(inside, input_map[0, :, :, input_channel][nearest], 0).astype(np.float64)
    return WindowSum(pixels, inside, kernel, pixels * kernel, top, left, output)


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
