"""Many small maps as one picture, each with its channel's number in the corner."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.figures.badge import band
from explorer.figures.lettering import CAPITAL, font, width
from explorer.figures.maps.colour_maps import Limit, coloured

GAP_PX = 2
"""Between two tiles; half of it stands around the whole, so that rows and columns divide the picture evenly."""

_GAP = (128, 136, 150, 128)
"""Half transparent gray: a line beside white and beside black, on light and on dark pages."""

_LABEL_GROUND, _LABEL_INK = (0, 0, 0, 165), (255, 255, 255, 255)
_LARGEST_LABEL = 0.25
"""Share of a tile that its number may hide; if it took more, there are no numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class GridPicture:
    """Cells in rows, all of one size, and perhaps a badge beneath them.

    Attributes:
        picture: (h, w, 3), or (h, w, 4) where cells that are empty let the page through; uint8, read-only.
        rows: Of cells.
        columns: Of cells.
        tile_px: Width of what a cell holds.
        cell_px: Height and width of a cell, with its share of the gaps.
    """

    picture: NDArray[np.uint8]
    rows: int
    columns: int
    tile_px: int
    cell_px: tuple[int, int]

    def __post_init__(self) -> None:
        self.picture.flags.writeable = False

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Where the cells lie: left, top, width and height as shares of the picture; all of it without a badge."""
        return 0.0, 0.0, 1.0, self.rows * self.cell_px[0] / self.picture.shape[0]


def map_grid(
    maps: NDArray[np.floating],
    numbers: Sequence[int] | NDArray[np.integer],
    *,
    columns: int,
    tile_px: int,
    colour_map: str,
    low: Limit,
    high: Limit,
    badge: str | None = None,
    numbered: bool = True,
) -> GridPicture:
    """The maps side by side, in the order in which they come, row by row.

    A map smaller than its tile is enlarged without smoothing; of a larger one every pixel shows the mean of the
    area that falls on it.

    Args:
        maps: (h, w, n), at least one; kernels will do as well.
        numbers: (n,): what to write into each tile's corner.
        columns: Tiles in a row, at least 1; fewer maps take fewer columns.
        tile_px: Height and width of a tile.
        colour_map: One of `explorer.figures.maps.colour_maps.COLOUR_MAPS`.
        low: Value of the first colour: one for all maps, or (n,), one for each.
        high: Value of the last colour, likewise.
        badge: What to write beneath, as "RANDOM WEIGHTS".
        numbered: Whether the numbers are written; of kernels they would hide a weight.

    Raises:
        ConfigError: If there is no such colour map.
        ValueError: If numbers and maps are not equally many, there are none, or limits are out of order.
    """
    ends = [limit[..., None, None] if isinstance(limit, np.ndarray) else limit for limit in (low, high)]
    cells = np.ascontiguousarray(np.moveaxis(maps, -1, 0))
    if max(maps.shape[:2]) > tile_px:
        tiles = coloured(_reduced(cells, tile_px), colour_map, *ends)
    else:
        tiles = coloured(cells, colour_map, *ends)
    return picture_grid(tiles, numbers, columns=columns, tile_px=tile_px, badge=badge, numbered=numbered)


def picture_grid(
    pictures: NDArray[np.uint8],
    numbers: Sequence[int] | NDArray[np.integer],
    *,
    columns: int,
    tile_px: int,
    badge: str | None = None,
    numbered: bool = True,
) -> GridPicture:
    """Small pictures (n, h, w, 3), as filters in their own colours, side by side; see `map_grid`."""
    if len(pictures) != len(numbers) or not len(numbers):
        raise ValueError(f"expected a number for each map, at least one, got {len(pictures)} and {len(numbers)}")
    columns = min(columns, len(pictures))
    rows = ceil(len(pictures) / columns)
    cell = tile_px + GAP_PX
    canvas = np.zeros((rows, cell, columns, cell, 3), np.uint8)
    opacity = np.zeros((rows, cell, columns, cell, 1), np.uint8)
    inner = slice(GAP_PX // 2, GAP_PX // 2 + tile_px)
    for i, tile in enumerate(_enlarged(pictures, tile_px)):
        row, column = divmod(i, columns)
        canvas[row, :, column, :], opacity[row, :, column, :] = _GAP[:3], _GAP[3]
        canvas[row, inner, column, inner], opacity[row, inner, column, inner] = tile, 255
    tiles = canvas.reshape(rows * cell, columns * cell, 3)
    if numbered:
        tiles = _with_numbers(tiles, numbers, columns, tile_px)
    picture = np.concatenate([tiles, opacity.reshape(rows * cell, columns * cell, 1)], axis=-1)
    if badge:
        beneath = band(columns * cell, badge)
        opaque = np.full((*beneath.shape[:2], 1), 255, np.uint8)
        picture = np.concatenate([picture, np.concatenate([beneath, opaque], axis=-1)])
    return GridPicture(picture, rows, columns, tile_px, (cell, cell))


def _enlarged(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """(n, side, side, 3): every pixel as the nearest of the old ones."""
    rows, columns = (np.arange(side) * old // side for old in pictures.shape[1:3])
    return pictures.take(rows, axis=1).take(columns, axis=2)


def _reduced(cells: NDArray[np.floating], side: int) -> NDArray[np.floating]:
    """(n, h, w) with sides above `side` made `side` long, by the mean over areas; NaN wherever a NaN has a part."""
    down, across = (_coverage(old, min(old, side)).astype(cells.dtype) for old in cells.shape[1:])
    hole = np.isnan(cells)
    if not hole.any():
        return down @ cells @ across.T
    means = down @ np.where(hole, 0, cells) @ across.T
    return np.where(down @ hole.astype(cells.dtype) @ across.T > 0, np.nan, means)


def _coverage(old: int, new: int) -> NDArray[np.float64]:
    """(new, old): the part that each old cell has in each new one; the parts of a new cell sum to 1."""
    start = np.arange(new)[:, None] * (old / new)
    cell = np.arange(old)
    shared = np.minimum(start + old / new, cell + 1) - np.maximum(start, cell)
    return shared.clip(0) * (new / old)


def _with_numbers(
    tiles: NDArray[np.uint8], numbers: Sequence[int] | NDArray[np.integer], columns: int, tile_px: int
) -> NDArray[np.uint8]:
    """`tiles` with each number in the upper left corner of its own, light on dark: seen on bright and on dark maps."""
    size = min(max(tile_px // 9, 9), 14)
    height = round(1.35 * size)
    texts = [str(number) for number in numbers]
    widths = [width(text, size) + 2 * (size // 3) for text in texts]
    if max(widths) * height > _LARGEST_LABEL * tile_px**2:
        return tiles
    picture = Image.fromarray(tiles)
    # Drawn in RGBA on RGB, the ground lets the map through.
    pen = ImageDraw.Draw(picture, "RGBA")
    for i, (text, wide) in enumerate(zip(texts, widths, strict=True)):
        left, top = (GAP_PX // 2 + place * (tile_px + GAP_PX) for place in (i % columns, i // columns))
        pen.rectangle((left, top, left + wide - 1, top + height - 1), _LABEL_GROUND)
        baseline = round(top + (height + CAPITAL * size) / 2)
        pen.text((left + size // 3, baseline), text, _LABEL_INK, font(size), anchor="ls")
    return np.asarray(picture)
