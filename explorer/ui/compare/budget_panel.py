"""The budget: the widths and repeats that cost no more than a limit, and a button that turns the knobs to one."""

from functools import partial

import streamlit as st

from explorer.arch.knobs import Config, knobs
from explorer.configuration.named import title_of
from explorer.configuration.registry import NETWORKS
from explorer.counting.frontier import Plane, Setting, plane_of, setting_of
from explorer.counting.limits import QUANTITIES, Quantity, limit
from explorer.errors import ConfigError
from explorer.figures.comparison.budget_plane import budget_plane
from explorer.quantities import share
from explorer.ui.compare.chosen import alike
from explorer.ui.knobs.turning import set_knobs
from explorer.ui.links.parts.compared_link import USUAL_REFERENCES
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.table import show_table

_NUMBER = "a number"
_IS_APPLIED = "budget_is_applied"
_QUANTITIES = {quantity.name: quantity for quantity in QUANTITIES}


@st.fragment
def show_budget(config: Config) -> None:
    """Asks for a quantity and a limit, and shows which settings of the two knobs keep it; the others are held.

    Args:
        config: The network at hand. If its width or its repeats cannot be turned, a sentence says what to choose.
    """
    try:
        plane, own = plane_of(config), setting_of(config)
    except ConfigError as error:
        st.info(str(error), icon=":material/tune:")
        return
    quantity = _choose_quantity()
    with explained():
        most, reference = _choose_limit(quantity, config)
        draw = partial(budget_plane, plane, quantity, most, own, reference=reference)
        of = (plane.base, quantity.name, most, own.width, own.repeats, reference)
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
        _offer(plane, own, frontier)
        _show_numbers(plane, quantity, most, frontier)


def _choose_quantity() -> Quantity:
    name = st.segmented_control(
        "Count",
        tuple(_QUANTITIES),
        default=QUANTITIES[0].name,
        required=True,
        format_func=lambda name: _QUANTITIES[name].title,
        key="budget_quantity",
        help="Memory is of float32, feature maps of one image.",
    )
    return _QUANTITIES[name]


def _choose_limit(quantity: Quantity, config: Config) -> tuple[float, str]:
    """The limit, and the name of the network that it is of; "" for a number.

    Raises:
        ConfigError: If what was typed is no number.
    """
    names = dict.fromkeys((*USUAL_REFERENCES, *NETWORKS))
    networks = {title_of(each): alike(each, config) for each in (NETWORKS[name].config() for name in names)}
    name = st.selectbox(
        "No more than",
        (*networks, _NUMBER),
        key="budget_reference",
        help="Networks are counted at your input size and with your classes, as far as they can have them.",
    )
    if name in networks:
        return quantity.of(cache.tally(networks[name])), name
    # A key for each quantity: five million parameters are no bytes.
    typed = st.text_input(
        f"At the most, {quantity.words}", quantity.example, max_chars=40, key=f"budget number {quantity.name}"
    )
    return limit(quantity, typed), ""


def _offer(plane: Plane, own: Setting, frontier: tuple[Setting, ...]) -> None:
    """The frontier to choose from: a click turns the knobs; pressed is the one at which they stand."""
    settings = {f"{setting.width:g} × {setting.repeats}": setting for setting in frontier}
    stands = (own.width, own.repeats)
    # Another frontier is another choice, in which nothing is pressed yet.
    key = f"budget setting {list(settings)}"
    st.session_state[key] = next((words for words, at in settings.items() if (at.width, at.repeats) == stands), None)
    fields = knobs(type(plane.base))
    st.pills(
        f"On the frontier, {fields[plane.width_knob].label.lower()} × {fields[plane.repeats_knob].label.lower()}",
        tuple(settings),
        key=key,
        on_change=_apply,
        args=(key, {words: plane.config(setting) for words, setting in settings.items()}),
        help="A click turns the two knobs to it.",
    )
    if st.session_state.pop(_IS_APPLIED, False):
        st.rerun()  # the whole page: knobs and totals stand outside of this fragment


def _apply(key: str, configs: dict[str, Config]) -> None:
    words = st.session_state[key]
    if words is not None:  # a second click on it takes nothing back
        set_knobs(configs[words])
        st.session_state[_IS_APPLIED] = True


def _show_numbers(plane: Plane, quantity: Quantity, most: float, frontier: tuple[Setting, ...]) -> None:
    numbers = st.expander("The frontier in numbers", key="budget_in_numbers", on_change="rerun")
    if not numbers.open:
        return
    fields = knobs(type(plane.base))
    columns = (
        fields[plane.width_knob].label,
        fields[plane.repeats_knob].label,
        *(each.title for each in QUANTITIES),
        f"{quantity.title}, of the limit",
    )
    rows = [
        (
            f"{setting.width:g}",
            str(setting.repeats),
            *(each.write(setting.costs[each]) for each in QUANTITIES),
            share(setting.costs[quantity], most),
        )
        for setting in frontier
    ]
    with numbers:
        show_table(columns, rows)
