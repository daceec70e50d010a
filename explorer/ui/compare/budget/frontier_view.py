"""The frontier as a choice that turns the knobs, and in numbers."""

import streamlit as st

from explorer.arch.knobs import Config, knobs
from explorer.counting.frontier import Plane, Setting
from explorer.counting.limits import Quantity
from explorer.quantities import share
from explorer.ui.knobs.turning import set_knobs
from explorer.ui.widgets.table import show_table

_IS_APPLIED = "budget_is_applied"


def offer_settings(plane: Plane, quantity: Quantity, own: Setting, frontier: tuple[Setting, ...]) -> None:
    """The frontier to choose from: a click turns the knobs; pressed is the one at which they stand."""
    settings = {f"{setting.width:g} × {setting.repeats}": setting for setting in frontier}
    stands = (own.width, own.repeats)
    # Another frontier is another choice, in which nothing is pressed yet.
    key = f"budget setting {list(settings)}"
    st.session_state[key] = next((words for words, at in settings.items() if (at.width, at.repeats) == stands), None)
    fields = knobs(type(plane.base))
    axes = f"{fields[plane.width_knob].label.lower()} × {fields[plane.repeats_knob].label.lower()}"
    of = f" of {quantity.title.lower()} {quantity.origin}" if quantity.origin else ""
    st.pills(
        f"On the frontier{of}, {axes}",
        tuple(settings),
        key=key,
        on_change=_apply,
        args=(key, {words: plane.config(setting) for words, setting in settings.items()}),
        help="A click turns the two knobs to it.",
    )


def is_applied_just_now() -> bool:
    """Whether a click has turned the knobs and nobody has asked yet: these stand outside of the budget's fragment."""
    return bool(st.session_state.pop(_IS_APPLIED, False))


def _apply(key: str, configs: dict[str, Config]) -> None:
    words = st.session_state[key]
    if words is not None:  # a second click on it takes nothing back
        set_knobs(configs[words])
        st.session_state[_IS_APPLIED] = True


def show_numbers(plane: Plane, quantity: Quantity, most: float, frontier: tuple[Setting, ...]) -> None:
    """Every cost of the settings, and what they take of the limit."""
    numbers = st.expander("The frontier in numbers", key="budget_in_numbers", on_change="rerun")
    if not numbers.open:
        return
    fields, quantities = knobs(type(plane.base)), tuple(frontier[0].costs)
    columns = (
        fields[plane.width_knob].label,
        fields[plane.repeats_knob].label,
        *(each.title for each in quantities),
        f"{quantity.title}, of the limit",
    )
    rows = [
        (
            f"{setting.width:g}",
            str(setting.repeats),
            *(each.write(setting.costs[each]) for each in quantities),
            share(setting.costs[quantity], most),
        )
        for setting in frontier
    ]
    with numbers:
        show_table(columns, rows)
