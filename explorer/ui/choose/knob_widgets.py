"""The knobs at the side: one widget for each field of the configuration, bound to the link."""

from itertools import groupby
from time import monotonic
from typing import Any

import streamlit as st

from explorer.arch.common_knobs import SEPARABLE
from explorer.arch.knobs import NONE, Choice, Config, Decimal, Flag, Knob, WholeNumber, knobs
from explorer.arch.network import Network
from explorer.configuration.brought import brought_by, with_head_of
from explorer.configuration.link import NETWORK
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PRESETS, network_of, preset_of
from explorer.errors import ConfigError
from explorer.ui.session import state
from explorer.ui.widgets.plain_words import plain

PRESET = "preset"
_WANTED, _ONCE_MORE = "wanted_configuration", "configuration_once_more"
_LEFT_OUT, _LATELY = "knobs_left_out", "configurations_lately"
_MARKED = "presets_marked"
LAG_S = 2.0
"""So long a browser may send the knobs as they stood before they were turned for it."""

WIDE_RANGE = 2000
"""From here on a slider is too coarse, and a number is typed."""


def architecture_controls(by: str = "", trained: Config | None = None) -> Config:
    """Draws the network, its presets and its knobs; returns the configuration that a person turned them to.

    Args:
        by: Name of the weights that the page runs.
        trained: What they were trained in: what they bring is shown as fixed, and a person's own settings wait.
    """
    once_more = st.session_state.pop(_ONCE_MORE, None)
    if once_more is not None:
        set_knobs(once_more)
    name = st.selectbox(
        "Network",
        tuple(NETWORKS),
        index=tuple(NETWORKS).index(DEFAULT_NETWORK.name),
        key=NETWORK,
        bind="query-params",
        on_change=_open_network,
        help="Each network has knobs of its own; choosing one sets them as its paper does.",
    )
    described = NETWORKS[name]
    preset_place = st.container()
    brought = brought_by(trained) if trained is not None else {}
    left_out = st.session_state.get(_LEFT_OUT, ())
    st.session_state[_LEFT_OUT] = tuple(brought)
    own = state.config() if isinstance(state.config(), described.config) else described.config()
    values = {}
    # What the network is named for comes first, the rest as its description has it.
    shown = sorted(knobs(described.config).items(), key=lambda item: item[1].group != SEPARABLE)
    for group, names in groupby(shown, key=lambda item: item[1].group):
        st.subheader(group, divider="gray")
        for knob_name, knob in names:
            if knob_name in brought:
                values[knob_name] = getattr(own, knob_name)
                _fixed(knob_name, knob, brought[knob_name], by)
            else:
                if knob_name in left_out:
                    _take_up(knob_name, knob, own)
                values[knob_name] = _widget(knob_name, knob, getattr(described.config(), knob_name))
    config = described.config(**values)
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is None:
        wanted = _overtaken(config)
    if wanted is not None and wanted != config and once_more is None:
        # A knob whose range is another than before is a new widget to Streamlit, which begins as the link says. By now
        # it is known, and stands where it is put.
        st.session_state[_ONCE_MORE] = wanted
        st.rerun()
    if wanted is not None:
        # The whole link once more: of two quick clicks the browser may have got the first one's link after it had sent
        # the second, which then finds nothing to change in the link that it came with.
        st.query_params.update()
    if trained is not None:
        st.button(
            "Take these settings everywhere",
            help="Turns the knobs of Architecture and Compare to what these weights were trained with.",
            on_click=set_knobs,
            args=(with_head_of(config, trained),),
            width="stretch",
        )
    with preset_place:
        _presets(described, config if trained is None else with_head_of(config, trained))
    return config


def _open_network() -> None:
    """Another network begins as it was published: its size, classes and dense layers are its own."""
    set_knobs(NETWORKS[st.session_state[NETWORK]].config())


