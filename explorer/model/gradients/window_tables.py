"""Which pixels a pooling window reads, and which windows read a pixel."""

from typing import NamedTuple

import numpy as np

from explorer.arch.ops import Pair, Window


class Tables(NamedTuple):
    """Which pixels a window reads, and which windows read a pixel; -1 where there is none.

    Attributes:
        pixels: (windows, pixels of a window): numbers of pixels, row by row.
        windows: (pixels, windows of a pixel): numbers of windows, row by row.
    """

    pixels: np.ndarray
    windows: np.ndarray


def tables(window: Window, size: Pair) -> Tables:
    """The tables of a window without dilation that moves over a map of `size` (rows, columns)."""
    (rows, row_windows), (columns, column_windows) = (_on_axis(window, size, axis) for axis in (0, 1))
    across = window.output_size(size)[1]
    return Tables(_crossed(rows, columns, size[1]), _crossed(row_windows, column_windows, across))


def _on_axis(window: Window, size: Pair, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The tables of one axis alone."""
    length, extent, stride = size[axis], window.kernel[axis], window.strides[axis]
    count, before = window.output_size(size)[axis], window.padding_before(size)[axis]
    read = np.arange(count)[:, None] * stride - before + np.arange(extent)
    places = np.arange(length)[:, None] + before
    readers = places // stride - np.arange(-(-extent // stride))
    inside = (readers >= 0) & (readers < count) & (places - readers * stride < extent)
    return np.where((read >= 0) & (read < length), read, -1), np.where(inside, readers, -1)


def _crossed(rows: np.ndarray, columns: np.ndarray, width: int) -> np.ndarray:
    """Numbers of places in a map that is `width` wide, from those of their rows and of their columns."""
    row, column = rows[:, None, :, None], columns[None, :, None, :]
    numbers = np.where((row < 0) | (column < 0), -1, row * width + column)
    return numbers.reshape(len(rows) * len(columns), -1)
