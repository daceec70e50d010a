"""Explain: which regions of a picture made the network say a class, at any depth, and whether to believe it."""

import streamlit as st

from explorer.arch.places.taps import Tap, last_tap
from explorer.ui.choose.method_choice import choose_method
from explorer.ui.choose.subject_choice import Subject, choose_subject
from explorer.ui.choose.tap_choice import choose_tap
from explorer.ui.choose.target_choice import choose_target
from explorer.ui.explain.answer import answer
from explorer.ui.explain.beside_view import show_beside
from explorer.ui.explain.explanation import show_explanation, show_warning
from explorer.ui.explain.film_panel import FILM, show_film
from explorer.ui.explain.map_view import show_map
from explorer.ui.explain.question import Question
from explorer.ui.explain.scores import SANITY_CHECK, show_scores
from explorer.ui.links.linked import asked_for
from explorer.ui.links.opening_link import BESIDE
from explorer.ui.links.parts.view_link import METHOD
from explorer.ui.pictures.cover_panel import show_cover_section
from explorer.ui.session import cache
from explorer.ui.session.error_boundary import explained
from explorer.ui.session.long_computation import is_started
from explorer.vision.checks.judgement import judge
from explorer.vision.methods.table import METHODS


@st.fragment
def ask_at_once(subject: Subject, title: "st.delta_generator.DeltaGenerator") -> None:
    """What is asked, and the answer, without drawing anew what stands around: knobs, and choice of picture."""
    if takes_long():
        st.rerun()
    with explained():
        ask(subject, title)


def takes_long() -> bool:
    """Whether there is something to wait for. No click in a fragment would end that: the page has to do it."""
    opened = any(st.session_state.get(key) for key in (FILM, SANITY_CHECK))
    method = METHODS.get(asked_for(METHOD))
    return opened or bool(asked_for(BESIDE)) or is_started() or (method is not None and method.slow)


def ask(subject: Subject, title: "st.delta_generator.DeltaGenerator") -> None:
    """What is asked, and the answer."""
    bar = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with bar:
        target = choose_target(subject.labels, subject.of_pass.logits, subject.provenance, against=True)
        method = choose_method()
    tap = _choose_place(subject, method, bar)
    question = Question(subject, method, tap, target)
    title.title(f"Why {question.target_words}?", anchor=False, width="content")
    heat_map = answer(question)
    if heat_map is None:
        return
    judgement = judge(heat_map, question.short_target_words)
    show_map(question, heat_map)
    show_warning(question, heat_map, judgement)
    show_explanation(question, heat_map, judgement)
    show_cover_section(subject.look)
    show_beside(question, heat_map)
    show_film(question)
    show_scores(question, heat_map)


def _choose_place(subject: Subject, method: str, bar: "st.delta_generator.DeltaGenerator") -> Tap | None:
    if METHODS[method].layered:
        return choose_tap(subject.graph, bar, default=last_tap(subject.graph), key="explain_strip")
    st.caption(
        f"{METHODS[method].title} looks at the pixels themselves, through the whole network: there is no layer to "
        "choose."
    )
    return None


row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
heading = row.empty()
heading.title("Explain", anchor=False, width="content")
with explained():
    chosen = choose_subject(row)
    if chosen is not None and not cache.is_classifier(chosen.look.weights):
        st.info("These weights have no head: there are no classes to ask about. *Feature maps* shows what they see.")
    elif chosen is not None:
        (ask if takes_long() else ask_at_once)(chosen, heading)