def _fixed(name: str, knob: Knob, value: Any, by: str) -> None:
    """A knob that the weights have set: the value in force, which nobody can turn."""
    label = f"{knob.label} ({knob.unit})" if knob.unit else knob.label
    st.text_input(
        label,
        knob.text(value),
        disabled=True,
        key=f"fixed {name} by {by} {knob.text(value)}",
        help=f"Set by the weights {by}. {knob.help}",
    )


def _take_up(name: str, knob: Knob, own: Config) -> None:
    """Where a page left the knob out, because weights had set it, it stands where the person left it."""
    if name not in st.session_state and name not in st.query_params:
        st.session_state[name] = _shown_value(knob, getattr(own, name))


def _presets(described: Network, config: Config) -> None:
    preset = preset_of(config)
    _mark(preset.name if preset else None)
    if described.presets:
        st.pills(
            "Preset",
            tuple(each.name for each in described.presets),
            # A click that took a preset back would bring knobs that the browser has not turned yet, as a person's own.
            required=True,
            key=PRESET,
            on_change=_apply_preset,
            help="Where it is worth starting from; turn any knob afterwards. "
            + " ".join(f"**{each.name}**: {each.story}" for each in described.presets),
        )
    st.button(
        "Reset to the paper" if described is DEFAULT_NETWORK else f"Back to the paper's {DEFAULT_NETWORK.title}",
        on_click=set_knobs,
        args=(PRESETS["paper"].config,),
        disabled=preset is not None and preset.name == "paper",
        width="stretch",
    )


def _mark(name: str | None) -> None:
    """Shows which preset the knobs make; the last few are remembered."""
    marked = st.session_state.get(_MARKED, ())
    if marked[-1:] != (name,):
        st.session_state[_MARKED] = (*marked, name)[-4:]
    st.session_state[PRESET] = name


def _apply_preset() -> None:
    name = st.session_state[PRESET]
    if not _comes_with_a_turn(name):
        set_knobs(PRESETS[name].config)


def _comes_with_a_turn(name: str | None) -> bool:
    """Whether nobody clicked the preset: a knob was turned, and the browser had the mark of a moment ago.

    Of two quick turns the second is sent with the preset that the knobs made before the first, and Streamlit takes
    it for chosen. A click on a preset turns no knob.
    """
    if name is None:
        return True  # nobody can take a preset back
    own = state.config()
    before = {key: _shown_value(knob, getattr(own, key)) for key, knob in knobs(type(own)).items()}
    turned = any(st.session_state.get(key, value) != value for key, value in before.items())
    return turned and name in st.session_state.get(_MARKED, ())


def set_knobs(config: Config) -> None:
    """Turns all knobs to `config`; to be called before they are drawn, as in a callback."""
    now = monotonic()
    lately = [(then, each) for then, each in st.session_state.get(_LATELY, ()) if now - then < LAG_S]
    st.session_state[_LATELY] = (*lately, (now, state.config()), (now, config))
    st.session_state[_WANTED] = config
    st.session_state[NETWORK] = network_of(config).name
    for name, knob in knobs(type(config)).items():
        st.session_state[name] = _shown_value(knob, getattr(config, name))


def _overtaken(config: Config) -> Config | None:
    """What the knobs were turned to a moment ago, if the browser sent `config` before it knew of it; else None.

    With each click a browser sends all knobs as it shows them: the second click of two, and Streamlit takes them for
    turned back by hand.
    """
    lately = st.session_state.get(_LATELY, ())
    if any(config == each and monotonic() - then < LAG_S for then, each in lately[:-1]):
        return lately[-1][1]
    if lately and config != lately[-1][1]:
        del st.session_state[_LATELY]  # it was turned since, and may be turned to where it stood
    return None


def _shown_value(knob: Knob, value: Any) -> Any:
    """The value in the form that the knob's widget holds."""
    if _slides(knob):
        return value
    text = knob.text(value)
    if isinstance(knob, WholeNumber) and knob.stops:
        return text
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
