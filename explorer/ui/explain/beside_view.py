"""The same question put to another network, or at another layer, beside the first answer and in one scale."""

import streamlit as st

from explorer.arch.places.taps import Tap, find_tap, last_tap, layers
from explorer.figures.maps.colour_bar import colour_bar_html
from explorer.figures.maps.overlay import png_bytes
from explorer.ui.choose.beside import choose_beside
from explorer.ui.choose.subject_choice import Subject
from explorer.ui.choose.weights_choice import show_badge
from explorer.ui.explain.appearance import usual_appearance
from explorer.ui.explain.painted_map import painted_map
from explorer.ui.explain.question import Question
from explorer.ui.links.linked import linked, take, widget_key
from explorer.ui.links.opening_link import BESIDE_LAYER, LAYER_BESIDE
from explorer.ui.session import cache
from explorer.vision.look import Look
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.target import Target


def show_beside(question: Question, heat_map: HeatMap) -> None:
    """Asks what stands beside the answer, and shows both."""
    st.subheader("Side by side")
    other_layer = {LAYER_BESIDE: "The same network at another layer"} if question.tap is not None else {}
    beside = choose_beside(question.subject.look, other_layer)
    if beside is None:
        return
    if question.facts.slow:
        st.info(f"{question.facts.title} takes long: choose a method that answers at once to see two answers.")
        return
    if beside.look is None:
        other = Question(question.subject, question.method, _other_tap(question), question.target)
    else:
        other = _same_question(question, _subject(beside.look))
    answered = other.heat_map
    if answered is None:
        return
    one_scale = st.toggle(
        "One scale",
        value=True,
        key="beside_one_scale",
        persist_state="session",
        help="On: a colour means the same value in both maps. Off: each map has its own range, which shows its shape.",
    )
    highest = [float(each.values.max(initial=0)) for each in (heat_map, answered)]
    for place, each, found, own in zip(
        st.columns(2, gap="medium"), (question, other), (heat_map, answered), highest, strict=True
    ):
        with place:
            _show_one(each, found, max(highest) if one_scale else own)
    if beside.look is not None and one_scale:
        st.caption(
            "The values are of each network's own logits. Two networks' logits have no common unit: compare where the "
            "maps are bright before how bright they are."
        )


def _subject(look: Look) -> Subject:
    return Subject(look, cache.trained(look.weights).class_names if look.weights else None)


def _same_question(question: Question, subject: Subject) -> Question:
    """The question as the other network understands it: the same class if it knows it, else its own answer."""
    name = question.subject.labels[question.target.index] if question.subject.labels else None
    best = int(subject.of_pass.logits.argmax())
    index = subject.labels.index(name) if subject.labels and name in subject.labels else best
    tap = last_tap(subject.graph) if question.tap is not None else None
    return Question(subject, question.method, tap, Target(index))


def _other_tap(question: Question) -> Tap:
    graph = question.subject.graph
    names = layers(graph)
    usual = names[len(names) // 2]
    name = linked(BESIDE_LAYER, names, usual)
    st.selectbox(
        "The other layer",
        names,
        key=widget_key(BESIDE_LAYER),
        on_change=take,
        args=(BESIDE_LAYER, usual),
        filter_mode="contains",
    )
    return find_tap(graph, name)


def _show_one(question: Question, heat_map: HeatMap, high: float) -> None:
    subject = question.subject
    state = subject.provenance.state
    words = state if state == "random" else f"{state}: {subject.provenance.source}"
    show_badge(state, words, subject.provenance.sentences)
    shown = painted_map(question, heat_map, usual_appearance(False, high))
    what = f"{question.facts.title} of {question.target_words} {question.place_words}"
    rows, columns = heat_map.signed.shape
    if heat_map.values.any():
        st.image(png_bytes(shown.overlay), width="stretch", alt=f"{subject.picture.alt}; over it the heat map: {what}")
    else:
        st.markdown(":material/visibility_off: **Nothing to paint.** No cell is above 0.")
    st.caption(f"**{what[:1].upper()}{what[1:]}** · {rows} × {columns} cells")
    st.html(colour_bar_html("viridis", 0.0, high, title=what))
