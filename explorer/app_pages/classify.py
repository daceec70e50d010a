"""Classify: real photographs by real weights, in the network that the knobs describe."""

import streamlit as st

from explorer.ui.choose.choice_bar import choose_in, look_of
from explorer.ui.classify.about import show_about
from explorer.ui.classify.answer import answer_words, show_answer
from explorer.ui.classify.answering import can_answer
from explorer.ui.classify.several import show_several
from explorer.ui.pictures.brought_pictures import say_what_is_missing
from explorer.ui.pictures.known_truth import truth_words
from explorer.ui.pictures.picture_choice import show_tiles
from explorer.ui.session import cache, state
from explorer.ui.session.error_boundary import explained

row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
row.title("Classify", anchor=False, width="content")
with explained():
    choice = choose_in(row)
    is_answering = can_answer(choice, row)
    look, beside = None, None
    with explained():
        if not choice.pictures:
            say_what_is_missing()
        elif is_answering:
            look = look_of(choice)
            beside = show_answer(look, truth_words(choice.sample, choice.source, choice.config.classes))
            state.say_headline(answer_words(look))
    show_tiles(choice.source)
    if is_answering and len(choice.pictures) > 1:
        show_several(choice)
    if look is not None:
        with explained():
            show_about(look, beside)
    if is_answering and (remark := cache.engine_remark()):
        st.caption(remark)
