"""What the pages that look inside are about: a network with weights, and one picture in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.taps import taps
from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import PAPER, graph_of
from explorer.errors import ImageError
from explorer.model.weights.arrays import Provenance
from explorer.model.weights.heads import with_head_of
from explorer.model.weights.labels import labels as labels_of
from explorer.model.weights.store import available
from explorer.ui.choose.knob_widgets import set_knobs
from explorer.ui.choose.picture_choice import Picture, choose_pictures
from explorer.ui.choose.weights_choice import choose_weights, show_badge
from explorer.ui.links.opening_link import WEIGHTS
from explorer.ui.session import cache, state

if TYPE_CHECKING:
    from explorer.model.gradients.activations import Activations
    from explorer.vision.explainer import Explainer


@dataclass(frozen=True, slots=True)
class Subject:
    """A picture in a network.

    Attributes:
        picture: The file.
        seen: The picture as people and as the network see it.
        config: The network.
        source: Where its weights come from; None for random ones.
        labels: What its classes are called; None with random weights, of which none means anything.
    """

    picture: Picture
    seen: cache.Seen
    config: Config
    source: TrainedWeights | None
    labels: Sequence[str] | None

    @property
    def graph(self) -> Graph:
        """The network's description."""
        return graph_of(self.config)

    @property
    def explainer(self) -> "Explainer":
        """The network, ready to be asked why."""
        return cache.explainer(self.config, self.source)

    @property
    def activations(self) -> "Activations":
        """What one pass of the picture leaves."""
        return cache.activations(self.picture.digest, self.config, self.source, self.seen.tensor)

    @property
    def provenance(self) -> Provenance:
        """State of the weights."""
        return self.explainer.provenance


def choose_subject() -> Subject | None:
    """Asks for weights and a picture, and shows the badge; None, with a word why, as long as there is nothing.

    Raises:
        ExplorerError: If the picture cannot be read or the network would not fit; for `error_boundary`.
    """
    # Closed, for the answer comes first; open as long as the weights are not here.
    here = [source.name for source in available()]
    with st.expander(
        "**Picture and weights:** samples, your own photographs, the camera",
        icon=":material/photo_library:",
        expanded=not here or st.query_params.get(WEIGHTS, here[0]) not in here,
    ):
        source = choose_weights()
        pictures = choose_pictures(several=False)
    config = with_head_of(state.config(), source.config) if source else state.config()
    if not taps(graph_of(config)):
        st.info(f"{graph_of(config).title} has no separable convolutions to look into.", icon=":material/block:")
        st.button("Look into Xception", on_click=set_knobs, args=(PAPER,))
        return None
    if not pictures:
        st.info(
            "There is no picture yet: choose one above, under *Picture and weights*.", icon=":material/add_a_photo:"
        )
        return None
    try:
        seen = cache.seen(pictures[0].digest, config.input_size, pictures[0].data)
    except ImageError as error:
        raise ImageError(f"{pictures[0].name}: {error}") from error
    provenance = cache.explainer(config, source).provenance
    is_random = provenance.state == "random"
    show_badge(
        provenance.state,
        "random" if is_random else f"{provenance.state}: {provenance.source}",
        provenance.changes
        if source or not is_random
        else ("Those weights are not here." if here else "There are no trained weights here.",),
    )
    if source and config != state.config():
        st.caption(
            f"The network runs at {config.input_size} px with {config.classes} classes: size and head are those of the "
            f"weights of {source.name}, whatever the knobs say; all other knobs are yours."
        )
    if is_random:
        st.warning(
            "Nobody trained this network. What it shows is what random weights do: noise in the shape of the "
            "architecture, and no reason for anything.",
            icon=":material/casino:",
        )
    names = [label.name for label in labels_of(source.labels)] if source and not is_random else None
    return Subject(pictures[0], seen, config, source, names)
