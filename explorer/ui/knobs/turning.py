"""Turning the knobs from elsewhere: a preset, a button, a step of the tour; and clicks that come too early."""

from time import monotonic
from typing import Any

import streamlit as st

from explorer.arch.knobs import NONE, Choice, Config, Decimal, Knob, WholeNumber, knobs
from explorer.configuration.link import NETWORK
from explorer.configuration.registry import DEFAULT_NETWORK, network_of
from explorer.ui.links.kept import keep
from explorer.ui.links.parts.freed_link import give_all_back
from explorer.ui.session import state

_WANTED, _ONCE_MORE, _LATELY = "wanted_configuration", "configuration_once_more", "configurations_lately"
LAG_S = 2.0
"""So long a browser may send the knobs as they stood before they were turned for it."""

WIDE_RANGE = 2000
"""From here on a slider is too coarse, and a number is typed."""


def set_knobs(config: Config) -> None:
    """Turns all knobs to `config`, and locks those that weights set; to be called before they are drawn."""
    give_all_back()
    _turn(config)


def turn_back(config: Config) -> None:
    """Turns all knobs to where they stood, and leaves those unlocked that were; to be called before they are drawn."""
    _turn(config)


def _turn(config: Config) -> None:
    now = monotonic()
    lately = [(then, each) for then, each in st.session_state.get(_LATELY, ()) if now - then < LAG_S]
    st.session_state[_LATELY] = (*lately, (now, state.config()), (now, config))
    st.session_state[_WANTED] = config
    network = network_of(config)
    keep(NETWORK, "" if network is DEFAULT_NETWORK else network.name)
    for name, knob in knobs(type(config)).items():
        st.session_state[name] = shown_value(knob, getattr(config, name))


def say_in_link_again() -> None:
    """After another page: knobs of which the link says nothing are turned to where they stand, so that it holds them.

    A browser that has not drawn a knob yet when a page is chosen leaves the knob's part of the link behind.
    """
    for name in knobs(type(state.config())):
        if name in st.session_state and name not in st.query_params:
            st.session_state[name] = st.session_state[name]


def turn_once_more() -> bool:
    """At the beginning: turns the knobs that the last run asked for once more; whether it did."""
    once_more = st.session_state.pop(_ONCE_MORE, None)
    if once_more is not None:
        _turn(once_more)
    return once_more is not None


def settle(config: Config, is_once_more: bool) -> None:
    """At the end: runs again if the widgets, which gave `config`, stand otherwise than they were turned for a person.

    Args:
        config: What the knobs stand at.
        is_once_more: Whether this run turned them once more.
    """
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is None:
        wanted = _overtaken(config)
    if wanted is None:
        return
    if wanted != config and not is_once_more:
        # A knob whose range is another than before is a new widget to Streamlit, which begins as the link says. By now
        # it is known, and stands where it is put.
        st.session_state[_ONCE_MORE] = wanted
        st.rerun()
    # The whole link once more: of two quick clicks the browser may have got the first one's link after it had sent
    # the second, which then finds nothing to change in the link that it came with.
    st.query_params.update()


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


def shown_value(knob: Knob, value: Any) -> Any:
    """The value in the form that the knob's widget holds."""
    if slides(knob):
        return value
    text = knob.text(value)
    if isinstance(knob, WholeNumber) and knob.stops:
        return text
    return "" if text == NONE and not isinstance(knob, Choice) else text


def slides(knob: Knob) -> bool:
    """Whether a slider is fine enough for the knob."""
    if isinstance(knob, WholeNumber):
        return not knob.optional and knob.high is not None and knob.high - knob.low <= WIDE_RANGE
    return isinstance(knob, Decimal)
