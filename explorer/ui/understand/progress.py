"""How far a session has come: which chapters were read to their end, and which questions were answered."""

import streamlit as st

_READ, _ANSWERED = "chapters_read", "chapters_answered"


def read() -> frozenset[int]:
    """Numbers of the chapters that were left by their end."""
    return st.session_state.get(_READ, frozenset())


def answered() -> frozenset[int]:
    """Numbers of the chapters whose answer was opened."""
    return st.session_state.get(_ANSWERED, frozenset())


def mark_read(number: int) -> None:
    """For the button at a chapter's end."""
    st.session_state[_READ] = read() | {number}


def mark_answered(number: int) -> None:
    """For the button that opens the answer."""
    st.session_state[_ANSWERED] = answered() | {number}


def in_words(count: int) -> str:
    """Of `count` chapters: "2 of 6 read, 1 question answered"."""
    questions = len(answered())
    told = f"{len(read())} of {count} read"
    return f"{told}, {questions} question{'' if questions == 1 else 's'} answered" if questions else told
