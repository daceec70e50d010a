"""In plain words what a map shows and what it does not, and the numbers behind it."""

from collections.abc import Iterator

import streamlit as st

from explorer.figures.real_numbers import significant
from explorer.ui.choose.target_choice import percent
from explorer.ui.explain.appearance import SIGNED
from explorer.ui.explain.map_view import hottest_place
from explorer.ui.explain.question import Question
from explorer.ui.widgets.facts import show_facts
from explorer.vision.checks.judgement import Judgement
from explorer.vision.methods.heat_map import HeatMap, settings_words
from explorer.vision.results import probabilities

_SOURCES = {"arXiv:": "https://arxiv.org/abs/", "github.com/": "https://github.com/", "doi:": "https://doi.org/"}


def show_warning(question: Question, heat_map: HeatMap, judgement: Judgement) -> None:
    """Says why there is nothing to see, where there is nothing, and offers the signed map if that shows more."""
    if judgement.kind == "clear":
        return
    with st.container(border=True):
        st.markdown(f":material/visibility_off: **{judgement.sentences[0]}** {' '.join(judgement.sentences[1:])}")
        if judgement.kind == "negative" and question.facts.signed and not st.session_state.get(SIGNED):
            st.button("Show the signed map", on_click=_show_signed)


def _show_signed() -> None:
    st.session_state[SIGNED] = True


def show_explanation(question: Question, heat_map: HeatMap, judgement: Judgement) -> None:
    """Two columns, of what is seen and what is not; numbers; and facts about the method."""
    seen, not_seen = st.columns(2, gap="large")
    with seen:
        st.subheader("What you see")
        st.markdown("\n".join(f"- {sentence}" for sentence in _seen(question, heat_map, judgement)))
    with not_seen:
        st.subheader("What you do not see")
        st.markdown("\n".join(f"- {sentence}" for sentence in _not_seen(question, heat_map, judgement)))
    show_facts(_numbers(question, heat_map))
    facts = question.facts
    settings = settings_words(heat_map.settings)
    st.caption(
        f"**{facts.title}.** {facts.story} Source: {_link(facts.source)}."
        + (f" Settings: {settings}." if settings else "")
        + f" Weights: {', '.join(dict.fromkeys((heat_map.provenance.source, heat_map.provenance.state)))}."
    )


def _seen(question: Question, heat_map: HeatMap, judgement: Judgement) -> Iterator[str]:
    words = question.target_words
    if question.subject.labels is None:
        yield (
            "**Noise.** Nobody trained these weights: the outputs have no meaning, and no place of the picture is a "
            "reason for anything."
        )
    hottest = hottest_place(heat_map)
    if hottest:
        what = "raise" if question.facts.signed else "move"
        yield (
            f"Which regions {what} the score of **{words}**, {question.place_words}. The brightest is at the "
            f"**{hottest}** of the picture."
        )
    yield _score(question, heat_map)
    if judgement.kind == "clear":
        yield from judgement.sentences[:-1]
    if share := question.branch_share:
        yield share.sentence


def _score(question: Question, heat_map: HeatMap) -> str:
    logits, target = question.subject.of_pass.logits, question.target
    if target.against is None:
        text = f"The score is a logit: {significant(float(logits[target.index]))} for {question.target_words}"
    else:
        first, second = (significant(float(logits[index])) for index in (target.index, target.against))
        text = f"The score is the difference of two logits: {first} less {second}, {significant(heat_map.score)}"
    labels = question.subject.labels
    if labels is None:
        return f"{text}."
    probability = percent(probabilities(logits, question.subject.provenance)[target.index])
    return f"{text}. The probability of {labels[target.index]} is {probability} among {logits.size} classes."


def _not_seen(question: Question, heat_map: HeatMap, judgement: Judgement) -> Iterator[str]:
    field, size = heat_map.field, heat_map.input_size
    reach = field.size
    if question.tap is None:
        yield "No layer: the map is about the pixels themselves, by way of the whole network."
    elif reach >= 2 * size:
        yield (
            f"Detail: each cell can see the whole picture (its receptive field is {reach:,} px wide, padding included, "
            f"the picture {size} px). A bright cell says where in the layer the evidence sits; it may have come from "
            "further away."
        )
    else:
        yield (
            f"What lies outside a cell's receptive field of {reach:,} × {reach:,} px: a cell cannot know of it. The "
            f"picture has {size} × {size} px, and neighbouring cells are {field.rows.jump} px apart."
        )
    if question.facts.signed:
        yield "What speaks against the target, unless *Signed* is on: it is cut off at 0."
    if question.tap is not None:
        yield "Later layers are not linear: removing a bright region need not lower the score."
    if judgement.kind == "clear":
        yield judgement.sentences[-1]


def _numbers(question: Question, heat_map: HeatMap) -> dict[str, str]:
    rows, columns = heat_map.signed.shape
    score = "Score (logit)" if question.target.against is None else "Score (difference of two logits)"
    numbers = {score: significant(heat_map.score)}
    if labels := question.subject.labels:
        subject = question.subject
        probability = probabilities(subject.of_pass.logits, subject.provenance)[question.target.index]
        numbers[f"Probability of {labels[question.target.index]}"] = percent(probability)
    numbers["Cells"] = f"{rows} × {columns}"
    if question.tap is not None:
        numbers["Receptive field of a cell"] = f"{heat_map.field.size:,} px"
    numbers["Largest value"] = significant(float(heat_map.signed.max()))
    numbers["Smallest value"] = significant(float(heat_map.signed.min()))
    return numbers


def _link(source: str) -> str:
    """The source with a link, where it names an address."""
    for prefix, address in _SOURCES.items():
        if prefix in source:
            before, _, rest = source.partition(prefix)
            return f"{before}[{prefix}{rest}]({address}{rest})"
    return source
