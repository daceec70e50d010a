"""The way back of max pooling: the gradient of each window goes to its largest value, of equal ones to the first.

The first in the order of rows and columns, as TensorFlow has it. OpenVINO's own way, the indices that its pooling can
return and a scattered sum, takes thirteen times as long; masks for each place of a window take as long as this, and
six times as long to compile. Minimum and sum go slice by slice: OpenVINO's reductions over an outer axis gave wrong
numbers where only AVX2 was allowed (2026.4, `ONEDNN_MAX_CPU_ISA`).
"""

from functools import reduce
from typing import Any

import numpy as np

from explorer.arch.ops import Window
from explorer.model.engines.openvino_operations import Translation
from explorer.model.gradients.window_tables import tables


def way_back(translation: Translation, window: Window, x: Any, y: Any, gradient: Any) -> Any:
    """The gradient of the map `x`, given `y`, the largest values of each `window`, and their gradient; all NCHW."""
    ops, constant = translation.ops, translation.constant
    _, channels, rows, columns = (int(length) for length in x.shape)
    pixels, windows = tables(window, (rows, columns))
    # Numbers of pixels as float32, exact up to 2^24; the channels stand last, so that whole rows of them are copied.
    nowhere = float(rows * columns)

    def flat(tensor: Any, *shape: int) -> Any:
        return ops.reshape(translation.channels_last(tensor), constant([*shape, channels]), special_zero=False)

    def taken(tensor: Any, numbers: np.ndarray) -> Any:
        return ops.gather(tensor, constant(np.maximum(numbers, 0).astype(np.int32)), ops.constant(0))

    def slices(tensor: Any) -> list[Any]:
        """(windows, channels), of each place in a window."""
        places = int(tensor.shape[1])
        found = ops.split(tensor, ops.constant(1), places)
        return [ops.squeeze(found.output(place), constant([1])) for place in range(places)]

    is_largest = ops.equal(taken(flat(x, rows * columns), pixels), flat(y, len(pixels), 1))
    numbers = np.where(pixels < 0, nowhere, pixels).astype(np.float32)[..., None]
    # (windows, channels): the pixel that each window's gradient goes to.
    candidates = ops.select(is_largest, constant(numbers), translation.scalar(nowhere))
    first = reduce(ops.minimum, slices(candidates))
    own = np.where(windows < 0, -1, np.arange(len(windows))[:, None]).astype(np.float32)[..., None]
    goes_here = ops.equal(taken(first, windows), constant(own))
    given = ops.select(goes_here, taken(flat(gradient, len(pixels)), windows), translation.scalar(0))
    summed = reduce(ops.add, slices(given))
    return translation.channels_first(ops.reshape(summed, constant([1, rows, columns, channels]), False))
