"""A convolution in a few lines of NumPy: stride 1, zeros around the map, which keeps its size."""

import numpy as np


def convolved(values: np.ndarray, kernel: np.ndarray, groups: int = 1) -> np.ndarray:
    """What a convolution gives, in the precision of `values`.

    Args:
        values: (rows, columns, channels).
        kernel: (height, width, channels / groups, filters), sides odd. Of several groups the filters stand group by
            group, as in Keras.
        groups: Segments of the channels, each seen by its own share of the filters.

    Returns:
        (rows, columns, filters).

    Raises:
        ValueError: If channels, filters and groups do not fit, or a side of the kernel is even.
    """
    rows, columns, channels = values.shape
    height, width, reads, filters = kernel.shape
    if reads * groups != channels or filters % groups or not (height % 2 and width % 2):
        raise ValueError(f"a kernel of {kernel.shape} in {groups} groups does not fit a map of {values.shape}")
    padded = np.pad(values, ((height // 2,) * 2, (width // 2,) * 2, (0, 0)))
    # Copied in order of groups, (h, w, groups, reads, filters): NumPy multiplies what lies scattered without BLAS.
    by_group = np.ascontiguousarray(np.moveaxis(kernel.reshape(height, width, reads, groups, -1), 3, 2))
    total = np.zeros((groups, rows * columns, filters // groups), values.dtype)
    for row, column in np.ndindex(height, width):
        below = padded[row : row + rows, column : column + columns].reshape(-1, groups, reads)
        total += np.ascontiguousarray(np.moveaxis(below, 1, 0)) @ by_group[row, column]
    return np.moveaxis(total, 0, 1).reshape(rows, columns, filters)


def depthwise(values: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A convolution of each channel alone.

    Args:
        values: (rows, columns, channels).
        kernel: (height, width, channels).
    """
    return convolved(values, kernel[:, :, None], groups=values.shape[-1])


def pointwise(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """All channels mixed at each pixel alone; `weights` is (channels, filters)."""
    return values @ weights
