"""Which class is asked about, and rather than which other one."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from explorer.model.weights.arrays import Provenance
from explorer.ui.choose.name_width import width_of
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.parts.view_link import AGAINST, TARGET
from explorer.vision.methods.target import Target
from explorer.vision.results import probabilities

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_NONE = "none"
_NO_OTHER = "(none)"
_WIDTH_PX, _NARROW_PX = 165, 140


def choose_target(
    labels: Sequence[str] | None,
    logits: np.ndarray,
    provenance: Provenance,
    *,
    against: bool,
    width: int = _WIDTH_PX,
) -> Target:
    """Asks for a class, the most probable one unless told otherwise.

    Args:
        labels: What the classes are called; None if they mean nothing.
        logits: (classes,), of the picture: the classes are offered in the order of their probability.
        provenance: Of the weights, which say what is done with the logits.
        against: Whether a second class can be chosen, from which the first is to be told.
        width: Of the first one's widget, in px, unless the name needs more.
    """
    order = [int(index) for index in np.argsort(-logits, kind="stable")]
    names = {class_name(index, labels): index for index in order}
    of_classes = probabilities(logits, provenance)

    def words(name: str) -> str:
        if name == _NONE:
            return _NO_OTHER
        if labels is None:
            return f"output {names[name]}"
        return f"{labels[names[name]]} · {percent(of_classes[names[name]])}"

    usual = class_name(order[0], labels)
    name = linked(TARGET, names, usual, partial(_named, labels))
    st.selectbox(
        "Class",
        list(names),
        format_func=words,
        key=widget_key(TARGET),
        on_change=take,
        args=(TARGET, usual),
        filter_mode="contains",
        width=width_of(words(name), width),
        help="What the picture is asked about; the most probable class first. Type to search.",
    )
    if not against:
        return Target(names[name])
    others = [_NONE, *(each for each in names if each != name)]
    other = linked(AGAINST, others, _NONE, partial(_named, labels))
    st.selectbox(
        "Compare with",
        others,
        format_func=words,
        key=widget_key(AGAINST),
        on_change=take,
        args=(AGAINST, _NONE),
        filter_mode="contains",
        width=width_of(words(other), _NARROW_PX),
        help="With a second class the map shows what tells the first from it: the difference of their logits.",
    )
    return Target(names[name], names.get(other))


def class_name(index: int, labels: Sequence[str] | None) -> str:
    """How a class is named in a link: by its name, which other weights may know too, or by its index if it has none."""
    return labels[index] if labels else str(index)


def _named(labels: Sequence[str] | None, text: str) -> str:
    """An index in a link as the class that it means."""
    return labels[int(text)] if labels and text.isdecimal() and int(text) < len(labels) else text


def percent(probability: float) -> str:
    """A probability with one decimal, but no "0.0 %" of what is not impossible, no "100.0 %" of what is not certain."""
    if probability < 0.0005:
        return f"below 0.1{_NARROW}%"
    return f"{100 * probability:.1f}{_NARROW}%" if probability < 0.9995 else f"above 99.9{_NARROW}%"
