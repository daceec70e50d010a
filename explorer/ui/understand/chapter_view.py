"""A chapter drawn: its text with the live parts in it, its question, and where else the same is to be seen."""

from urllib.parse import urlencode

import streamlit as st

from explorer.chapters.chapter import Chapter, Elsewhere, Place, Words
from explorer.chapters.numbers import counted
from explorer.configuration.link import NETWORK, to_query
from explorer.configuration.registry import network_of
from explorer.tour.step import PAGE_TITLES
from explorer.ui.session.error_boundary import explained
from explorer.ui.understand import progress
from explorer.ui.understand.parts.registry import show_part

_LINE_PX = 760
"""How wide a paragraph is at the most: about ninety letters, which eyes still follow."""


def show_chapter(chapter: Chapter) -> None:
    """The chapter from its title to its links."""
    st.header(f"{chapter.number}. {chapter.title}", anchor=False)
    for block in chapter.blocks:
        if isinstance(block, Place):
            with explained():
                show_part(block.name)
        else:
            _show_words(block)
    _show_question(chapter)
    st.subheader("See it elsewhere", anchor=False)
    with st.container(key="elsewhere", gap="xsmall"):
        for place in chapter.elsewhere:
            _show_link(place)


def _show_words(words: Words) -> None:
    st.markdown(words.written(counted(words.numbers)), width=_LINE_PX)


def _show_question(chapter: Chapter) -> None:
    key = f"answer_is_open_{chapter.number}"
    with st.container(border=True, width=_LINE_PX + 40, key="question"):
        st.markdown("**A question**")
        for words in chapter.question:
            _show_words(words)
        is_open = st.session_state.get(key, False)
        st.button(
            "Hide the answer" if is_open else "Show the answer",
            icon=":material/expand_less:" if is_open else ":material/expand_more:",
            on_click=_turn_answer,
            args=(chapter.number, key),
            key="show_answer",
        )
        if is_open:
            for words in chapter.answer:
                _show_words(words)


def _turn_answer(number: int, key: str) -> None:
    st.session_state[key] = not st.session_state.get(key, False)
    progress.mark_answered(number)


def link_query(place: Elsewhere) -> dict[str, str]:
    """The query of the link: the network is always named, by which the page knows that it was sent there."""
    return {NETWORK: network_of(place.config).name} | to_query(place.config) | dict(place.view)


def _show_link(place: Elsewhere) -> None:
    st.page_link(
        f"app_pages/{place.page}.py",
        label=f"**{PAGE_TITLES[place.page]}**: {place.words}",
        icon=":material/arrow_forward:",
        query_params=link_query(place),
        help=f"{place.page}?{urlencode(link_query(place))}",
    )
