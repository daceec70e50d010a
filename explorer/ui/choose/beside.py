"""What is put beside the network that is asked: another one on the same picture, or the same before its knobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from explorer.arch.trained_weights import TrainedWeights
from explorer.configuration.registry import network_of
from explorer.model.sources.known import SOURCES, find_source
from explorer.model.sources.store import available
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.opening_link import AS_TRAINED, BESIDE, NOTHING
from explorer.vision.look import Look


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown beside.

    Attributes:
        look: The same picture in another network; None if something else was chosen.
        title: What it is called.
    """

    look: Look | None
    title: str


def choose_beside(look: Look, extra: Mapping[str, str] = MappingProxyType({})) -> Beside | None:
    """Asks what is put beside `look`; None for nothing.

    Args:
        look: What is asked.
        extra: What else than another network can be chosen: name in the link, and words.
    """
    source = look.weights if isinstance(look.weights, TrainedWeights) else None
    others = {each.name: each for each in available() if each != source}
    words = {NOTHING: "Nothing beside it", **extra}
    if source is not None and look.config != source.config:
        words[AS_TRAINED] = f"{network_of(source.config).title} as it was trained, before the knobs"
    words |= {name: title_of(each) for name, each in others.items()}
    missing = len(SOURCES) - len(available())
    chosen = linked(BESIDE, words, NOTHING)
    st.selectbox(
        "Beside it",
        tuple(words),
        format_func=lambda name: words[name],
        key=widget_key(BESIDE),
        on_change=take,
        args=(BESIDE, NOTHING),
        help="A second network on the same picture, each with its own weights, size and preprocessing. "
        f"{missing} more can be fetched: choose their network at the side.",
    )
    if chosen == NOTHING:
        return None
    if chosen in extra:
        return Beside(None, words[chosen])
    other = source if chosen == AS_TRAINED else find_source(chosen)
    if other is None:
        return None
    return Beside(Look(look.picture, other.config, other), words[chosen])


def title_of(source: TrainedWeights) -> str:
    """Network and weights in words: "Xception · Kitchenware, 6 classes"."""
    return f"{network_of(source.config).title} · {source.title}"
