"""Computations that take long: how long is said before they start, how far they are while they run, and they stop.

A computation is waited for in the page's own run, not in a fragment. So whatever is clicked outside of fragments,
*Cancel* above all, ends it (`explorer.ui.session.asking`).
"""

from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from explorer.quantities import duration
from explorer.ui.session.asking import answered_in_sight, place_in_words

if TYPE_CHECKING:
    from explorer.compute.answer import Answer
    from explorer.compute.question import Question

THERE_AND_BACK = 4
"""Forward and back takes at most about so many times as long as a prediction."""

Result = TypeVar("Result")


def offer(
    label: str, doing: str, passes: int, seconds: float, question: "Question[Result]", *, key: str
) -> Result | None:
    """A button that says how long it will take, and the answer once it was pressed; None until then.

    Args:
        label: What the button promises.
        doing: What the progress bar says: "Score-CAM of cup".
        passes: Through the network.
        seconds: How long they will take, about.
        question: What is computed.
        key: Unique on the page.
    """
    place = st.empty()
    words, button = _card(place)
    words.markdown(f"**{label}** runs the network up to {passes:,} times: {duration(seconds)} on this machine.")
    if not button.button("Start", icon=":material/play_arrow:", key=f"start {key}"):
        return None
    result = _carry_out(words, button, doing, question, key)
    place.empty()
    return result


def computed_in_sight(doing: str, question: "Question[Result]", *, key: str) -> Result:
    """What was started elsewhere on the page; the arguments are those of `offer`."""
    place = st.empty()
    words, button = _card(place)
    result = _carry_out(words, button, doing, question, key)
    place.empty()
    return result


def _card(place: "st.delta_generator.DeltaGenerator") -> tuple["st.delta_generator.DeltaGenerator", ...]:
    """A place for words and one for a button.

    The button stands in a row: one that was pressed stays beside its successor as long as it has the focus, and what
    is below must not move when it goes, or the very click that takes the focus away misses what it was meant for.
    """
    with place.container(border=True):
        words, row = st.empty(), st.container(horizontal=True)
    return words, row.empty()


def _carry_out(
    words: "st.delta_generator.DeltaGenerator",
    button: "st.delta_generator.DeltaGenerator",
    doing: str,
    question: "Question[Result]",
    key: str,
) -> Result:
    # Its click ends this run of the page; the next one finds nothing started.
    button.button("Cancel", icon=":material/close:", key=f"cancel {key}")
    start = perf_counter()
    bar = words.progress(0.0, f"{doing} …")

    def show(answer: "Answer[Result]") -> None:
        if answer.progress is None:
            bar.progress(0.0, f"{doing} … {place_in_words(answer.before) if answer.before else ''}")
            return
        done, total = answer.progress
        left = (perf_counter() - start) / done * (total - done)
        bar.progress(done / total, f"{doing}: pass {done:,} of {total:,}, {duration(left)} left")

    return answered_in_sight(question, show)
