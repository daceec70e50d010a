"""Which network, and below it from where its knobs begin: one choice of two levels."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.arch.knobs import Config, knobs
from explorer.arch.network import Network
from explorer.configuration.brought import with_head_of
from explorer.configuration.link import NETWORK
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PRESETS, preset_of
from explorer.ui.knobs.fixed import Setters
from explorer.ui.knobs.pinning import show_pin
from explorer.ui.knobs.turning import set_knobs, shown_value
from explorer.ui.links.kept import keep, kept
from explorer.ui.session import state

PRESET = "preset"
_AS_TRAINED = "as trained"
_MARKED = "presets_marked"


@dataclass(frozen=True, slots=True)
class Start:
    """Where the knobs of a network may begin.

    Attributes:
        title: Below the network's title.
        story: One line.
        config: The configuration.
    """

    title: str
    story: str
    config: Config


def network_in_force() -> Network:
    """The network that the knobs are of."""
    return NETWORKS.get(kept(NETWORK), DEFAULT_NETWORK)


def choose_network() -> tuple[Network, DeltaGenerator]:
    """Asks for the network; with it comes the place for `choose_preset`, which needs to know how the knobs stand."""
    place = st.container(border=True, gap="small", key="network_choice")
    st.session_state[NETWORK] = network_in_force().name
    name = place.selectbox(
        "Network",
        tuple(NETWORKS),
        key=NETWORK,
        format_func=lambda name: NETWORKS[name].title,
        on_change=_open_network,
        help="Each network has knobs of its own; choosing one sets them as it was published.",
    )
    return NETWORKS[name], place.container(key="presets")


def _open_network() -> None:
    """Another network begins as it was published: its size, classes and dense layers are its own."""
    network = NETWORKS[st.session_state[NETWORK]]
    keep(NETWORK, "" if network is DEFAULT_NETWORK else network.name)
    set_knobs(network.config())


def choose_preset(place: DeltaGenerator, network: Network, config: Config, setters: Setters | None) -> None:
    """Asks for one of the network's presets, which is pressed as long as the knobs stand as it has them; and the pin.

    Args:
        place: Where, from `choose_network`.
        network: The network.
        config: What the knobs stand at, those that weights set included.
        setters: The weights; None if none set knobs here. Presets that differ in nothing else are one.
    """
    starts = _starts(network, setters)
    now = next((name for name, start in starts.items() if _in_force(start.config, setters) == config), None)
    _mark(now)
    if starts:
        _show_presets(place, network, starts)
    # One line in either case: nothing moves under the hand that turns a knob.
    with place.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.caption("All knobs as in this preset." if now else "Your own settings." if starts else "", width="stretch")
        show_pin(config)


def _show_presets(place: DeltaGenerator, network: Network, starts: dict[str, Start]) -> None:
    place.pills(
        f"Preset of {network.title}",
        tuple(starts),
        format_func=lambda name: starts[name].title,
        # A click that took a preset back would bring knobs that the browser has not turned yet, as a person's own.
        required=True,
        key=PRESET,
        on_change=_turn_to_preset,
        args=({name: start.config for name, start in starts.items()},),
        help="Sets all knobs of this network. "
        + " ".join(f"**{start.title}**: {start.story}" for start in starts.values()),
    )


def _starts(network: Network, setters: Setters | None) -> dict[str, Start]:
    """By name, where the knobs may begin."""
    presets = {each.name: Start(each.short_title, each.story, each.config) for each in network.presets}
    if setters is None:
        return presets
    trained = preset_of(setters.trained)
    if trained is None:
        found = {_AS_TRAINED: Start("As trained", f"All knobs as {setters.name} was trained.", setters.trained)}
    else:
        found = {trained.name: presets[trained.name]}
    seen = {setters.trained}
    for name, start in presets.items():
        config = with_head_of(start.config, setters.trained)
        if config not in seen:
            seen.add(config)
            found[name] = start
    return found


def _in_force(config: Config, setters: Setters | None) -> Config:
    return config if setters is None else with_head_of(config, setters.trained)


def _mark(name: str | None) -> None:
    """Shows which preset the knobs make; the last few are remembered."""
    marked = st.session_state.get(_MARKED, ())
    if marked[-1:] != (name,):
        st.session_state[_MARKED] = (*marked, name)[-4:]
    st.session_state[PRESET] = name


def _turn_to_preset(configs: dict[str, Config]) -> None:
    name = st.session_state[PRESET]
    if not _comes_with_a_turn(name):
        set_knobs(configs[name] if name in configs else PRESETS[name].config)


def _comes_with_a_turn(name: str | None) -> bool:
    """Whether nobody clicked the preset: a knob was turned, and the browser had the mark of a moment ago.

    Of two quick turns the second is sent with the preset that the knobs made before the first, and Streamlit takes
    it for chosen. A click on a preset turns no knob.
    """
    if name is None:
        return True  # nobody can take a preset back
    own = state.config()
    before = {key: shown_value(knob, getattr(own, key)) for key, knob in knobs(type(own)).items()}
    turned = any(st.session_state.get(key, value) != value for key, value in before.items())
    return turned and name in st.session_state.get(_MARKED, ())
