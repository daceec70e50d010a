"""In what circumstances networks were timed, and whether others used the machine meanwhile."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config
from explorer.quantities import memory, rate
from explorer.ui.timed.measuring import forget

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing


def show_caution(timings: "Sequence[Timing]") -> None:
    """A warning if the machine was busy when one of them was measured; of several the busiest moment's."""
    machine = max((timing.machine for timing in timings), key=lambda machine: machine.load or 0.0)
    if machine.caution:
        st.warning(machine.caution, icon=":material/speed:")


def circumstances(timings: "Sequence[Timing]") -> str:
    """Moment, machine, engine and passes of what was timed, all with one engine and as many images in a pass."""
    last = max(timings, key=lambda timing: timing.measured_at)
    machine = last.machine
    moments = sorted({timing.moment for timing in timings})
    moment = moments[0] if len(moments) == 1 else f"from {moments[0]} to {moments[-1]}"
    cache_words = f", largest cache {memory(machine.cache_bytes)}" if machine.cache_bytes else ""
    load = "" if machine.load is None else f" Load before: {machine.load:.1f}."
    each = "" if len(timings) == 1 else " of each network"
    return (
        f"**Measured** {moment} on {machine.cpu}, {machine.cores} cores{cache_words}; {last.engine_title} "
        f"{last.engine_version}, {machine.threads} threads, float32, images in a pass: {last.batch}; "
        f"{last.whole.runs} passes{each} after {last.warm_up} to warm up.{load} Weights are random: the time does not "
        "depend on them."
    )


def at_best(timing: "Timing") -> str:
    """What the machine could do when it was measured."""
    machine = timing.machine
    return (
        f"**This machine at best**: {rate(machine.macs_per_s, 'MAC')}, by {machine.arithmetic_by}; "
        f"{rate(machine.bytes_per_s, 'B')}, by {machine.memory_by}. They meet at {machine.ridge:.3g} MACs per byte."
    )


def offer_again(timings: "Sequence[Timing]", *, key: str) -> None:
    """A button that lets go of what was measured; `key` is unique on the page."""
    st.button(
        "Measure again",
        icon=":material/refresh:",
        key=key,
        help=f"Lets go of what was measured of {'this network' if len(timings) == 1 else 'these networks'}.",
        on_click=_forget,
        args=(tuple((timing.config, timing.batch) for timing in timings),),
    )


def _forget(measured: tuple[tuple[Config, int], ...]) -> None:
    for config, batch in measured:
        forget(config, batch)
