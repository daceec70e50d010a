"""What all panels are about: one channel of the layer, and one cell of its map."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.ui.features.layer_view import LayerView
from explorer.ui.links.linked import asked_for, choose, linked
from explorer.ui.links.parts.channel_link import (
    CELL,
    CHANNEL,
    ORDER,
    PER_SHEET,
    SHEET,
    USUAL_ORDER,
    read_cell,
    write_cell,
)
from explorer.vision.features.channels import ORDERS, ChannelStatistics, Order, ordered

_NUMBER_PX = 112
_BEFORE = "channels-before"
_TURNED = "channel-sheets-turned"


@dataclass(frozen=True, slots=True, eq=False)
class ChosenChannel:
    """The channel that all panels are about.

    Attributes:
        number: The chosen one, the first in the order unless told otherwise.
        order: What the channels are sorted by.
        numbers: All of them in that order.
        statistics: What is known of all, with contributions if they are sorted by these.
    """

    number: int
    order: Order
    numbers: np.ndarray
    statistics: ChannelStatistics


def choose_channel(view: LayerView) -> ChosenChannel:
    """Asks for the channel's number; a click in the grid chooses one, too."""
    _start_anew_with_another_layer(view)
    order: Order = linked(ORDER, ORDERS, USUAL_ORDER)  # type: ignore[assignment]
    statistics = view.statistics(contribution=order == "contribution")
    numbers = ordered(statistics, order)
    number = int(linked(CHANNEL, [str(number) for number in range(len(numbers))], "") or numbers[0])
    _ask_number(number, numbers)
    return ChosenChannel(number, order, numbers, statistics)


def chosen_cell(view: LayerView, channel: int) -> tuple[int, int]:
    """Row and column of the cell that was chosen in any panel; before, the strongest of the channel."""
    values = view.values[..., channel]
    cell = read_cell(asked_for(CELL), values.shape)
    if cell is None:
        row, column = divmod(int(np.abs(values).argmax()), values.shape[1])
        return row, column
    return cell


def choose_cell(row: int, column: int) -> None:
    """For a click in a map: the cell is chosen for all panels."""
    choose(CELL, write_cell(row, column), "")


def turn_to(sheet: int) -> None:
    """Shows another sheet of channels, without a click on its number."""
    st.session_state[_TURNED] = times_turned() + 1
    choose(SHEET, str(sheet), "1")


def times_turned() -> int:
    """How often sheets were turned by something other than their own widget."""
    turned: int = st.session_state.get(_TURNED, 0)
    return turned


def _start_anew_with_another_layer(view: LayerView) -> None:
    """Channel 60 of another layer is another thing, and so is a cell; of another output of the layer it is the same.

    What the link names together with another layer is kept.
    """
    *size, channels = view.tap.shape
    now = {"": view.tap.node, CHANNEL: (view.tap.layer, channels), CELL: (view.tap.layer, *size)}
    of, asked = st.session_state.get(_BEFORE, (now, {}))
    if of[""] != now[""]:
        turn_to(1)
    for name in (CHANNEL, CELL):
        if of[name] != now[name] and asked_for(name) == asked[name]:
            choose(name, None, "")
    st.session_state[_BEFORE] = now, {name: asked_for(name) for name in (CHANNEL, CELL)}


def _ask_number(channel: int, numbers: np.ndarray) -> None:
    """A field for the chosen channel's number; another number turns to its sheet."""
    key = f"channel_number of {len(numbers)}"
    st.session_state[key] = channel

    def find() -> None:
        number = int(st.session_state[key])
        choose(CHANNEL, str(number), "")
        turn_to(int(np.flatnonzero(numbers == number)[0]) // PER_SHEET + 1)

    st.number_input(
        "Channel",
        0,
        len(numbers) - 1,
        step=1,
        key=key,
        on_change=find,
        width=_NUMBER_PX,
        help=f"From 0 to {len(numbers) - 1}. Or click a map.",
    )
