"""One widget for each knob of the configuration, bound to the link."""

from typing import Any

import streamlit as st

from explorer.arch.knobs import NONE, Choice, Decimal, Flag, Knob, WholeNumber
from explorer.errors import ConfigError
from explorer.ui.knobs.turning import shown_value, slides
from explorer.ui.widgets.plain_words import plain


def label_of(knob: Knob) -> str:
    """The knob's name with its unit."""
    return f"{knob.label} ({knob.unit})" if knob.unit else knob.label


def show_knob(name: str, knob: Knob, default: Any) -> Any:
    """Draws the knob and returns its value. Few kinds of widget: each is a script that the browser loads first."""
    shown = shown_value(knob, default)
    common: dict[str, Any] = {"key": name, "help": knob.full_help, "bind": "query-params"}
    label = label_of(knob)
    if isinstance(knob, WholeNumber | Decimal) and slides(knob):
        return st.slider(label, knob.low, knob.high, shown, knob.step, format=_digits(knob), **common)
    if isinstance(knob, Choice | Flag):
        texts = [knob.text(option) for option in knob.options]
        return knob.parse(st.segmented_control(label, texts, default=shown, required=True, width="stretch", **common))
    if isinstance(knob, WholeNumber) and knob.stops:
        options = _stops(knob, st.session_state.get(name) or st.query_params.get(name, shown))
        return _typed(knob, st.select_slider(label, options, shown, **common), default)
    return _typed(knob, st.text_input(label, shown, placeholder=NONE, **common), default)


def _stops(knob: WholeNumber, text: str) -> list[str]:
    """The stops of a slider as texts; among them whatever a link or a weights file has set it to."""
    values = {*knob.stops, knob.parse(text)}
    return [knob.text(value) for value in sorted(values, key=lambda value: (value is None, value))]


def _digits(knob: WholeNumber | Decimal) -> str | None:
    """How a slider prints its value: with as many digits as a step needs; None if two are enough."""
    return "%.3f" if isinstance(knob, Decimal) and knob.step < 0.01 else None


def _typed(knob: Knob, text: str, default: Any) -> Any:
    """What was typed as a value; if it is not one, says so and takes the nearest, or the default."""
    try:
        asked = knob.parse(text.strip() or NONE)
    except ValueError:
        st.error(plain(f"Expected {knob.range}, got {text[:40]!r}. {knob.text(default)} is used."))
        return default
    try:
        return knob.check(knob.label, asked)
    except ConfigError as error:
        taken = knob.nearest(asked)
        st.error(plain(f"{error}. {knob.text(taken)} is used."))
        return taken
