"""Knobs that the weights set: grey, with the value in force, and a button that leaves them to the person."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from explorer.arch.common_knobs import HEAD
from explorer.arch.head import Head
from explorer.arch.knobs import INPUT_SIZE, Config, Knob, WholeNumber, knobs
from explorer.arch.ops import Flatten
from explorer.configuration.brought import brought_by
from explorer.ui.knobs.widgets import label_of
from explorer.ui.links.parts.freed_link import free, freed, give_back
from explorer.ui.session import cache
from explorer.ui.widgets.plain_words import plain


@dataclass(frozen=True, slots=True)
class Setters:
    """Weights that set knobs.

    Attributes:
        name: What they are called among the weights of their network.
        trained: The configuration that they were trained in.
        head: Their head, where no knob describes it; None for the configuration's own.
    """

    name: str
    trained: Config
    head: Head | None

    @property
    def values(self) -> dict[str, Any]:
        """The knobs that they set now, by name; those that are unlocked are not among them."""
        return brought_by(self.trained, freed())

    def describes(self, name: str, knob: Knob) -> bool:
        """Whether the knob says something about their network: those of the head do not where the file has its own."""
        return self.head is None or knob.group != HEAD

    def fits_other(self, name: str) -> bool:
        """Whether they can be used where the knob `name`, which they set, stands elsewhere."""
        if name != INPUT_SIZE:
            return False  # of the head, whose layers would have other shapes
        if self.head is not None:
            return not any(isinstance(op, Flatten) for op in self.head.ops)
        knob = knobs(type(self.trained))[name]
        assert isinstance(knob, WholeNumber) and knob.high is not None
        other = knob.high if self.trained.input_size == knob.low else knob.low
        return cache.tally(replace(self.trained, input_size=other)).params == cache.tally(self.trained).params


def show_fixed(name: str, knob: Knob, own: Any, setters: Setters) -> None:
    """A knob that the weights set: the value in force, which nobody can turn before it is unlocked.

    Args:
        name: Of the knob.
        knob: The knob.
        own: The person's value, which waits.
        setters: The weights.
    """
    text, by = knob.text(setters.values[name]), plain(setters.name)
    fits = setters.fits_other(name)
    with st.container(gap=None, key=f"fixed_{name}"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(label_of(knob), text, disabled=True, key=f"fixed {name} {by} {text}", help=knob.full_help)
            st.button("Unlock", key=f"unlock {name}", help=_then(knob, own, text, fits), on_click=free, args=(name,))
        st.caption(f"set by {by}" if fits else f"set by {by}, which fits no other value")


def _then(knob: Knob, own: Any, text: str, fits: bool) -> str:
    """What happens when a knob is unlocked, in a sentence."""
    value = knob.text(own)
    if value == text:
        return "You can turn it then." if fits else "You can turn it then. At any other value the weights are random."
    then = f"The network then runs with yours: {value}."
    return then if fits else f"{then} These weights do not fit it: it has random ones."


def show_way_back(name: str, knob: Knob, setters: Setters) -> None:
    """Below a knob that was unlocked: what the weights would set it to, and the button for it."""
    text = knob.text(getattr(setters.trained, name))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"unlocked; {plain(setters.name)} has {text}", width="stretch")
        st.button("Lock", key=f"lock {name}", help=f"Sets it to {text} again.", on_click=give_back, args=(name,))
