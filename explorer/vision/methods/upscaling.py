"""A map's cells laid over the picture where they belong."""

import numpy as np

from explorer.arch.receptive_field import ReceptiveField, Span


def upscaled(
    values: np.ndarray, field: ReceptiveField, input_size: int, height: int, width: int, *, smooth: bool = True
) -> np.ndarray:
    """`values` over a whole picture, bilinear between the places at which the cells look.

    Cells are not spread evenly over the picture: the centres of their receptive fields stand `jump` px apart, the
    first where padding put it. Stretching a map to the picture's size shifts it by up to half a cell. Outside the
    outermost centres the nearest cell's value holds.

    Args:
        values: (rows, columns).
        field: Of the cells, in px of what the network saw.
        input_size: Side of what the network saw, px.
        height: Rows of the picture that is covered, which was squashed to that square.
        width: Its columns.
        smooth: Whether to interpolate between the cells; else each pixel gets the nearest cell's value.

    Returns:
        (height, width), float32.
    """
    rows, columns = values.shape
    below, above, share = _between(field.rows, rows, input_size, height)
    if not smooth:
        left, right, across = _between(field.columns, columns, input_size, width)
        return values[np.where(share < 0.5, below, above)][:, np.where(across < 0.5, left, right)].astype(np.float32)
    lines = values[below] * (1 - share)[:, None] + values[above] * share[:, None]
    left, right, share = _between(field.columns, columns, input_size, width)
    return (lines[:, left] * (1 - share) + lines[:, right] * share).astype(np.float32)


def _between(span: Span, cells: int, input_size: int, pixels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pixel the cells before and after it, and how far it is from the first to the second, 0 to 1."""
    seen = (np.arange(pixels) + 0.5) * input_size / pixels - 0.5
    position = ((seen - centre(span)) / span.jump).clip(0, cells - 1)
    first = np.floor(position).astype(int)
    return first, np.minimum(first + 1, cells - 1), position - first


def centre(span: Span, cell: int = 0) -> float:
    """Where the receptive field of a cell has its middle, in px, counted from the middle of the first pixel."""
    return span.centre + span.jump * cell
