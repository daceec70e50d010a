"""The knobs at the side: those of the network that is chosen, as the page can use them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import streamlit as st

from explorer.arch.common_knobs import SEPARABLE
from explorer.arch.knobs import Config, Knob, knobs
from explorer.arch.network import Network
from explorer.configuration.brought import with_head_of
from explorer.ui.knobs.fixed import Setters, show_fixed, show_way_back
from explorer.ui.knobs.network_choice import choose_network, choose_preset
from explorer.ui.knobs.turning import set_knobs, settle, shown_value, turn_once_more
from explorer.ui.knobs.widgets import show_knob
from explorer.ui.links.parts.freed_link import freed
from explorer.ui.session import state
from explorer.ui.session.first_paint import draw_behind_numbers

_LEFT_OUT, _REST = "knobs_left_out", "further_knobs"


@dataclass(frozen=True)
class _Knobs:
    """How the knobs of a network are drawn.

    Attributes:
        network: Which.
        own: What a person turned them to.
        setters: The weights that the page runs, if it does.
        looks: Whether the page runs the network.
        left_out: Names of those that the last page left out.
    """

    network: Network
    own: Config
    setters: Setters | None
    looks: bool
    left_out: tuple[str, ...]


def architecture_controls(
    setters: Setters | None = None, *, looks: bool = False, is_plain: bool = False
) -> tuple[Config, Config]:
    """Draws the network, its presets and its knobs.

    Returns what a person turned them to, and that with what the weights set: the network that runs.

    Args:
        setters: The weights that the page runs: what they set is shown as fixed, and a person's own settings wait.
        looks: Whether the page runs the network, where what works in training alone is left out.
        is_plain: Whether nobody has turned anything yet: then presets and all but the first knobs are drawn behind the
            page's numbers. A browser takes a tenth of a second for half a dozen.
    """
    is_once_more = turn_once_more()
    described, preset_place = choose_network()
    own = state.config() if isinstance(state.config(), described.config) else described.config()
    how = _Knobs(described, own, setters, looks, st.session_state.get(_LEFT_OUT, ()))
    # What the network is named for comes first, the rest as its description has it.
    shown = sorted(knobs(described.config).items(), key=lambda item: item[1].group != SEPARABLE)
    groups = {group: dict(members) for group, members in groupby(shown, key=lambda item: item[1].group)}
    values: dict[str, Any] = {}
    now_left_out: list[str] = []
    in_sight = {group: groups.pop(group) for group in (SEPARABLE,) if group in groups}
    _show_groups(in_sight, how, values, now_left_out)
    show_rest = partial(_show_groups_in, st.container(key=_REST), groups, how)
    if is_plain:
        seen = dict(values)
        values |= {name: getattr(own, name) for members in groups.values() for name in members}
    else:
        show_rest(values, now_left_out)
    st.session_state[_LEFT_OUT] = tuple(now_left_out)
    config = described.config(**values)
    settle(config, is_once_more)
    in_force = with_head_of(config, setters.trained, freed()) if setters else config
    if setters:
        st.button(
            "Take these settings everywhere",
            help="Turns the knobs of Architecture and Compare to what this page runs.",
            on_click=set_knobs,
            args=(in_force,),
            width="stretch",
        )
    show_presets = partial(choose_preset, preset_place, described, in_force, setters)
    if is_plain:
        draw_behind_numbers(show_presets, partial(show_rest, seen, []))
    else:
        draw_behind_numbers()
        show_presets()
    return config, in_force


def _show_groups_in(
    place: AbstractContextManager[Any],
    groups: Mapping[str, Mapping[str, Knob]],
    how: _Knobs,
    values: dict[str, Any],
    left_out: list[str],
) -> None:
    """As `_show_groups`, in a place of the page."""
    with place:
        _show_groups(groups, how, values, left_out)


def _show_groups(
    groups: Mapping[str, Mapping[str, Knob]], how: _Knobs, values: dict[str, Any], left_out: list[str]
) -> None:
    """Draws knobs; adds their `values`, and the names of those that are `left_out`."""
    own_head_is_told, setters = False, how.setters
    for group, members in groups.items():
        st.subheader(group, divider="gray")
        for name, knob in members.items():
            if how.looks and knob.in_training_alone:
                values[name] = getattr(how.own, name)
                left_out.append(name)
            elif setters and name in setters.values:
                values[name] = getattr(how.own, name)
                left_out.append(name)
                if setters.describes(name, knob):
                    show_fixed(name, knob, values[name], setters)
                elif not own_head_is_told:
                    own_head_is_told = True
                    st.caption(f"{setters.name} has a head of its own, which no knob describes.")
            else:
                if name in how.left_out:
                    _take_up(name, knob, how.own)
                values[name] = show_knob(name, knob, getattr(how.network.config(), name))
                _show_remarks(name, knob, how.network, values, setters)


def _take_up(name: str, knob: Knob, own: Config) -> None:
    """Where a page left the knob out, it stands where the person left it."""
    if name not in st.session_state and name not in st.query_params:
        st.session_state[name] = shown_value(knob, getattr(own, name))


def _show_remarks(name: str, knob: Knob, network: Network, values: dict[str, Any], setters: Setters | None) -> None:
    """What a person ought to know of a knob that they can turn: that it does nothing, or what weights would set."""
    repeats = network.repeats
    if knob.in_training_alone:
        st.caption("Works in training alone: it changes no shape, no parameters and no multiply-adds.")
    elif repeats is not None and name in repeats.inner and values.get(repeats.knob) == 0:
        st.caption(f"Changes nothing now: *{knobs(network.config)[repeats.knob].label}* is 0.")
    elif setters and name in freed() and hasattr(setters.trained, name):
        show_way_back(name, knob, setters)
