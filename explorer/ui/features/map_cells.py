"""One map at full size, of which each cell tells its value and can be chosen."""

from collections.abc import Callable

import numpy as np

from explorer.figures.maps.common_scale import Scale
from explorer.figures.maps.map_grid import map_grid
from explorer.figures.maps.overlay import png_bytes
from explorer.ui.widgets.cell_picture import cell_picture

_PX = 420
_WINDOW_COLOUR = "#FFD166"


def map_cells(
    values: np.ndarray,
    number: int,
    scale: Scale,
    chosen: tuple[int, int],
    *,
    alt: str,
    badge: str | None,
    key: str,
    on_choose: Callable[[int, int], None],
    window: tuple[float, float, float, float] | None = None,
) -> None:
    """Draws the map; what is chosen goes to `on_choose`, before the page runs again.

    Args:
        values: (rows, columns).
        number: Of the channel, for the corner.
        scale: Its colours.
        chosen: Row and column of the cell that is outlined.
        alt: The map in words.
        badge: What to write beneath, as `explorer.figures.badge.badge_of` has it.
        key: Unique on the page.
        on_choose: Called with row and column.
        window: Left, top, width and height in cells of a rectangle to be drawn, which may reach beyond the map.
    """
    rows, columns = values.shape
    grid = map_grid(
        values[..., None],
        [number],
        columns=1,
        tile_px=_PX,
        colour_map=scale.colour_map,
        low=scale.low,
        high=scale.high,
        badge=badge,
    )
    boxes = []
    if window is not None:
        left, top, width, height = window
        down = grid.area[3] / rows
        boxes = [(left / columns, top * down, width / columns, height * down, _WINDOW_COLOUR, "")]
    cell_picture(
        png_bytes(grid.picture),
        rows,
        columns,
        [f"row {i // columns}, column {i % columns}: {value:.4g}" for i, value in enumerate(values.ravel())],
        chosen[0] * columns + chosen[1],
        key=key,
        alt=alt,
        boxes=boxes,
        area=grid.area,
        on_choose=lambda cell: on_choose(*divmod(cell, columns)),
    )
