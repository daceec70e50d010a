"""Which weights: the choice, fetching those that are not here, and the badge that says what state they are in."""

import re
from typing import Literal

import streamlit as st

from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import network_of
from explorer.errors import FetchError
from explorer.model.sources.known import WeightsSource, find_source, size_in_words
from explorer.model.sources.store import available, fetch
from explorer.quantities import memory
from explorer.ui.choose.beside import title_of
from explorer.ui.choose.own_weights import InForce, file_in_force, own_file
from explorer.ui.knobs.network_choice import network_in_force
from explorer.ui.knobs.turning import set_knobs
from explorer.ui.links.opening_link import OWN_FILE, WEIGHTS
from explorer.ui.links.parts.freed_link import give_all_back
from explorer.ui.session import cache, state
from explorer.ui.widgets.plain_words import plain

_BADGES: dict[str, tuple[Literal["green", "orange", "blue", "gray"], str]] = {
    "pretrained": ("green", ":material/verified:"),
    "altered": ("orange", ":material/build:"),
    "trained here": ("blue", ":material/model_training:"),
    "random": ("gray", ":material/casino:"),
}

_NONE = "random"
_OPTION_HINT = re.compile(r"; --[\w-]+( and its options)? chooses? (another|others)\.$")


def weights_in_force() -> InForce | None:
    """The weights that the pages run: those that were chosen last, if they are here; None if there are none.

    Known before the page that asks for them is drawn, so that the knobs beside it can show what they bring.
    """
    network = network_in_force()
    asked = st.session_state.get(WEIGHTS) or st.query_params.get(WEIGHTS)
    if asked == OWN_FILE:
        return file_in_force(network)
    here = available(network)
    source = find_source(asked, network) if asked else None
    chosen = source if source in here else here[0] if here and not asked else None
    return None if chosen is None else InForce(chosen, chosen.config)


def choose_weights(below: "st.delta_generator.DeltaGenerator") -> WeightsSource | None:
    """Asks for weights; None as long as the chosen ones are not here, or for random ones.

    Args:
        below: Where those that are not here are offered.
    """
    network = network_of(state.config())
    here = available(network)
    known = tuple(source.short_name for source in network.trained) or (_NONE,)
    name = st.segmented_control(
        "Weights",
        (*known, OWN_FILE),
        default=here[0].short_name if here else known[0],
        required=True,
        key=WEIGHTS,
        bind="query-params",
        on_change=_begin_with_others,
        help="Pretrained weights lie in your cache directory; they are fetched once and verified by their hash. Your "
        "own file is one that Keras saved.",
    )
    if name == OWN_FILE:
        return own_file(network)
    source = find_source(name, network)
    if source is None:
        st.caption(f"Nobody published weights of {network.title} that can be used here: it has random ones.")
        return None
    if source in here:
        st.caption(
            f"{source.story} These weights bring their own input size ({source.config.input_size} px) and head "
            f"({source.config.classes} classes); all other knobs are yours."
        )
        return source
    with below:
        _offer(source)
    return None


def _begin_with_others() -> None:
    """Other weights set what they set; a file is asked for at once."""
    give_all_back()
    if st.session_state[WEIGHTS] == OWN_FILE:
        state.leave_panel_open()


def _offer(source: TrainedWeights) -> None:
    st.info(f"The weights of {source.name} are not here yet. {source.story}", icon=":material/download:")
    if not st.button(f"Fetch {source.name} ({size_in_words(source)})", icon=":material/download:"):
        return
    bar = st.progress(0.0, f"Fetching {source.name} …")

    def show(received: int, total: int | None) -> None:
        whole = total or source.file_bytes
        words = f"{memory(received)} of {memory(whole)}" if whole else memory(received)
        bar.progress(min(1.0, received / whole) if whole else 0.0, f"Fetching {source.name}: {words}")

    try:
        fetch(source, show)
    except FetchError as error:
        bar.empty()
        st.error(str(error), icon=":material/cloud_off:")
    else:
        st.rerun()


def offer_trained_settings(source: WeightsSource | None) -> bool:
    """The way out of random weights, as far as trained ones are here; whether it was taken, for a fragment.

    Args:
        source: The weights that do not fit the network of the knobs; None if it has none that are here.
    """
    if source is not None:
        return st.button(
            "Back to the trained settings",
            help=f"Turns the knobs to what {plain(source.name)} was trained with.",
            on_click=set_knobs,
            args=(cache.trained(source).config,),
            icon=":material/undo:",
        )
    here = available(network_of(state.config())) or available()
    return bool(here) and st.button(
        f"Back to trained weights: {title_of(here[0])}",
        on_click=_use,
        args=(here[0],),
        icon=":material/undo:",
    )


def _use(source: TrainedWeights) -> None:
    set_knobs(source.config)
    st.session_state[WEIGHTS] = source.short_name


def say_that_nobody_trained(source: WeightsSource | None) -> bool:
    """What random weights are worth, and the way back to trained ones; whether it was taken, for a fragment.

    Args:
        source: The weights that do not fit; None if there are none that are here.
    """
    st.warning(
        "Nobody trained this network. What it shows is what random weights do: noise in the shape of the "
        "architecture, and no reason for anything.",
        icon=":material/casino:",
    )
    return offer_trained_settings(source)


def show_badge(
    state: str,
    words: str,
    changes: tuple[str, ...] = (),
    place: "st.delta_generator.DeltaGenerator | None" = None,
) -> None:
    """What state the weights are in, in `place` if given; below, what was done to them or stands in their way."""
    colour, icon = _BADGES[state]
    (place or st).badge(words, icon=icon, color=colour)
    for change in changes:
        # How to say otherwise on the command line is no help here.
        st.caption(plain(_OPTION_HINT.sub(".", change)))
