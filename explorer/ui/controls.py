"""The knobs at the side: one widget for each field of the configuration, bound to the link."""

from itertools import groupby
from typing import Any

import streamlit as st

from explorer.arch.knobs import NONE, Choice, Config, Decimal, Flag, Knob, WholeNumber, WholeNumbers, knobs
from explorer.arch.link import DEFAULT_NETWORK, NETWORK
from explorer.arch.networks import NETWORKS, PRESETS, network_of, preset_of
from explorer.errors import ConfigError

PRESET = "preset"
WIDE_RANGE = 2000
"""From here on a slider is too coarse, and a number is typed."""


def architecture_controls() -> Config:
    """Draws presets and knobs; returns the configuration that they stand at."""
    preset_place = st.container()
    st.pills(
        "Network",
        tuple(NETWORKS),
        default=DEFAULT_NETWORK.name,
        required=True,
        key=NETWORK,
        bind="query-params",
        help="Xception has all the knobs. The tutorials' reproductions and Inception V3 are fixed networks: "
        "only their input and their classes can be changed.",
    )
    described = NETWORKS[st.session_state[NETWORK]]
    default = described.config()
    values = {}
    for group, names in groupby(knobs(described.config).items(), key=lambda item: item[1].group):
        st.subheader(group, divider="gray")
        for name, knob in names:
            values[name] = _widget(name, knob, getattr(default, name))
    config = described.config(**values)
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


def _apply_preset() -> None:
    name = st.session_state[PRESET]
    if name is not None:  # a click on the preset that is shown takes it back: nothing to do
        set_knobs(PRESETS[name].config)


def set_knobs(config: Config) -> None:
    """Turns all knobs to `config`; to be called before they are drawn, as in a callback."""
    st.session_state[NETWORK] = network_of(config).name
    for name, knob in knobs(type(config)).items():
        st.session_state[name] = _shown_value(knob, getattr(config, name))


def _shown_value(knob: Knob, value: Any) -> Any:
    """The value in the form that the knob's widget holds."""
    return knob.text(value) if isinstance(knob, Choice | WholeNumbers) else value


def _widget(name: str, knob: Knob, default: Any) -> Any:
    unit = f" ({knob.unit})" if knob.unit else ""
    common = {"key": name, "help": knob.help, "bind": "query-params"}
    match knob:
        case WholeNumber(high=None) | WholeNumber(optional=True):
            empty = f"{NONE}: type a number, 1 and up" if knob.optional else None
            return st.number_input(
                knob.label, knob.low, knob.high, value=default, step=knob.step, placeholder=empty, **common
            )
        case WholeNumber() if knob.high - knob.low > WIDE_RANGE:
            return st.number_input(f"{knob.label}{unit}", knob.low, knob.high, value=default, step=knob.step, **common)
        case WholeNumber():
            return st.slider(f"{knob.label}{unit}", knob.low, knob.high, default, knob.step, **common)
        case Decimal():
            return st.slider(knob.label, knob.low, knob.high, default, knob.step, **common)
        case Flag():
            return st.toggle(knob.label, default, **common)
        case Choice():
            texts = [knob.text(option) for option in knob.options]
            return knob.parse(
                st.segmented_control(
                    knob.label, texts, default=knob.text(default), required=True, width="stretch", **common
                )
            )
        case WholeNumbers():
            return _typed(knob, st.text_input(f"{knob.label}{unit}", "", placeholder=NONE, **common))
    raise TypeError(f"no widget for {type(knob).__name__}")


def _typed(knob: WholeNumbers, text: str) -> Any:
    """What was typed as a value; if it is not one, says so and takes the nearest."""
    try:
        asked = knob.parse(text.strip())
    except ValueError:
        st.error(f"Expected {knob.range}, separated by commas, got {text[:40]!r}. None are used.")
        return ()
    try:
        return knob.check(knob.label, asked)
    except ConfigError as error:
        taken = knob.nearest(asked)
        st.error(f"{error}. {knob.text(taken)} is used.")
        return taken
