"""The range of values that the colours of many maps span together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COVERED_PERCENT = 99.9
"""Usual percentage of the values within the range. With all of them, one in a thousand would pale the others."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the first and the last colour stand for.

    Attributes:
        low: Value of the first colour, and all below.
        high: Value of the last colour, and all above.
        colour_map: Diverging if there are values on both sides of 0, which is in the middle then; else from 0 up.
        beyond: Share of the values that lie outside.
        least: The smallest value of all.
        most: The largest.
    """

    low: float
    high: float
    colour_map: str
    beyond: float
    least: float
    most: float


def common_scale(values: NDArray[np.floating], *, signed: bool, covered_percent: float = COVERED_PERCENT) -> Scale:
    """The scale of all of `values`, finite and at least one.

    Args:
        values: Of any shape.
        signed: Whether values below 0 mean something, as before ReLU.
        covered_percent: Percentage of the values that lie within the range.
    """
    sizes = np.abs(values) if signed else np.maximum(values, 0)
    reach = float(np.percentile(sizes, covered_percent)) or float(sizes.max())
    low = -reach if signed else 0.0
    least, most = float(values.min()), float(values.max())
    beyond = float(np.mean((values < low) | (values > reach)))
    return Scale(low, reach, "balance" if signed else "viridis", beyond, least, most)
