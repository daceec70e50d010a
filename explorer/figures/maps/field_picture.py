"""The part of a photograph that one unit depends on, lit; the rest in shade."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arch.receptive_field import Span

_SHADE = 0.4
"""Brightness that is left outside."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Rows or columns that a unit depends on, in px of what the network saw.

    Attributes:
        first: The first, which may be negative: padding.
        last: The last, which may lie beyond the picture.
        seen: How many of them lie in the picture.
    """

    first: int
    last: int
    seen: int

    @property
    def size(self) -> int:
        """How many they are, the padding included."""
        return self.last - self.first + 1


def extent(span: Span, unit: int, input_size: int) -> Extent:
    """What the unit at position `unit` of an axis depends on, in a picture of `input_size` px."""
    first = span.start + span.jump * unit
    last = first + span.size - 1
    return Extent(first, last, max(0, min(last, input_size - 1) - max(first, 0) + 1))


def outside(rows: Extent, columns: Extent) -> float:
    """Share of a receptive field that lies outside of the picture, where there are only the zeros of padding."""
    return 1 - rows.seen * columns.seen / (rows.size * columns.size)


def shares(extent: Extent, input_size: int) -> tuple[float, float]:
    """Where the extent begins and how long it is, as shares of the picture, which it may exceed."""
    return extent.first / input_size, extent.size / input_size


def lit(photograph: NDArray[np.uint8], rows: Extent, columns: Extent, input_size: int) -> NDArray[np.uint8]:
    """`photograph` (h, w, 3), which was squashed to a square of `input_size` px, in shade where none of both is."""
    height, width = photograph.shape[:2]
    top, bottom = _pixels(rows, input_size, height)
    left, right = _pixels(columns, input_size, width)
    picture = (photograph * _SHADE).astype(np.uint8)
    picture[top:bottom, left:right] = photograph[top:bottom, left:right]
    return picture


def _pixels(extent: Extent, input_size: int, pixels: int) -> tuple[int, int]:
    """First pixel of the photograph and the one behind the last, clipped; at least one."""
    first = min(max(extent.first, 0) * pixels // input_size, pixels - 1)
    behind = min(extent.last + 1, input_size) * pixels // input_size
    return first, max(behind, first + 1)
