"""Measured times as colours: what was timed on this machine, and a button that times the rest."""

from collections.abc import Collection, Mapping

import streamlit as st

from explorer.arch.knobs import Config
from explorer.errors import EngineError
from explorer.figures.heat.timed import TIME, time_colouring
from explorer.quantities import milliseconds
from explorer.ui.colours.colours import FLOW_COLOURS, Colours
from explorer.ui.links.linked import asked_for
from explorer.ui.links.parts.drawing_link import HEAT
from explorer.ui.session.error_boundary import explained
from explorer.ui.timed.circumstances import circumstances
from explorer.ui.timed.measuring import timed, timing_of
from explorer.ui.widgets.plain_words import plain

_STEPS = (
    "**Time** of one pass of one image, from the engine's record of its steps, exact to about 1 µs. Without colour is "
    "what has no time of its own: it runs in the step of another layer, as a normalization does in that of the "
    "convolution before it. A closed module has the sum of its layers."
)


def takes_long(configs: Collection[Config]) -> bool:
    """Whether times are asked for that have to be measured. No click in a fragment would end that: the page does it."""
    if asked_for(HEAT) != TIME:
        return False
    try:
        return _can_be_timed() and any(timing_of(config) is None for config in configs)
    except EngineError:  # said where the drawing is
        return False


def time_colours(configs: Mapping[str, Config]) -> Colours:
    """The times of these networks, by title, if all of them were timed.

    Raises:
        EngineError: If there is no such engine.
    """
    if not _can_be_timed():
        from explorer.model.timing.needs import NO_LAYER_TIMES

        st.info(f"There are no times to colour by. {NO_LAYER_TIMES}", icon=":material/timer_off:")
        return FLOW_COLOURS
    known = {title: timing for title, config in configs.items() if (timing := timing_of(config)) is not None}
    if len(known) < len(configs):
        return FLOW_COLOURS
    wholes = "; ".join(
        f"{plain(title)} {milliseconds(each.profiled_s)}, of which {milliseconds(each.between_s)} belong to no layer"
        for title, each in known.items()
    )
    timings = tuple(known.values())
    cautions = dict.fromkeys(timing.machine.caution for timing in timings)
    words = " ".join((_STEPS, f"The whole: {wholes}.", circumstances(timings), *cautions))
    return Colours(time_colouring(timings), words)


def offer_times(configs: Collection[Config]) -> None:
    """A button that times what was not timed yet; then the page is drawn anew. To be called outside of fragments."""
    count = len(configs)
    label = f"Timing each layer of {count} networks" if count > 1 else "Timing each layer"
    with explained():
        if timed(label, "Measuring", tuple(configs), key="colours") is not None:
            st.rerun()


def _can_be_timed() -> bool:
    from explorer.model.timing.needs import has_record

    return has_record()
