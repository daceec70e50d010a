"""What is limited, and by what."""

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.named import title_of
from explorer.configuration.registry import NETWORKS
from explorer.counting.limits import QUANTITIES, Quantity, limit
from explorer.counting.measured.prediction import PREDICTED, PREDICTED_TITLE
from explorer.ui.compare.chosen import alike
from explorer.ui.links.parts.compared_link import USUAL_REFERENCES

_NUMBER = "a number"
_QUANTITY = "budget_quantity"
_TITLES = {quantity.name: quantity.title for quantity in QUANTITIES} | {PREDICTED: PREDICTED_TITLE}
COUNTED = {quantity.name: quantity for quantity in QUANTITIES}
"""What needs no measurement, by name."""


def is_predicted() -> bool:
    """Whether milliseconds were chosen."""
    return bool(st.session_state.get(_QUANTITY) == PREDICTED)


def choose_quantity() -> str:
    """Asks what is limited: the name of a quantity that is counted, or `PREDICTED`."""
    return st.segmented_control(
        "Count",
        tuple(_TITLES),
        default=QUANTITIES[0].name,
        required=True,
        format_func=_TITLES.__getitem__,
        key=_QUANTITY,
        help="Memory is of float32, feature maps of one image. Milliseconds are of one image, on this machine.",
    )


def choose_reference(config: Config) -> tuple[str, Config | None]:
    """Asks for a network that has as much as the limit, by its title; "" and None for a number."""
    names = dict.fromkeys((*USUAL_REFERENCES, *NETWORKS))
    networks = {title_of(each): alike(each, config) for each in (NETWORKS[name].config() for name in names)}
    title = st.selectbox(
        "No more than",
        (*networks, _NUMBER),
        key="budget_reference",
        help="Networks are taken at your input size and with your classes, as far as they can have them.",
    )
    return (title, networks[title]) if title in networks else ("", None)


def typed_limit(quantity: Quantity) -> float:
    """Asks for a number.

    Raises:
        ConfigError: If what was typed is none.
    """
    # A key for each quantity: five million parameters are no bytes.
    title = f"At the most, {'milliseconds' if quantity.unit == 'ms' else quantity.words}"
    typed = st.text_input(title, quantity.example, max_chars=40, key=f"budget number {quantity.name}")
    return limit(quantity, typed)
