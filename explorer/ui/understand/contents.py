"""The row in which a chapter is chosen, and the way on at its end."""

from collections.abc import Sequence

import streamlit as st

from explorer.chapters.chapter import Chapter
from explorer.ui.browser import browser_file
from explorer.ui.links.linked import choose, linked, take, widget_key
from explorer.ui.links.parts.chapter_link import CHAPTER, FIRST
from explorer.ui.understand import progress

# Once for the process.
_top = st.components.v2.component("chapter_top", js=browser_file("chapter_top.js"))


def choose_chapter(chapters: Sequence[Chapter], row: st.delta_generator.DeltaGenerator) -> Chapter:
    """Asks in `row` which chapter, by its short name; those that were read have a mark."""
    by_number = {str(chapter.number): chapter for chapter in chapters}
    number = linked(CHAPTER, by_number, FIRST)
    row.segmented_control(
        "Chapter",
        tuple(by_number),
        format_func=lambda number: _label(by_number[number]),
        required=True,
        key=widget_key(CHAPTER),
        on_change=take,
        args=(CHAPTER, FIRST),
        label_visibility="collapsed",
        wrap=True,
    )
    row.caption(progress.in_words(len(chapters)), width="content")
    return by_number[number]


def show_way_on(chapter: Chapter, chapters: Sequence[Chapter]) -> None:
    """Buttons to the chapters before and after. The page begins at its top when another chapter opens."""
    following = next((each for each in chapters if each.number == chapter.number + 1), None)
    before = next((each for each in chapters if each.number == chapter.number - 1), None)
    with st.container(horizontal=True, gap="small", key="chapter_way"):
        if before:
            st.button(f"Back: {before.short}", on_click=_go, args=(before.number,), key="chapter_back")
        if following:
            st.button(
                f"Next: {following.title}",
                type="primary",
                on_click=_go,
                args=(following.number, chapter.number),
                key="chapter_next",
            )
        else:
            is_done = chapter.number in progress.read()
            st.button(
                "All read" if is_done and len(progress.read()) == len(chapters) else "I have read this chapter",
                type="primary",
                on_click=progress.mark_read,
                args=(chapter.number,),
                disabled=is_done,
                key="chapter_next",
            )
    _top(key="chapter_top", data={"chapter": chapter.number})


def _label(chapter: Chapter) -> str:
    mark = " ✓" if chapter.number in progress.read() else ""
    return f"{chapter.number} {chapter.short}{mark}"


def _go(number: int, read: int | None = None) -> None:
    if read is not None:
        progress.mark_read(read)
    choose(CHAPTER, str(number), FIRST)
