"""On what several networks were timed, and a button that lets go of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config
from explorer.ui.timed.measuring import forget

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing


def show_circumstances(timings: Sequence["Timing"], *, key: str) -> None:
    """A warning if others used the machine, then the machine, the engine and the moment.

    Args:
        timings: At least one, of one image in a pass each, all on one machine.
        key: Unique on the page.
    """
    last = max(timings, key=lambda timing: timing.measured_at)
    caution = next((timing.machine.caution for timing in timings if timing.machine.caution), "")
    if caution:
        st.warning(caution, icon=":material/speed:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Measured until {last.moment} on {last.machine.cpu}; {last.engine_title} {last.engine_version}, "
            f"{last.machine.threads} threads, float32, one image in a pass."
        )
        st.button(
            "Measure again",
            icon=":material/refresh:",
            key=key,
            help="Lets go of what was measured of these networks.",
            on_click=_forget,
            args=(tuple(timing.config for timing in timings),),
        )


def _forget(configs: tuple[Config, ...]) -> None:
    for config in configs:
        forget(config, 1)
