"""In plain words what a map shows and what it does not, and the numbers behind it."""

from collections.abc import Iterator

import streamlit as st

from explorer.figures.real_numbers import significant
from explorer.ui.choose.target_choice import percent
from explorer.ui.explain.appearance import SIGNED, is_signed
from explorer.ui.explain.map_view import hottest_place
from explorer.ui.explain.question import Question
from explorer.ui.widgets.facts import show_facts
from explorer.vision.checks.judgement import Judgement
from explorer.vision.methods.heat_map import HeatMap, settings_words
from explorer.vision.methods.target import Target
from explorer.vision.results import probabilities

_SOURCES = {"arXiv:": "https://arxiv.org/abs/", "github.com/": "https://github.com/", "doi:": "https://doi.org/"}


def show_warning(question: Question, heat_map: HeatMap, judgement: Judgement) -> None:
    """Says why there is nothing to see, where there is nothing, and offers the signed map if that shows more."""
    if judgement.kind == "clear":
        return
    first, *others = judgement.sentences
    offered = judgement.kind == "negative" and question.facts.signed and not is_signed(heat_map.method)
    if judgement.kind == "negative" and not offered:
        others = others[1:]  # of the signed map, which is shown
    with st.container(border=True):
        st.markdown(f":material/info: **{first}** {' '.join(others)}")
        if offered:
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
            "**Noise.** Nobody trained these weights: the outputs have no meaning, and no region of the picture is a "
            "reason for anything."
        )
    if question.is_guess:
        yield "The network is **guessing**: these are reasons for a guess."
    signed = is_signed(heat_map.method)
    if hottest := hottest_place(heat_map):
        strongest = "The reddest" if signed else "The brightest"
        yield (
            f"Which regions {_effect(question)} **{words}**, {question.place_words}. {strongest} is at the "
            f"**{hottest}** of the picture."
        )
    if signed:
        yield f"Red is above 0, for **{words}**; blue is below 0, against it."
    yield _score(question, heat_map)
    if judgement.kind == "clear":
        yield from judgement.sentences[:-1]
    if share := question.branch_share:
        yield share.of(question.short_target_words)


def _effect(question: Question) -> str:
    """What the regions of a map do for its target; the network says the class that it finds most probable."""
    if not question.facts.signed:
        return "move the score of"
    is_said = question.subject.labels is not None and question.target == Target(
        int(question.subject.of_pass.logits.argmax())
    )
    return "made the network say" if is_said else "raise the score of"


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
        yield "No layer: the map is about the pixels themselves, through the whole network."
    elif reach >= 2 * size:
        yield (
            f"Detail: each cell can see the whole picture (its receptive field is {reach:,} px wide, padding included, "
            f"the picture {size} px). A bright cell says where in the layer the evidence sits; it may come from "
            "further away in the picture."
        )
    else:
        yield (
            f"What lies outside a cell's receptive field of {reach:,} × {reach:,} px: a cell cannot know of it. The "
            f"picture has {size} × {size} px, and neighbouring cells are {field.rows.jump} px apart."
        )
    if question.facts.signed and not is_signed(heat_map.method):
        yield f"Evidence against {question.short_target_words}: it is cut off at 0. *Signed*, under Display, shows it."
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
