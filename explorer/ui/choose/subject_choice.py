"""What the pages that look inside are about: a network with weights, and one picture in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.configuration.brought import with_head_of
from explorer.configuration.registry import network_of
from explorer.errors import ImageError
from explorer.model.sources.store import available
from explorer.model.weights.arrays import Provenance
from explorer.ui.choose.picture_choice import choose_pictures, picture_in_force
from explorer.ui.choose.weights_choice import choose_weights, offer_trained_knobs, show_badge, weights_in_force
from explorer.ui.session import cache, state
from explorer.ui.widgets.plain_words import plain
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture

if TYPE_CHECKING:
    from explorer.model.gradients.activations import Pass


_PANEL, _LACKS = "picture_and_weights", "what_the_last_run_lacked"


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture in a network.

    Attributes:
        look: The picture, the network, and where its weights come from.
        labels: What its classes are called; None with random weights, of which none means anything.
    """

    look: Look
    labels: Sequence[str] | None

    @property
    def picture(self) -> Picture:
        """The file."""
        return self.look.picture

    @property
    def config(self) -> Config:
        """The network."""
        return self.look.config

    @property
    def graph(self) -> Graph:
        """The network's description."""
        return self.look.graph

    @property
    def seen(self) -> cache.Seen:
        """The picture as people and as the network see it."""
        return cache.seen_in(self.look)

    @property
    def of_pass(self) -> "Pass":
        """What one pass of the picture gives."""
        return cache.one_pass(self.look)

    @property
    def provenance(self) -> Provenance:
        """State of the weights."""
        return cache.network(self.config, self.look.weights).provenance


def choose_subject(bar: "st.delta_generator.DeltaGenerator") -> Subject | None:
    """Asks for weights and a picture, and shows the badge; None, with a word why, as long as there is nothing.

    Args:
        bar: A row for what is chosen; sentences about it come below.

    Raises:
        ExplorerError: If the picture cannot be read or the network would not fit; for `error_boundary`.
    """
    here = available(network_of(state.config()))
    in_force = weights_in_force()
    picture_name = picture_in_force(in_force.source if in_force else None)
    lacks = picture_name is None, in_force is None and bool(network_of(state.config()).trained)
    if any(lacks) and st.session_state.get(_LACKS) != lacks:
        # What is missing is had there: a picture, for who turned to uploads, or weights. Once; then it can be shut.
        st.session_state[_PANEL] = True
    st.session_state[_LACKS] = lacks
    panel = bar.popover(
        f"**{plain(picture_name or 'No picture yet')}** · "
        f"{plain(in_force.short_name if in_force else 'random weights')}",
        key=_PANEL,
        on_change="rerun",
        icon=":material/photo_library:",
    )
    with panel:
        source = choose_weights()
        pictures = choose_pictures(source, several=False, are_samples_seen=bool(panel.open))
    config = with_head_of(state.config(), cache.config_of(source)) if source else state.config()
    if source and config != state.config():
        panel.caption(
            f"The network runs at {config.input_size} px with {config.classes} classes: size and head are set by the "
            f"weights of {source.name}; all other knobs are yours."
        )
    if not pictures:
        st.info(
            "There is no picture yet: choose one above, or one of the samples there.",
            icon=":material/add_a_photo:",
        )
        return None
    try:
        look = cache.look_at(pictures[0], config, source)
        cache.seen_in(look)
    except ImageError as error:
        raise ImageError(f"{pictures[0].name}: {error}") from error
    provenance = cache.network(config, source).provenance
    is_random = provenance.state == "random"
    changes = (
        provenance.sentences
        if source or not is_random
        else ("Those weights are not here." if here else "There are no trained weights here.",)
    )
    show_badge(
        provenance.state, "random" if is_random else f"{provenance.state}: {provenance.source}", changes, place=bar
    )
    if is_random:
        st.warning(
            "Nobody trained this network. What it shows is what random weights do: noise in the shape of the "
            "architecture, and no reason for anything.",
            icon=":material/casino:",
        )
        if source:
            offer_trained_knobs(source)
    names = cache.trained(source).class_names if source and not is_random else None
    return Subject(look, names)
