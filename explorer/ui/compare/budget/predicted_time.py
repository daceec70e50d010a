"""Milliseconds: which relatives are timed to predict them, and how well they are predicted."""

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.knobs import Config, knobs
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.frontier import Plane, Setting
from explorer.counting.limits import Quantity
from explorer.counting.measured.prediction import Prediction, prediction_from
from explorer.quantities import milliseconds
from explorer.ui.timed.circumstances import circumstances, offer_again, show_caution
from explorer.ui.timed.measuring import timed, timing_of
from explorer.ui.widgets.table import show_table

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing

_JUDGED = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """What was timed.

    Attributes:
        prediction: From the relatives.
        reference: The network that is the limit; None for a number.
    """

    prediction: Prediction
    reference: "Timing | None"


def timed_relatives(plane: Plane, title: str, reference: Config | None) -> Timed | None:
    """What is predicted from, and the limit; None, and a button that times both, until that is done.

    Args:
        plane: All settings.
        title: Of the network that is the limit; "" for a number.
        reference: That network; None for a number.

    Raises:
        BudgetError: If the network, or the narrowest setting, would not fit into the memory budget.
        EngineError: If the engine does not tell what each layer takes.
    """
    from explorer.model.timing.for_prediction import RUNS, networks_to_predict_from

    relations = networks_to_predict_from(plane)
    described, fields = network_of(plane.base).title, knobs(type(plane.base))
    widths = ", ".join(f"{getattr(config, plane.width_knob):g}" for config in relations)
    st.caption(
        f"Milliseconds of one image are predicted from layers measured here, in {len(relations)} networks: "
        f"{described} as it stands, with {fields[plane.width_knob].label.lower()} {widths} and "
        f"{getattr(relations[0], plane.repeats_knob)} {fields[plane.repeats_knob].label.lower()}. "
        + (f"The limit is {title}, measured as a whole." if title else "")
    )
    configs = tuple(dict.fromkeys((*relations, *((reference,) if reference is not None else ()))))
    missing = sum(timing_of(config) is None for config in configs)
    known = timed(
        f"The measurement of {_networks(missing)}", _networks(missing), configs, runs=RUNS, key="timing budget"
    )
    if known is None:
        return None
    measured = tuple(known.values())
    show_caution(measured)
    st.caption(circumstances(measured))
    offer_again(measured, key="time_relatives_again")
    prediction = prediction_from(tuple(known[config] for config in relations))
    return Timed(prediction, None if reference is None else known[reference])


def _networks(count: int) -> str:
    return f"{count} networks" if count > 1 else "one network"


def show_judgement(plane: Plane, quantity: Quantity, frontier: tuple[Setting, ...], known: Timed) -> None:
    """Three settings of the frontier, predicted and then measured.

    Args:
        plane: All settings.
        quantity: The predicted time.
        frontier: At least one setting.
        known: What it is predicted from.
    """
    from explorer.model.timing.for_prediction import RUNS

    st.subheader("Predicted and measured")
    judged = {plane.config(setting): setting for setting in _ends_and_middle(plane, frontier, known)}
    if not judged:
        st.caption("No other setting of the frontier can be measured here: the memory budget is too small for it.")
        return
    missing = sum(timing_of(config) is None for config in judged)
    words = f"{_networks(missing)} of the frontier"
    measured = timed(f"The measurement of {words}", words.capitalize(), tuple(judged), runs=RUNS, key="timing frontier")
    if measured is None:
        st.caption("None of these was measured to predict from: they show how far predictions can be trusted.")
        return
    fields, ratios, rows = knobs(type(plane.base)), [], []
    for config, setting in judged.items():
        predicted_s, measured_s = setting.costs[quantity] / 1000, measured[config].image_s
        ratios.append(predicted_s / measured_s)
        place = f"{setting.width:g} × {setting.repeats}"
        rows.append((place, milliseconds(predicted_s), milliseconds(measured_s), f"{ratios[-1]:.2f}"))
    axes = f"{fields[plane.width_knob].label} × {fields[plane.repeats_knob].label.lower()}"
    show_table((axes, "Predicted", "Measured", "Ratio"), rows)
    off = [abs(ratio - 1) for ratio in ratios]
    st.caption(
        f"A ratio of 1 would be exact: these are {100 * median(off):.0f} % off at the median and "
        f"{100 * max(off):.0f} % at the most. Each was measured in a moment of its own, and whatever else the machine "
        "did then is in it."
    )


def _ends_and_middle(plane: Plane, frontier: tuple[Setting, ...], known: Timed) -> tuple[Setting, ...]:
    """Up to three that were not measured to predict from, and fit into the memory budget."""
    from explorer.model.timing.needs import fits

    of = {timing.config for timing in known.prediction.timings}
    configs = {plane.config(setting): setting for setting in frontier}
    others = [each for config, each in configs.items() if config not in of and fits(graph_of(config), batch=1)]
    if len(others) <= _JUDGED:
        return tuple(others)
    return others[0], others[len(others) // 2], others[-1]
