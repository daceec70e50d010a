"""Accuracy against cost: what was published, over what is counted here or was timed here."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd
import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.published.accuracy import Accuracy, AccuracyPoint, accuracy_points, without_accuracy
from explorer.counting.tally import Cost
from explorer.figures.charts.cost import COST_TITLES
from explorer.figures.comparison.accuracy import ACCURACY_TITLES, accuracy_against_cost, accuracy_against_time
from explorer.model.budget import memory_budget
from explorer.quantities import memory, milliseconds
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.session.long_computation import is_started
from explorer.ui.timed.circumstances import circumstances, offer_again, show_caution
from explorer.ui.timed.measuring import timed, timing_of
from explorer.ui.widgets.charts import show_chart

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing

_Over = Cost | Literal["time"]
_OVER_TITLES: dict[_Over, str] = {
    "macs": COST_TITLES["macs"],
    "params": COST_TITLES["params"],
    "time": "Time measured here",
}
_OVER = "cost_of_accuracy"


def show_accuracy() -> None:
    """The choice of accuracy and of cost, the chart, and every point with its source.

    To be called outside of fragments, for a click in a fragment would not end a measurement.
    """
    (_show if _takes_long() else _show_at_once)()


@st.fragment
def _show_at_once() -> None:
    """What is counted: a turn draws nothing else anew."""
    if _takes_long():
        st.rerun()
    _show()


def _takes_long() -> bool:
    return st.session_state.get(_OVER) == "time" or is_started()


def _show() -> None:
    with st.container(horizontal=True):
        accuracy = _accuracy_control()
        over = _over_control()
    points = accuracy_points()
    with explained():
        if over == "time":
            _offer_to_time(dict.fromkeys(point.config for point in points))
        timings = _timings(points)
        if over != "time":
            draw = partial(accuracy_against_cost, points, accuracy=accuracy, by=over)
            show_chart(cache.chart(draw, accuracy, over), "accuracy")
        elif any(point.config in timings for point in points if getattr(point, accuracy) is not None):
            draw = partial(accuracy_against_time, points, timings, accuracy=accuracy)
            moments = tuple((config, timing.measured_at) for config, timing in timings.items())
            show_chart(cache.chart(draw, accuracy, moments), "accuracy")
        if over == "time" and timings:
            measured = tuple(timings.values())
            show_caution(measured)
            st.caption(circumstances(measured))
            offer_again(measured, key="time_networks_again")
        _show_origin()
        _show_table(points, timings)


def _accuracy_control() -> Accuracy:
    options: tuple[Accuracy, ...] = get_args(Accuracy)
    return st.segmented_control(
        "Accuracy",
        options,
        default=options[0],
        required=True,
        format_func=ACCURACY_TITLES.__getitem__,
        key="accuracy_of_networks",
    )


def _over_control() -> _Over:
    options = tuple(_OVER_TITLES)
    return st.segmented_control(
        "Over", options, default=options[0], required=True, format_func=_OVER_TITLES.__getitem__, key=_OVER
    )


def _offer_to_time(configs: Iterable[Config]) -> None:
    """A button that times all that are not timed yet, and who they are."""
    from explorer.model.timing.needs import fits

    missing = [config for config in configs if timing_of(config) is None]
    able = [config for config in missing if fits(graph_of(config), batch=1)]
    left_out = [config for config in missing if config not in able]
    if able:
        words = f"{len(able)} configurations" if len(able) > 1 else "one configuration"
        place = st.empty()
        place.caption(f"Not timed yet, so not in the chart: {_names(able)}.")
        if timed(f"The measurement of {words}", words, able, key="timing accuracy") is not None:
            place.empty()
    if left_out:
        st.caption(
            f"Left out, for timing them would not fit into the memory budget of {memory(memory_budget())}: "
            f"{_names(left_out)}."
        )


def _names(configs: Iterable[Config]) -> str:
    """The networks, and of how many configurations each."""
    counts = Counter(network_of(config).title for config in configs)
    return ", ".join(title if count == 1 else f"{title} ({count})" for title, count in counts.items())


def _timings(points: tuple[AccuracyPoint, ...]) -> dict[Config, "Timing"]:
    """What was timed of them, one image in a pass."""
    configs = dict.fromkeys(point.config for point in points)
    return {config: timing for config in configs if (timing := timing_of(config)) is not None}


def _show_origin() -> None:
    st.caption(
        "Accuracy is on the validation set of ImageNet (ILSVRC-2012), as each source prints it: none of it was "
        "measured here. The sources differ in weights, crops and scaling, so differences of a percent say little. "
        "Parameters and multiply-adds are counted here. Time is measured here: the median pass of one image with "
        "random weights, one network after the other; nothing is said of other machines. Without a published figure: "
        f"{', '.join(without_accuracy())}."
    )


def _as_printed(value: float) -> str:
    """At least three digits, more where the source has them: 0.790, 0.79058."""
    return max(f"{value:.3f}", f"{value:.5f}".rstrip("0"), key=len)


_TIME = "Time here"
_FORMATS = {"Top-1": _as_printed, "Top-5": _as_printed, _TIME: milliseconds}


def _show_table(points: tuple[AccuracyPoint, ...], timings: dict[Config, "Timing"]) -> None:
    frame = pd.DataFrame([_row(point, timings) for point in points])
    formats = {title: write for title, write in _FORMATS.items() if title in frame}
    st.dataframe(
        frame.style.format(thousands=",", na_rep="–", formatter=formats),
        hide_index=True,
        alt="Every published accuracy with its network, configuration, cost and source.",
    )


def _row(point: AccuracyPoint, timings: dict[Config, "Timing"]) -> dict[str, object]:
    """A row of the table; once something was timed, with the seconds of one image."""
    timing = timings.get(point.config)
    return {
        "Network": point.network,
        "Configuration": point.turned or "its own",
        "Top-1": point.top1,
        "Top-5": point.top5,
        "Parameters": point.params,
        "MACs": point.macs,
        **({_TIME: timing.image_s if timing else None} if timings else {}),
        "Source": point.source,
        "Note": point.note,
    }
