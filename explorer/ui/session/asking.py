"""Questions asked by a page: the person sees what is waited for, and the question goes when the person does.

Streamlit ends a run, because of a click or because the window was closed, at the next element that is drawn. So what
is waited for is drawn again and again, and what ends the run ends the question.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.compute.choice import compute

if TYPE_CHECKING:
    from explorer.compute.answer import Answer
    from explorer.compute.question import Question

R = TypeVar("R")

_AT_ONCE_S = 0.2
"""Up to here nothing is said."""

_REDRAW_S = 0.15


def answered(question: "Question[R]", words: str = "") -> R:
    """The answer.

    Args:
        question: What is asked.
        words: What is shown while it takes longer than a blink: "Classifying …"; none say the same.
    """
    answer = ask(question)
    try:
        if not answer.wait(_AT_ONCE_S):
            with st.spinner(words or "Asking the network …"):
                place = st.empty()
                _wait(answer, lambda: _show_place(place, answer.before))
                place.empty()
    except BaseException:
        answer.cancel()
        raise
    return answer.result()


def answered_in_sight(question: "Question[R]", show: Callable[["Answer[R]"], None]) -> R:
    """The answer to a long question; `show` is called a few times a second, and draws how far it is."""
    answer = ask(question)
    try:
        _wait(answer, lambda: show(answer))
    except BaseException:
        answer.cancel()
        raise
    return answer.result()


def ask(question: "Question[R]") -> "Answer[R]":
    """Asks in the name of this session."""
    context = get_script_run_ctx()
    return compute().ask(question, context.session_id if context else "")


def place_in_words(before: int) -> str:
    """How many go first."""
    return f"{before} question{'s' if before > 1 else ''} of others {'go' if before > 1 else 'goes'} first."


def _wait(answer: "Answer[R]", draw: Callable[[], None]) -> None:
    while not answer.wait(_REDRAW_S):
        draw()


def _show_place(place: "st.delta_generator.DeltaGenerator", before: int) -> None:
    if before:
        place.caption(place_in_words(before))
    else:
        place.empty()
