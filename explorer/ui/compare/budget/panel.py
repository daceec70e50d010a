"""The budget: the widths and repeats that cost no more than a limit, and a button that turns the knobs to one."""

from functools import partial

import streamlit as st

from explorer.arch.knobs import Config
from explorer.counting.frontier import Plane, plane_of, setting_of
from explorer.counting.limits import QUANTITIES, Quantity
from explorer.counting.measured.prediction import PREDICTED, predicted_time
from explorer.errors import ConfigError
from explorer.figures.comparison.budget_plane import budget_plane
from explorer.ui.compare.budget.frontier_view import is_applied_just_now, offer_settings, show_numbers
from explorer.ui.compare.budget.limit_choice import (
    COUNTED,
    choose_quantity,
    choose_reference,
    is_predicted,
    typed_limit,
)
from explorer.ui.compare.budget.predicted_time import Timed, show_judgement, timed_relatives
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.session.long_computation import is_started
from explorer.ui.widgets.charts import show_chart


def show_budget(config: Config) -> None:
    """Asks for a quantity and a limit, and shows which settings of the two knobs keep it; the others are held.

    To be called outside of fragments, for a click in a fragment would not end a measurement.

    Args:
        config: The network at hand. If its width or its repeats cannot be turned, a sentence says what to choose.
    """
    is_applied_just_now()  # this is the run that shows it
    (_show if _takes_long() else _show_at_once)(config)


@st.fragment
def _show_at_once(config: Config) -> None:
    """What is counted: a turn draws nothing else anew."""
    if _takes_long() or is_applied_just_now():
        st.rerun()
    _show(config)


def _takes_long() -> bool:
    return is_predicted() or is_started()


def _show(config: Config) -> None:
    try:
        plane = plane_of(config)
    except ConfigError as error:
        st.info(str(error), icon=":material/tune:")
        return
    name = choose_quantity()
    with explained():
        title, reference = choose_reference(config)
        if name == PREDICTED:
            _show_predicted(config, plane, title, reference)
        else:
            quantity = COUNTED[name]
            most = typed_limit(quantity) if reference is None else quantity.of(cache.tally(reference))
            _show_within(config, plane, quantity, most, title)


def _show_predicted(config: Config, plane: Plane, title: str, reference: Config | None) -> None:
    known = timed_relatives(plane, title, reference)
    if known is None:
        return
    quantity = predicted_time(known.prediction)
    most = typed_limit(quantity) if known.reference is None else 1000 * known.reference.image_s
    _show_within(config, plane_of(config, (*QUANTITIES, quantity)), quantity, most, title, known)


def _show_within(
    config: Config, plane: Plane, quantity: Quantity, most: float, reference: str, known: Timed | None = None
) -> None:
    """The chart, the frontier, and of milliseconds how well they are predicted.

    Args:
        config: The network at hand.
        plane: All settings, with their costs.
        quantity: What is limited.
        most: The limit.
        reference: What has just so much; "" for a number.
        known: What milliseconds are predicted from.
    """
    own = setting_of(config, tuple(plane.settings[0][0].costs))
    draw = partial(budget_plane, plane, quantity, most, own, reference=reference)
    of = (plane.base, quantity, most, own.width, own.repeats, reference)
    show_chart(cache.chart(draw, *of), "chart_budget")
    frontier = plane.frontier({quantity: most})
    if not frontier:
        nearest = plane.nearest({quantity: most})
        st.warning(f"Nothing is admissible. Nearest is {plane.words(nearest)}: {nearest.above({quantity: most})}.")
        return
    st.caption(
        "The frontier: of the settings that cost no more than the limit those than which no other has as much of "
        "both. All other knobs are held. Between the steps of the knobs the limit's line is a guide."
    )
    offer_settings(plane, quantity, own, frontier)
    show_numbers(plane, quantity, most, frontier)
    if known is not None:
        show_judgement(plane, quantity, frontier, known)
