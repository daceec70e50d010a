"""All channels of a layer as one picture, a sheet at a time: in an order, in one scale of colours, to choose from."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.figures.maps.colour_bar import colour_bar_html
from explorer.figures.maps.map_grid import GridPicture, map_grid
from explorer.figures.real_numbers import significant
from explorer.quantities import exact, share
from explorer.ui.features.channel_downloads import show_channel_downloads
from explorer.ui.features.chosen import ChosenChannel, times_turned, turn_to
from explorer.ui.features.layer_view import LayerView
from explorer.ui.links.linked import choose, linked, take, widget_key
from explorer.ui.links.parts.channel_link import CHANNEL, ORDER, PER_SHEET, SHEET, USUAL_ORDER, sheets
from explorer.ui.painted.cell_picture import cell_picture
from explorer.ui.session import cache
from explorer.ui.widgets.facts import show_facts
from explorer.vision.features.channels import ORDERS, ChannelStatistics

COLUMNS = 8
TILE_PX = 96
_SCALES = ("Whole layer", "Each channel")


def show_channel_grid(view: LayerView, chosen: ChosenChannel) -> None:
    """Draws the channels, to choose from; above them how they are sorted and coloured, and their sheets."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Sort and colours", icon=":material/swap_vert:"):
            _show_orders(view)
            common = _scale() == _SCALES[0]
        sheet = _sheet(view)
    shown = [int(number) for number in chosen.numbers[(sheet - 1) * PER_SHEET : sheet * PER_SHEET]]
    draw = partial(channel_picture, view, shown, common=common)
    grid = cache.drawn_channels(view.subject.look, view.tap.node, tuple(shown), common, draw)
    words = f"{len(shown)} of the {exact(len(chosen.numbers))} channels of {view.words}"
    cell_picture(
        grid.png,
        grid.rows,
        grid.columns,
        [_label(view, chosen.statistics, number) for number in shown],
        _position(shown, chosen.number),
        key="channel_grid",
        alt=f"{words}, sorted by {ORDERS[chosen.order].lower()}",
        area=grid.area,
        on_choose=lambda cell: choose(CHANNEL, str(shown[cell]), ""),
    )
    _show_legend(view, chosen.number, common)
    with st.popover("Download", icon=":material/download:"):
        show_channel_downloads(view, chosen.statistics, grid.png)


def channel_picture(view: LayerView, numbers: Sequence[int], *, common: bool) -> GridPicture:
    """The maps of some channels side by side, in colours that all channels share or in each one's own."""
    maps = view.values[..., numbers]
    scales = [view.scale if common else view.own_scale(number) for number in numbers]
    low, high = (np.array([getattr(scale, end) for scale in scales], np.float32) for end in ("low", "high"))
    return map_grid(
        maps,
        numbers,
        columns=COLUMNS,
        tile_px=TILE_PX,
        colour_map=view.scale.colour_map,
        low=low,
        high=high,
        badge=view.badge,
    )


def _show_orders(view: LayerView) -> None:
    st.selectbox(
        "Sorted by",
        tuple(ORDERS),
        format_func=ORDERS.__getitem__,
        key=widget_key(ORDER),
        on_change=_sort,
        help=f"Contribution: activation × gradient, summed up: how much of the logit of {view.class_words} comes "
        "through a channel, to first order. Sparsity: the share of cells at 0 or below.",
    )


def _sort() -> None:
    take(ORDER, USUAL_ORDER)
    turn_to(1)


def _scale() -> str:
    return st.segmented_control(
        "Colour scale for",
        _SCALES,
        default=_SCALES[0],
        required=True,
        key="channel_scale",
        persist_state="session",
        help="Whole layer: one colour is one value in all channels, so that they can be compared. Each channel: its "
        "own range, so that faint maps can be seen.",
    )


def _sheet(view: LayerView) -> int:
    last = sheets(view.tap)
    sheet = int(linked(SHEET, [str(number) for number in range(1, last + 1)], "1"))
    if last > 1:
        # Turned by something else it is drawn anew: a widget that has a default must not be set.
        key = f"channel_sheet {last} {times_turned()}"
        st.pagination(
            last,
            default=sheet,
            width="stretch",
            key=key,
            on_change=lambda: choose(SHEET, str(st.session_state[key]), "1"),
        )
    return sheet


def show_layer_facts(view: LayerView) -> None:
    """How many channels there are, how many of them are dead, and the range of their values."""
    statistics = view.statistics(contribution=False)
    *size, channels = view.values.shape
    dead = int(statistics.dead.sum())
    show_facts(
        {
            "Channels": exact(channels),
            "Cells in each": f"{size[0]} × {size[1]}",
            "Values": f"{significant(view.scale.least)} to {significant(view.scale.most)}",
            "Cells at 0 or below": share(int((view.values <= 0).sum()), view.values.size),
            "Dead channels (one value everywhere)": f"{exact(dead)} ({share(dead, channels)})",
            "Receptive field of a cell": f"{exact(view.tap.receptive_field.size)} px",
        }
    )


def _label(view: LayerView, statistics: ChannelStatistics, number: int) -> str:
    dead = ", dead" if statistics.dead[number] else ""
    contribution = ""
    if statistics.contribution is not None:
        contribution = f", contribution {significant(statistics.contribution[number])}"
    return (
        f"Channel {number}: mean {significant(statistics.mean[number])}, "
        f"{significant(statistics.minimum[number])} to {significant(statistics.maximum[number])}, "
        f"{100 * statistics.sparsity[number]:.0f} % at 0 or below{dead}{contribution}"
    )


def _position(shown: Sequence[int], channel: int) -> int | None:
    return next((position for position, number in enumerate(shown) if number == channel), None)


def _show_legend(view: LayerView, channel: int, common: bool) -> None:
    scale = view.scale if common else view.own_scale(channel)
    title = "Value, one scale for all channels" if common else f"Value in channel {channel}; each has its own scale"
    st.html(colour_bar_html(scale.colour_map, scale.low, scale.high, title=title))
    if scale.beyond:
        st.caption(
            f"{100 * scale.beyond:.1f} % of the values lie beyond this range. They get its first or last colour."
        )
