"""What a cell of a channel's map depends on, drawn on the photograph."""

import streamlit as st

from explorer.figures.maps.field_picture import Extent, extent, lit, outside, shares
from explorer.figures.maps.map_grid import map_grid
from explorer.figures.maps.overlay import png_bytes
from explorer.figures.real_numbers import significant
from explorer.quantities import exact
from explorer.ui.features.chosen import choose_cell, chosen_cell
from explorer.ui.features.layer_view import LayerView
from explorer.ui.painted.cell_picture import cell_picture

_MAP_PX = 420


def show_field(view: LayerView, channel: int) -> None:
    """The channel's map, of which a cell can be chosen, and beside it what that cell depends on."""
    values = view.values[..., channel]
    row, column = chosen_cell(view, channel)
    size = view.subject.config.input_size
    down = extent(view.tap.receptive_field.rows, row, size)
    across = extent(view.tap.receptive_field.columns, column, size)
    own, seen, told = st.columns((3, 4, 4), gap="medium")
    with own:
        _show_map(view, channel, row, column)
    with seen:
        _show_photograph(view, row, column, down, across)
    with told:
        st.markdown(
            f"**Click a cell of the map.** The one in row {row}, column {column} holds "
            f"{significant(float(values[row, column]), 4)}.\n\nIts receptive field is "
            f"**{exact(down.size)} × {exact(across.size)} px**. Of the {size} × {size} px that the network sees it "
            f"covers {_span_words('rows', down, size)}, {_span_words('columns', across, size)}. "
            f"{outside_words(down, across)}"
        )
        st.caption(
            "This is the theoretical receptive field: nothing outside of it can change the cell. Pixels near its "
            "middle usually count most."
        )


def _show_map(view: LayerView, channel: int, row: int, column: int) -> None:
    """The channel's map at full size: each cell tells its value and can be chosen."""
    values, scale = view.values[..., channel], view.own_scale(channel)
    rows, columns = values.shape
    grid = map_grid(
        values[..., None],
        [channel],
        columns=1,
        tile_px=_MAP_PX,
        colour_map=scale.colour_map,
        low=scale.low,
        high=scale.high,
        badge=view.badge,
    )
    cell_picture(
        png_bytes(grid.picture),
        rows,
        columns,
        [f"row {i // columns}, column {i % columns}: {value:.4g}" for i, value in enumerate(values.ravel())],
        row * columns + column,
        key="channel_cell",
        alt=f"Map of channel {channel} of {view.words}",
        area=grid.area,
        on_choose=lambda cell: choose_cell(*divmod(cell, columns)),
    )


def _show_photograph(view: LayerView, row: int, column: int, down: Extent, across: Extent) -> None:
    size = view.subject.config.input_size
    top, height = shares(down, size)
    left, width = shares(across, size)
    cell_picture(
        png_bytes(lit(view.photograph, down, across, size)),
        1,
        1,
        [],
        None,
        key="channel_field",
        alt=f"The photograph, lit where the cell in row {row}, column {column} depends on it",
        boxes=[(left, top, width, height, "#FFFFFF", "")],
        smooth=True,
    )


def _span_words(name: str, extent: Extent, size: int) -> str:
    return f"{name} {max(extent.first, 0)} to {min(extent.last, size - 1)}"


def outside_words(down: Extent, across: Extent) -> str:
    """How much of a receptive field lies outside of the picture, in a sentence."""
    beyond = outside(down, across)
    if not beyond:
        return "All of the field lies in the picture."
    percent = f"{100 * beyond:.0f}\N{NO-BREAK SPACE}%" if 0.01 <= beyond <= 0.99 else _nearly(beyond)
    return f"{percent} of it lies outside of the picture, in the zero padding."


def _nearly(share: float) -> str:
    """Neither "0 %" of what is something, nor "100 %" of what is not all."""
    return "Less than 1\N{NO-BREAK SPACE}%" if share < 0.5 else "More than 99\N{NO-BREAK SPACE}%"
