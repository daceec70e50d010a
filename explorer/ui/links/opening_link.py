"""The link that a session is opened with: read once, mended, and what it asked for in vain said.

From then on Streamlit keeps link and widgets together (`bind="query-params"`).
"""

from collections.abc import Mapping

import streamlit as st

from explorer.arch.network import Network
from explorer.arch.places.taps import layers
from explorer.configuration.link import from_query, to_query
from explorer.configuration.registry import graph_of, network_of
from explorer.model.sources.known import SOURCES, find_source
from explorer.model.sources.store import available
from explorer.tour.steps import COUNT
from explorer.ui.links.kept import FREED, PINS
from explorer.ui.links.parts.channel_link import CHANNELS, read_channels
from explorer.ui.links.parts.chapter_link import CHAPTER, read_chapter_choice
from explorer.ui.links.parts.compared_link import COMPARISON, read_compared
from explorer.ui.links.parts.cover_link import COVERING, read_cover
from explorer.ui.links.parts.drawing_link import DRAWING, read_drawing
from explorer.ui.links.parts.freed_link import read_freed
from explorer.ui.links.parts.view_link import VIEW, read_view
from explorer.ui.session import state
from explorer.vision.pictures.samples import SAMPLES, Sample, samples_of

WEIGHTS = "weights"
OWN_FILE = "own file"
"""What the weights are called that are a person's own file: it stays with its session."""

SAMPLE = "sample"
OWN_PICTURE = "upload"
"""What the sample is called in the link of a person who looks at a picture of their own."""

_LOST = "picture_of_link_is_lost"
BESIDE = "beside"
BESIDE_LAYER = "beside_layer"
NOTHING, AS_TRAINED, LAYER_BESIDE = "nothing", "as-trained", "layer"
"""What may stand beside a network, apart from other weights by their full names."""

TOUR = "tour"
"""Number of the step."""

_CHOICES = (WEIGHTS, SAMPLE, BESIDE, BESIDE_LAYER, TOUR)
"""What a link may hold beside the configuration, what is looked at, channels and what is covered."""

LINKED = (*VIEW, *CHANNELS, *COVERING, *DRAWING, SAMPLE, BESIDE, BESIDE_LAYER, *COMPARISON, CHAPTER)
"""The choices that pages share and the session remembers (`explorer.ui.links.linked`)."""


def read_opening_link() -> None:
    """On a session's first run: puts the nearest valid link in place of the one that came."""
    if state.link_was_read():
        return
    asked = st.query_params.to_dict()
    state.set_opened_plain(not asked)
    own = (*_CHOICES, *VIEW, *CHANNELS, *COVERING, *DRAWING, FREED, PINS, *COMPARISON, CHAPTER)
    reading = from_query({name: text for name, text in asked.items() if name not in own})
    network = network_of(reading.config)
    values = {WEIGHTS: [each.short_name for each in network.trained]}
    values[SAMPLE] = [*(sample.name for sample in _samples(asked, network)), OWN_PICTURE]
    set_picture_lost(asked.get(SAMPLE) == OWN_PICTURE)
    values[BESIDE] = [AS_TRAINED, LAYER_BESIDE, *SOURCES]
    values[TOUR] = [str(number) for number in range(1, COUNT + 1)]
    values[BESIDE_LAYER] = list(layers(graph_of(reading.config))) if BESIDE_LAYER in asked else []
    chosen = {name: asked[name] for name in _CHOICES if asked.get(name) in values[name]}
    unknown = (
        f"{name}: a weights file of one's own does not travel in a link, choose it again; the usual choice is shown."
        if asked[name] == OWN_FILE
        else f"{name}: must be one of {', '.join(values[name])}; the usual choice is shown."
        if values[name]
        else f"{name}: there are none of {network.title}; random ones are used."
        for name in _CHOICES
        if name in asked and name not in chosen
    )
    view = read_view(asked, reading.config, chosen.get(WEIGHTS))
    channels = read_channels(asked, reading.config, view.query)
    pages = (read_cover(asked), read_drawing(asked), read_freed(asked, reading.config), read_compared(asked))
    parts = (view, channels, *pages, read_chapter_choice(asked))
    state.set_ignored((*reading.ignored, *unknown, *(sentence for part in parts for sentence in part.ignored)))
    query = to_query(reading.config) | chosen
    for part in parts:
        query |= part.query
    if query != asked:
        st.query_params.from_dict(query)
        st.rerun()


def _samples(asked: Mapping[str, str], network: Network) -> tuple[Sample, ...]:
    """The pictures that a link may name: those of the weights, too, where it names another than everybody's.

    Which weights are here takes a hash of their files, a fifth of a second each: nothing for a first page.
    """
    if asked.get(SAMPLE, SAMPLES[0].name) in (OWN_PICTURE, *(sample.name for sample in SAMPLES)):
        return SAMPLES
    here = available(network)
    return (*SAMPLES, *samples_of(find_source(asked.get(WEIGHTS, ""), network) or (here[0] if here else None)))


def is_picture_lost() -> bool:
    """Whether the link that this session was opened with is of an uploaded picture, which no link carries."""
    return bool(st.session_state.get(_LOST))


def set_picture_lost(is_lost: bool) -> None:
    """Remembers it, until another picture is chosen."""
    st.session_state[_LOST] = is_lost


def show_ignored() -> None:
    """Says, until it is closed, what of the link could not be taken."""
    sentences = state.ignored()
    if not sentences:
        return
    with st.container(border=True):
        st.markdown("**The link was mended.** It asked for things that cannot be shown:")
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences[:20]))
        st.button("Close", key="close_ignored", on_click=state.set_ignored, args=((),))
