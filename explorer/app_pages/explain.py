"""Explain: which places of a picture speak for a class, at any depth of the network, and whether to believe it."""

import streamlit as st

from explorer.arch.taps import Tap, last_tap
from explorer.ui.answer import answer
from explorer.ui.errors import explained
from explorer.ui.explanation import show_explanation, show_warning
from explorer.ui.film import show_film
from explorer.ui.map_view import show_map
from explorer.ui.method_choice import choose_method
from explorer.ui.question import Question
from explorer.ui.scores import show_scores
from explorer.ui.subject import Subject, choose_subject
from explorer.ui.tap_choice import choose_tap
from explorer.ui.target_choice import choose_target
from explorer.vision.heat_map import METHODS, Method
from explorer.vision.judgement import judge


def ask(subject: Subject) -> None:
    """What is asked, and the answer."""
    question_place, answer_place, where_place = st.container(), st.container(), st.container()
    with question_place:
        method = choose_method()
        target = choose_target(subject.labels, subject.activations.logits, against=True)
    with where_place:
        tap = _choose_place(subject, method)
    question = Question(subject, method, tap, target)
    with answer_place:
        st.header(f"Why {question.target_words}?", anchor=False)
        heat_map = answer(question)
        if heat_map is None:
            return
        judgement = judge(heat_map)
        show_warning(question, heat_map, judgement)
        show_map(question, heat_map)
    show_explanation(question, heat_map, judgement)
    show_film(question)
    show_scores(question, heat_map)


def _choose_place(subject: Subject, method: Method) -> Tap | None:
    if METHODS[method].layered:
        return choose_tap(subject.graph, default=last_tap(subject.graph), key="explain_strip")
    st.caption(
        f"{METHODS[method].title} asks the picture itself, by way of the whole network: there is no layer to choose."
    )
    return None


st.title("Explain")
st.markdown(
    "Which places of the picture speak for a class? Ask at **every separable convolution**, by eight methods, and see "
    "whether the map can be trusted."
)
with explained():
    chosen = choose_subject()
    if chosen is not None:
        ask(chosen)
