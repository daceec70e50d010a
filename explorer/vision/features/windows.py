"""What lies under the kernels of a separable convolution's first half, and what they make of it."""

from dataclasses import dataclass

import numpy as np

from explorer.errors import ConfigError
from explorer.vision.features.kernels import SeparableWeights


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
        """Of the products: the depthwise map's value there, or this channel's part of it if it reads several."""
        return float(self.products.sum())


def window_sum(
    separable: SeparableWeights, input_map: np.ndarray, row: int, column: int, input_channel: int, output: int
) -> WindowSum:
    """The kernel of `output` over `input_channel`, at one position of its map.

    Args:
        separable: The convolution.
        input_map: (1, rows, columns, channels).
        row: Of the depthwise map.
        column: Likewise.
        input_channel: From 0.
        output: Of the first half, from 0.

    Raises:
        ConfigError: If the output does not read the channel.
    """
    read = separable.inputs(output)
    if input_channel not in read:
        raise ConfigError(
            f"depthwise output {output} reads channels {read[0]} to {read[-1]}, got channel {input_channel}"
        )
    window = separable.spatial.op.window
    assert window is not None
    top, left = (
        place * stride - before
        for place, stride, before in zip(
            (row, column), window.strides, window.padding_before(input_map.shape[1:3]), strict=True
        )
    )
    kernel = separable.kernels[:, :, input_channel - read.start, output].astype(np.float64)
    down, across = (
        first + np.arange(pixels) * apart
        for first, pixels, apart in zip((top, left), window.kernel, window.dilation, strict=True)
    )
    height, width = input_map.shape[1:3]
    inside = np.logical_and.outer((down >= 0) & (down < height), (across >= 0) & (across < width))
    nearest = np.ix_(down.clip(0, height - 1), across.clip(0, width - 1))
    pixels = np.where(inside, input_map[0, :, :, input_channel][nearest], 0).astype(np.float64)
    return WindowSum(pixels, inside, kernel, pixels * kernel, top, left, output)


def first_half(separable: SeparableWeights, values: np.ndarray) -> np.ndarray:
    """(height, width, outputs), float32, of a map (rows, columns, channels)."""
    segments, reads = separable.segments, separable.reads
    total: np.ndarray | None = None
    for row, column in np.ndindex(separable.kernels.shape[:2]):
        below = _below(separable, values, row, column)
        kernel = separable.kernels[row, column].reshape(reads, segments, -1)
        if reads == 1:
            part = below[..., None] * kernel[0]
        else:  # one matrix product for each segment
            by_segment = np.moveaxis(below.reshape(*below.shape[:2], segments, reads), 2, 0)
            part = np.moveaxis(by_segment @ np.moveaxis(kernel, 1, 0)[:, None], 0, 2)
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    return total.reshape(*total.shape[:2], separable.outputs)


def _below(separable: SeparableWeights, values: np.ndarray, row: int, column: int) -> np.ndarray:
    """What lies under one pixel of the kernel at each of its positions: (height, width, channels)."""
    window = separable.spatial.op.window
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


def leading_inputs(separable: SeparableWeights, values: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """For each of `outputs`, of the channels that it reads the one that adds most: the largest sum of |its part|."""
    found = []
    for output in outputs:
        read = separable.inputs(int(output))
        if len(read) > 1:
            part = sum(
                _below(separable, values[..., read.start : read.stop], row, column)
                * separable.kernels[row, column, :, output]
                for row, column in np.ndindex(separable.kernels.shape[:2])
            )
            found.append(read[int(np.abs(part).sum((0, 1), dtype=np.float64).argmax())])
        else:
            found.append(read.start)
    return np.array(found)
