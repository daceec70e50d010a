"""Small pictures on one sheet, so that the browser fetches one file for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.figures.maps.overlay import map_picture, png_bytes

Place = tuple[int, int, int, int]
"""Left, top, width and height on the sheet, px."""

_IN_A_ROW = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet.

    Attributes:
        png: The file.
        size: Its width and height, px.
        places: Of the pictures, in their order.
    """

    png: bytes
    size: tuple[int, int]
    places: tuple[Place, ...]


def own_colours(values: NDArray[np.floating], colour_map: str) -> NDArray[np.uint8]:
    """(h, w, 3): a map in colours from its own least value to its own largest one, a pixel for each cell.

    Raises:
        ConfigError: If there is no such colour map.
    """
    return map_picture(values, colour_map=colour_map, low=float(values.min()), high=float(values.max()))


def sheet(pictures: Sequence[NDArray[np.uint8]]) -> Sheet:
    """`pictures`, each (h, w, 3), beside and below each other."""
    places: list[Place] = []
    top = 0
    for start in range(0, len(pictures), _IN_A_ROW):
        row = pictures[start : start + _IN_A_ROW]
        left = 0
        for each in row:
            height, width, _ = each.shape
            places.append((left, top, width, height))
            left += width
        top += max(each.shape[0] for each in row)
    whole = np.zeros((top, max((x + w for x, _, w, _ in places), default=0), 3), np.uint8)
    for each, (x, y, w, h) in zip(pictures, places, strict=True):
        whole[y : y + h, x : x + w] = each
    return Sheet(png_bytes(whole), (whole.shape[1], whole.shape[0]), tuple(places))
