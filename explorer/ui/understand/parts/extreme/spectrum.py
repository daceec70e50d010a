"""The number of segments turned, for one layer and for the whole network."""

from functools import lru_cache, partial

import streamlit as st

from explorer.chapters.graphs.spectrum import CHANNELS, layer, stops
from explorer.counting.tally import Tally, tally
from explorer.networks.xception import XceptionConfig
from explorer.quantities import exact
from explorer.ui.session import cache
from explorer.ui.understand.beside import beside
from explorer.ui.understand.small_network import show_small_network
from explorer.ui.widgets.table import show_table


@st.fragment
def show_spectrum() -> None:
    """A layer as a picture, its cost and the network's in numbers, and all of the spectrum as lines."""
    segments = st.select_slider("Channel segments", stops(), 4, format_func=_words, key="spectrum_segments")
    one, end = _layer(segments), _layer(CHANNELS)
    whole, whole_end = _network(segments), _network(CHANNELS)
    picture, words = beside((2, 3), "spectrum")
    with picture:
        show_small_network(one, "spectrum_picture")
    with words:
        show_table(
            ("Cost", f"{segments} segments" if segments < CHANNELS else "depthwise", "The depthwise end", "Times"),
            (
                _row("This layer, parameters", one.params, end.params),
                _row("This layer, MACs", one.macs, end.macs),
                _row("All of Xception, parameters", whole.params, whole_end.params),
                _row("All of Xception, MACs", whole.macs, whole_end.macs),
            ),
            room_rem=30,
        )
        _show_chart(segments)
    st.caption(
        f"The layer is one of the middle flow's, {CHANNELS} channels. In the network a layer whose channels cannot be "
        "divided so takes the largest number below that divides them. In a layer all of whose maps have one size "
        "parameters and MACs fall alike."
    )


def _words(segments: int) -> str:
    return f"{segments}, depthwise" if segments == CHANNELS else str(segments)


@lru_cache(maxsize=32)
def _layer(segments: int) -> Tally:
    return tally(layer(segments))


def _network(segments: int) -> Tally:
    return cache.tally(XceptionConfig(segments=None if segments == CHANNELS else segments))


def _row(title: str, cost: int, end: int) -> tuple[str, str, str, str]:
    return title, exact(cost), exact(end), f"{cost / end:.2f}"


def _show_chart(segments: int) -> None:
    # Imported here: the numbers do not wait for Plotly.
    from explorer.figures.charts.spectrum import spectrum_chart
    from explorer.ui.widgets.charts import show_chart

    lines = {
        "This layer, parameters and MACs": [(count, _layer(count).params) for count in stops()],
        "Xception, parameters": [(count, _network(count).params) for count in stops()],
        "Xception, MACs": [(count, _network(count).macs) for count in stops()],
    }
    show_chart(cache.chart(partial(spectrum_chart, lines, segments), segments), "spectrum_chart")
