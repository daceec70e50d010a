"""Networks timed on this machine: a choice, a button that says how long it takes, and what was measured."""

import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.registry import network_of
from explorer.counting.measured.kinds import by_kind
from explorer.counting.measured.report import as_data
from explorer.counting.measured.traffic import BYTES_IN_WORDS
from explorer.figures.comparison.roofline import roofline
from explorer.figures.comparison.time_by_kind import time_by_kind
from explorer.figures.theme import TIMED_TITLES
from explorer.quantities import exact, milliseconds, rate, rounded, share
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.timed.circumstances import at_best, circumstances, offer_again, show_caution
from explorer.ui.timed.measuring import timed, timing_of
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.facts import show_facts
from explorer.ui.widgets.table import show_table

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing

_BATCHES = (1, 8)
_SLOWEST = 10


def show_timing(configs: Mapping[str, Config]) -> None:
    """Asks which network is timed; shows the charts, or a button that measures.

    To be called outside of fragments, for a click in a fragment would not end a measurement.

    Args:
        configs: The compared networks, by title.
    """
    st.markdown(
        "Multiply-adds are counted; time must be measured. It depends on the machine, the engine and the moment, so "
        "nothing here is claimed beyond this machine."
    )
    title, batch = _choose(configs)
    with explained():
        _show_or_offer(title, configs[title], batch)
    _show_measured_so_far(configs)


def _choose(configs: Mapping[str, Config]) -> tuple[str, int]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        title = st.selectbox("Time", tuple(configs), key="timed_network", width=360)
        batch = st.segmented_control(
            "Images in one pass",
            _BATCHES,
            default=_BATCHES[0],
            required=True,
            key="timed_batch",
            width="content",
            help="Of several images at once the weights are read once, but the maps are larger.",
        )
    return title, batch


def _show_or_offer(title: str, config: Config, batch: int) -> None:
    known = timed("The measurement", title, (config,), batch=batch, key=f"timing {batch}")
    if known is not None:
        _show(known[config])


def _show(timing: "Timing") -> None:
    whole = timing.whole
    show_caution((timing,))
    show_facts(
        {
            "One pass, median": milliseconds(whole.median_s),
            "5 to 95 %": f"{milliseconds(whole.low_s)} to {milliseconds(whole.high_s)}",
            "Images per second": f"{1 / timing.image_s:.1f}",
            "Rate": rate(timing.macs_per_s, "MAC"),
            "The first pass": milliseconds(timing.first_s),
        }
    )
    if timing.layers:
        _show_layers(timing)
    else:
        from explorer.model.timing.needs import NO_LAYER_TIMES

        st.info(f"Only the whole was timed. {NO_LAYER_TIMES}")
    st.caption(f"{circumstances((timing,))} {at_best(timing)}")
    with st.container(horizontal=True):
        st.download_button(
            "Measurement as JSON",
            json.dumps(as_data(timing), indent=1),
            f"timing-{network_of(timing.config).name}-batch-{timing.batch}.json",
            "application/json",
            icon=":material/data_object:",
            on_click="ignore",
        )
        offer_again((timing,), key="time_again")


def _show_layers(timing: "Timing") -> None:
    of = (timing.config, timing.batch, timing.engine, timing.measured_at)
    shares, roofs = st.columns(2, gap="medium")
    with shares:
        st.subheader("Multiply-adds and time")
        show_chart(cache.chart(partial(time_by_kind, timing), *of), "chart_time_by_kind")
        st.caption(
            "Where a share of the time is larger than the share of the MACs, the arithmetic waits: a depthwise "
            "convolution does few MACs for each byte that it moves."
        )
    with roofs:
        st.subheader("Roofline")
        show_chart(cache.chart(partial(roofline, timing), *of), "chart_roofline")
        st.caption(
            f"Each point is a layer. Bytes are {BYTES_IN_WORDS}. Left of the bend memory is the limit, right of it "
            "arithmetic. Points above the slope found their maps in a cache, which is faster than memory; "
            "points above the level part say that others disturbed the measuring of that roof."
        )
    show_table(
        ("Kind", "MACs", "of MACs", "Time", "of time"),
        [
            *(
                (
                    TIMED_TITLES[row.kind],
                    exact(row.macs),
                    share(row.macs_share, 1),
                    milliseconds(row.seconds),
                    share(row.time_share, 1),
                )
                for row in by_kind(timing)
            ),
            ("Whole", exact(timing.macs), "100.0 %", milliseconds(timing.profiled_s), "100.0 %"),
        ],
    )
    st.caption(
        f"From the engine's record of its steps, in {timing.whole.runs} further passes: the mean of the faster half. "
        "What runs in one step with a convolution (normalization, activation, addition) is counted there."
    )
    slowest = st.expander("The slowest layers", key="slowest_layers", on_change="rerun")
    if slowest.open:
        with slowest:
            _show_slowest(timing)


def _show_slowest(timing: "Timing") -> None:
    show_table(
        ("Layer", "Time", "of time", "of MACs", "MACs per byte", "Rate", "With"),
        [
            (
                layer.name,
                milliseconds(layer.seconds),
                share(layer.seconds, timing.profiled_s),
                share(layer.macs, timing.macs),
                f"{layer.intensity:.3g}",
                rate(layer.macs_per_s, "MAC") if layer.macs else "–",
                ", ".join(layer.fused) or "–",
            )
            for layer in timing.slowest[:_SLOWEST]
        ],
    )


def _show_measured_so_far(configs: Mapping[str, Config]) -> None:
    """The compared networks that were timed, side by side: fewer parameters need not be faster."""
    known = [
        (title, timing)
        for title, config in configs.items()
        for batch in _BATCHES
        if (timing := timing_of(config, batch)) is not None
    ]
    if len(known) < 2:
        return
    st.subheader("Measured so far")
    show_table(
        ("Network", "Images in a pass", "Parameters", "MACs of an image", "One image", "Rate"),
        [
            (
                title,
                str(timing.batch),
                exact(cache.tally(timing.config).params),
                rounded(cache.tally(timing.config).macs),
                milliseconds(timing.image_s),
                rate(timing.macs_per_s, "MAC"),
            )
            for title, timing in known
        ],
    )
    st.caption("The median of each, by its images. They were measured one after the other, in different moments.")
