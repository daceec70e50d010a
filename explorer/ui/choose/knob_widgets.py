"""The knobs at the side: one widget for each field of the configuration, bound to the link."""

from itertools import groupby
from typing import Any

import streamlit as st

from explorer.arch.knobs import NONE, Choice, Config, Decimal, Flag, Knob, WholeNumber, knobs
from explorer.configuration.link import NETWORK
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PRESETS, network_of, preset_of
from explorer.errors import ConfigError
from explorer.ui.widgets.plain_words import plain

PRESET = "preset"
_ASKED, _AGAIN = "knobs_asked_for", "knobs_to_turn_again"
WIDE_RANGE = 2000
"""From here on a slider is too coarse, and a number is typed."""


def architecture_controls() -> Config:
    """Draws presets and knobs; returns the configuration that they stand at."""
    again = st.session_state.pop(_AGAIN, None)
    if again is not None:
        _turn(again)
    preset_place = st.container()
    st.pills(
        "Network",
        tuple(NETWORKS),
        default=DEFAULT_NETWORK.name,
        required=True,
        key=NETWORK,
        bind="query-params",
        on_change=_apply_network,
        help="Each network has knobs of its own; choosing one sets them as its paper does.",
    )
    described = NETWORKS[st.session_state[NETWORK]]
    default = described.config()
    values = {}
    for group, names in groupby(knobs(described.config).items(), key=lambda item: item[1].group):
        st.subheader(group, divider="gray")
        for name, knob in names:
            values[name] = _widget(name, knob, getattr(default, name))
    config = described.config(**values)
    asked = st.session_state.pop(_ASKED, None)
    if again is None and asked not in (None, config):
        # A knob whose range is another in the new network is a new widget, and Streamlit lets a new widget begin with
        # what the link still says. The second time it is no longer new.
        st.session_state[_AGAIN] = asked
        st.rerun()
    with preset_place:
        _presets(config)
    return config


def _presets(config: Config) -> None:
    preset = preset_of(config)
    st.session_state[PRESET] = preset.name if preset else None
    st.pills(
        "Preset",
        tuple(PRESETS),
        key=PRESET,
        on_change=_apply_preset,
        help="Networks worth starting from; turn any knob afterwards. "
        + " ".join(f"**{each.name}**: {each.story}" for each in PRESETS.values()),
    )
    st.button(
        "Reset to the paper",
        on_click=set_knobs,
        args=(PRESETS["paper"].config,),
        disabled=preset is not None and preset.name == "paper",
        width="stretch",
    )


def _apply_network() -> None:
    # Knobs that two networks share would keep the value that the other one had: VGG-16 without its dense layers.
    set_knobs(NETWORKS[st.session_state[NETWORK]].config())


def _apply_preset() -> None:
    name = st.session_state[PRESET]
    if name is not None:  # a click on the preset that is shown takes it back: nothing to do
        set_knobs(PRESETS[name].config)


def set_knobs(config: Config) -> None:
    """Turns all knobs to `config`; to be called before they are drawn, as in a callback."""
    _turn(config)
    st.session_state[_ASKED] = config


def _turn(config: Config) -> None:
    st.session_state[NETWORK] = network_of(config).name
    for name, knob in knobs(type(config)).items():
        st.session_state[name] = _shown_value(knob, getattr(config, name))


def _shown_value(knob: Knob, value: Any) -> Any:
    """The value in the form that the knob's widget holds."""
    if _slides(knob):
        return value
    text = knob.text(value)
    return "" if text == NONE and not isinstance(knob, Choice) else text


def _slides(knob: Knob) -> bool:
    """Whether a slider is fine enough for the knob."""
    if isinstance(knob, WholeNumber):
        return not knob.optional and knob.high is not None and knob.high - knob.low <= WIDE_RANGE
    return isinstance(knob, Decimal)


def _widget(name: str, knob: Knob, default: Any) -> Any:
    """Draws the knob and returns its value. Few kinds of widget: each is a script that the browser loads first."""
    label = f"{knob.label} ({knob.unit})" if knob.unit else knob.label
    shown = _shown_value(knob, default)
    common: dict[str, Any] = {"key": name, "help": knob.full_help, "bind": "query-params"}
    if isinstance(knob, WholeNumber | Decimal) and _slides(knob):
        return st.slider(label, knob.low, knob.high, shown, knob.step, format=_digits(knob), **common)
    if isinstance(knob, Choice | Flag):
        texts = [knob.text(option) for option in knob.options]
        return knob.parse(st.segmented_control(label, texts, default=shown, required=True, width="stretch", **common))
    return _typed(knob, st.text_input(label, shown, placeholder=NONE, **common), default)


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
