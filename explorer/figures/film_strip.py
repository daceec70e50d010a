"""Pictures of one size in the order of depth, titled, on dark ground as a film is."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.badge import band
from explorer.figures.lettering import write_centred
from explorer.figures.map_grid import GridPicture

_GROUND, _INK = "#14171F", "#E8EAEE"
_GAP_PX = 6


def film_strip(
    frames: Sequence[NDArray[np.uint8]], titles: Sequence[str], *, columns: int, badge: str | None = None
) -> GridPicture:
    """The frames row by row, each with its title beneath.

    Args:
        frames: At least one, (h, w, 3), all of one size.
        titles: One for each frame; made smaller, then cut off, where it is wider than the frame.
        columns: Frames in a row, at least 1; fewer frames take fewer columns.
        badge: What to write beneath all, as "RANDOM WEIGHTS".

    Raises:
        ValueError: If there are no frames, or their sizes or the number of titles differ.
    """
    if not frames or len({frame.shape for frame in frames}) > 1:
        raise ValueError(f"expected frames of one size, at least one, got {sorted({f.shape for f in frames})}")
    height, width, _ = frames[0].shape
    columns = min(columns, len(frames))
    rows = ceil(len(frames) / columns)
    size = min(max(width // 12, 9), 15)
    line = round(1.9 * size)
    cell_height, cell_width = height + line + _GAP_PX, width + _GAP_PX
    strip = Image.new("RGB", (columns * cell_width, rows * cell_height), _GROUND)
    for i, (frame, title) in enumerate(zip(frames, titles, strict=True)):
        left, top = i % columns * cell_width + _GAP_PX // 2, i // columns * cell_height + _GAP_PX // 2
        strip.paste(Image.fromarray(frame), (left, top))
        write_centred(strip, title, (left, top + height, left + width, top + height + line), size, _INK)
    picture = np.asarray(strip)
    if badge:
        picture = np.concatenate([picture, band(picture.shape[1], badge)])
    return GridPicture(picture, rows, columns, width, (cell_height, cell_width))
