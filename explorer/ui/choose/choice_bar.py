"""The bar of the pages where weights run: weights and picture by name, and a panel in which others are chosen."""

from dataclasses import dataclass

import streamlit as st

from explorer.arch.knobs import Config
from explorer.configuration.brought import with_head_of
from explorer.errors import ImageError
from explorer.model.sources.known import WeightsSource
from explorer.ui.choose.weights_choice import choose_weights, weights_in_force
from explorer.ui.links.parts.freed_link import freed
from explorer.ui.pictures.brought_pictures import say_what_was_left_out
from explorer.ui.pictures.picture_choice import choose_pictures, picture_in_force, sample_in_force
from explorer.ui.session import cache, state
from explorer.ui.widgets.plain_words import plain
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture
from explorer.vision.pictures.samples import Sample

_LACKED = "picture_lacked_at_last_run"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the pages look at.

    Attributes:
        source: The weights; None for random ones.
        config: The network of the knobs, with the size and the head that the weights bring.
        pictures: The one that is open first; empty as long as there are none.
        sample: The sample that it is; None if it is a person's own.
    """

    source: WeightsSource | None
    config: Config
    pictures: tuple[Picture, ...]
    sample: Sample | None


def look_of(choice: Choice) -> Look:
    """The picture that is open in the network.

    Raises:
        ExplorerError: If it cannot be read, by its name, or the network would not fit.
    """
    shown = choice.pictures[0]
    try:
        look = cache.look_at(shown, choice.config, choice.source)
        cache.seen_in(look)
    except ImageError as error:
        raise ImageError(f"{shown.name}: {error}") from error
    return look


def choose_in(bar: "st.delta_generator.DeltaGenerator") -> Choice:
    """Asks for weights and pictures in a panel on `bar`; below it says what the weights lack."""
    in_force = weights_in_force()
    picture_name = picture_in_force(in_force.source if in_force else None)
    _open_for_what_is_missing(picture_name is None)
    panel = bar.popover(
        f"**{plain(picture_name or 'No picture yet')}** · "
        f"{plain(in_force.short_name if in_force else 'random weights')}",
        key=state.PANEL,
        on_change="rerun",
        icon=":material/photo_library:",
        wrap=True,
    )
    below = st.container()
    with panel:
        source = choose_weights(below)
        pictures = choose_pictures(source, are_tiles_seen=bool(panel.open))
    say_what_was_left_out()
    config = with_head_of(state.config(), cache.config_of(source), freed()) if source else state.config()
    if source and config != state.config():
        panel.caption(
            f"The network runs at {config.input_size} px with {config.classes} classes: size and head are set by the "
            f"weights of {source.name}, but for knobs that you unlock at the side."
        )
    return Choice(source, config, pictures, sample_in_force(source))


def _open_for_what_is_missing(is_picture_missing: bool) -> None:
    """A picture is had in the panel, which is opened once; then it can be shut."""
    if is_picture_missing and not st.session_state.get(_LACKED):
        state.leave_panel_open()
    st.session_state[_LACKED] = is_picture_missing
