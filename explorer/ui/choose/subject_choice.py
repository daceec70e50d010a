"""What the pages that look inside are about: a network with weights, and one picture in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.configuration.registry import network_of
from explorer.model.sources.store import available
from explorer.model.weights.arrays import Provenance
from explorer.ui.choose.choice_bar import choose_in, look_of
from explorer.ui.choose.weights_choice import say_that_nobody_trained, show_badge
from explorer.ui.pictures.brought_pictures import say_what_is_missing
from explorer.ui.session import cache, state
from explorer.vision.look import Look
from explorer.vision.pictures.picture import Picture

if TYPE_CHECKING:
    from explorer.model.gradients.activations import Pass


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
    choice = choose_in(bar)
    source, config = choice.source, choice.config
    if not choice.pictures:
        say_what_is_missing()
        return None
    look = look_of(choice)
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
    state.say_headline(f"{provenance.state} weights")
    if is_random:
        say_that_nobody_trained(source)
    names = cache.trained(source).class_names if source and not is_random else None
    return Subject(look, names)
