"""Understand: the idea in six chapters, each with something to turn."""

import streamlit as st

from explorer.chapters.book import chapters
from explorer.ui.session.error_boundary import explained
from explorer.ui.understand.chapter_view import show_chapter
from explorer.ui.understand.contents import choose_chapter, show_way_on

row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
row.title("Understand", anchor=False, width="content")
with explained():
    chapter = choose_chapter(chapters(), row)
    show_chapter(chapter)
    show_way_on(chapter, chapters())
