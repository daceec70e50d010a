"""The spectrum in time: what a layer and the whole network take at some numbers of segments, once somebody asks."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config
from explorer.chapters.graphs.spectrum import CHANNELS, SIZE
from explorer.configuration.registry import graph_of
from explorer.counting.measured.spectrum import TimedStop, flow_of_equals, timed_stop
from explorer.networks.xception import XceptionConfig
from explorer.quantities import exact, memory, milliseconds, rounded
from explorer.ui.session import cache
from explorer.ui.timed.circumstances import circumstances, show_caution
from explorer.ui.timed.measuring import forget, timed, timing_of
from explorer.ui.understand.beside import beside
from explorer.ui.understand.parts.extreme.time_in_words import segments_in_words, told
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.table import show_table

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing

_ASKED = "spectrum_time_asked"


def timed_networks() -> dict[int, Config]:
    """Xception by its number of segments, the depthwise end first: it is soon ready, and tells the pace of the others.

    At 150 px, with a quarter of the multiply-adds of 299 px: a regular convolution everywhere takes its time.
    """
    return {
        CHANNELS: XceptionConfig(input_size=150),
        **{segments: XceptionConfig(input_size=150, segments=segments) for segments in (364, 104, 26, 4, 1)},
    }


def show_spectrum_time() -> None:
    """What was timed; or a button, for whoever only passes by waits for no measurement, not even for its estimate."""
    st.subheader("The same in time, measured here", anchor=False)
    every = timed_networks()
    left_out = _left_out(every)
    configs = {segments: config for segments, config in every.items() if segments not in left_out}
    if left_out:
        needs = ", ".join(f"{segments_in_words(count)} ({memory(need)})" for count, need in left_out.items())
        st.caption(f"Left out, for timing it takes more memory than one network may take here: {needs}.")
    if len(left_out) == len(every) - 1:
        return
    if not _is_asked(configs):
        st.button("Time it on this machine", icon=":material/timer:", key="spectrum_time_ask", on_click=_ask)
        return
    label = f"The measurement at {len(configs)} numbers of segments"
    known = timed(label, "Xception from depthwise on", tuple(configs.values()), key="spectrum time")
    if known is not None:
        _show({segments: known[config] for segments, config in sorted(configs.items())})


def _left_out(configs: Mapping[int, Config]) -> dict[int, int]:
    """Memory that timing them would take, bytes, of those that would not fit; the depthwise end is never among them."""
    from explorer.model.budget import memory_budget
    from explorer.model.timing.needs import memory_estimate

    needs = {segments: memory_estimate(graph_of(config), 1) for segments, config in configs.items()}
    return {segments: need for segments, need in needs.items() if need > memory_budget() and segments != CHANNELS}


def _is_asked(configs: Mapping[int, Config]) -> bool:
    return bool(st.session_state.get(_ASKED)) or all(timing_of(config) is not None for config in configs.values())


def _ask() -> None:
    st.session_state[_ASKED] = True


def _forget(configs: tuple[Config, ...]) -> None:
    _ask()
    for config in configs:
        forget(config, 1)


def _show(timings: "Mapping[int, Timing]") -> None:
    stops = tuple(timed_stop(segments, timing) for segments, timing in timings.items())
    show_caution(tuple(timings.values()))
    picture, words = beside((5, 4), "spectrum_time")
    with picture:
        # Imported here: the chapter does not wait for Plotly.
        from explorer.figures.charts.spectrum_time import spectrum_time_chart

        show_chart(cache.chart(partial(spectrum_time_chart, stops), stops), "spectrum_time_chart")
    with words:
        for sentence in told(stops):
            st.markdown(sentence)
    numbers = st.expander("The times in numbers", key="spectrum_time_in_numbers", on_change="rerun")
    if numbers.open:
        with numbers:
            _show_numbers(stops)
    _show_what_is_what(stops, timings[CHANNELS])
    st.caption(circumstances(tuple(timings.values())))
    configs = tuple(timing.config for timing in timings.values())
    st.button("Measure again", icon=":material/refresh:", key="spectrum_time_again", on_click=_forget, args=(configs,))


def _show_numbers(stops: tuple[TimedStop, ...]) -> None:
    of_layer = ("Layer: MACs", "Layer: half over space", "Layer: pointwise half") if stops[-1].layer else ()
    show_table(
        ("Segments", *of_layer, "Xception: MACs", "Xception: median (5 to 95 %)"),
        [(_title(stop), *_of_layer(stop), rounded(stop.macs), _of_network(stop)) for stop in stops],
        room_rem=46,
    )
    if of_layer:
        st.caption(
            "The pointwise half is the same computation at every number of segments: how far its times lie apart shows "
            "how much else disturbed the measurement."
        )


def _title(stop: TimedStop) -> str:
    return f"{stop.segments}, depthwise" if stop.segments == CHANNELS else exact(stop.segments)


def _of_layer(stop: TimedStop) -> tuple[str, ...]:
    if stop.layer is None:
        return ()
    return rounded(stop.layer.macs), milliseconds(stop.layer.spatial_s), milliseconds(stop.layer.pointwise_s)


def _of_network(stop: TimedStop) -> str:
    whole = stop.whole
    return f"{milliseconds(whole.median_s)} ({milliseconds(whole.low_s)} to {milliseconds(whole.high_s)})"


def _show_what_is_what(stops: tuple[TimedStop, ...], end: "Timing") -> None:
    layer = stops[-1].layer
    if layer is None:
        from explorer.model.timing.needs import NO_LAYER_TIMES

        st.caption(f"Only the whole network was timed. {NO_LAYER_TIMES}")
        return
    tally = cache.tally(end.config)
    flow = flow_of_equals(end.config)
    side = next(each.output_shape[0] for each in tally.layers if each.node.flow == flow)
    st.caption(
        f"Timed with photographs of {end.config.input_size} px, so that it is soon done: the middle flow's maps are "
        f"{side} × {side} instead of the {SIZE} × {SIZE} above. A layer is the median of the {layer.equal} equal ones "
        "of the middle flow, from the engine's record of its steps; normalization, ReLU and addition run in its step. "
        "Broken lines are multiply-adds: where the full line lies below its broken one, they are done faster than at "
        "the depthwise end, above it slower."
    )
