"""Whether a map tells the truth: the deletion test and the random-weights test."""

from math import isnan

import streamlit as st

from explorer.figures.charts.faithfulness_charts import faithfulness_curves
from explorer.figures.maps.overlay import png_bytes
from explorer.ui.explain.appearance import usual_appearance
from explorer.ui.explain.painted_map import painted_map
from explorer.ui.explain.question import Question
from explorer.ui.session import cache
from explorer.ui.session.long_computation import offer, slow
from explorer.ui.widgets.charts import show_chart
from explorer.vision.checks.faithfulness import PASS_COST, Curve, Faithfulness, faithfulness_passes
from explorer.vision.checks.sanity import CHECKED, SanityCheck
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.table import METHODS
from explorer.vision.methods.target import Target

_ALIKE, _UNLIKE = 0.7, 0.3
"""Rank correlations from which two maps are called much alike, and up to which unlike."""

_FEW_CELLS = 100

SANITY_CHECK = "sanity_check"
"""Key of the switch that shows the map with random weights."""


def show_scores(question: Question, heat_map: HeatMap) -> None:
    """Two checks, each when it is asked for."""
    st.subheader("Can you trust it?")
    st.markdown(
        "A map is a claim: *these regions decide the answer*. Two tests of the claim; whether a map looks good is no "
        "test."
    )
    holds, depends = st.tabs(("Deletion test", "Random-weights test"))
    with holds:
        _show_faithfulness(question, heat_map)
    with depends:
        _show_sanity_check(question, heat_map)


def _show_faithfulness(question: Question, heat_map: HeatMap) -> None:
    subject = question.subject
    st.markdown(
        "The map's hottest pixels turn gray first (deletion), or come back first in a blurred copy (insertion). If the "
        "map is right, the class's probability falls, or rises, sooner than in a random order."
    )
    scores = question.faithfulness
    if scores is None:
        scores = offer(
            "Deletion and insertion",
            "Removing and restoring pixels",
            slow("deletion", PASS_COST, faithfulness_passes(), subject.look),
            cache.faithfulness(subject.look, heat_map),
            key="faithfulness",
        )
        if scores is None:
            return
        question.finish("faithfulness", scores)
    name = Target(question.target.index).words(subject.labels)
    st.markdown(" ".join(verdicts(scores, name)))
    show_chart(faithfulness_curves(scores.deletion, scores.insertion, class_name=name), "chart_faithfulness")
    st.caption(
        f"{scores.steps} steps; random orders of patches as large as the map's cells, seed {scores.seed}; their mean "
        "is drawn. *On average* is over all steps: the area under the curve. Source: "
        "[arXiv:1806.07421](https://arxiv.org/abs/1806.07421)."
    )


def verdicts(scores: Faithfulness, name: str) -> tuple[str, str]:
    """Each curve against the random ones, in a sentence."""
    deletion, insertion = scores.deletion, scores.insertion
    return (
        f"Deletion, after which the probability of *{name}* should be low on average: the map "
        f"**{_compared(deletion, smaller_is_better=True)}**.",
        f"Insertion, after which it should be high: the map **{_compared(insertion, smaller_is_better=False)}**.",
    )


def _compared(curve: Curve, *, smaller_is_better: bool) -> str:
    """How the map's area stands to those of the random orders."""
    areas = curve.random_areas
    beats = [curve.map_area < area if smaller_is_better else curve.map_area > area for area in areas]
    if all(beats):
        return f"beats all {len(areas)} random orders"
    if not any(beats):
        return f"beats none of {len(areas)} random orders: evidence against the map"
    return f"beats {sum(beats)} of {len(areas)} random orders: no evidence for the map"


def _show_sanity_check(question: Question, heat_map: HeatMap) -> None:
    st.markdown(
        "The same map with random weights, as before training, in all layers after its own. A map that stays the same "
        "shows the picture, not what the network has learnt."
    )
    if question.method not in CHECKED:
        methods = ", ".join(METHODS[method].title for method in CHECKED)
        st.caption(f"This test is for maps by {methods}: one run gives each again.")
        return
    if not st.toggle("Show the map with random weights", key=SANITY_CHECK, persist_state="session"):
        return
    check = question.sanity_check
    assert check is not None
    first, second, words = st.columns(3, gap="small")
    _show_one(first, question, heat_map, "With its own weights")
    _show_one(second, question, check.heat_map, f"With random weights after {_place(question)}")
    with words:
        st.metric("Rank correlation of the cells", "none" if isnan(check.rank_correlation) else _signed(check))
        st.markdown(likeness(check, is_random=heat_map.provenance.state == "random"))


def _show_one(place: "st.delta_generator.DeltaGenerator", question: Question, heat_map: HeatMap, words: str) -> None:
    shown = painted_map(question, heat_map, usual_appearance(False, float(heat_map.values.max())))
    place.image(png_bytes(shown.overlay), width="stretch", alt=f"{question.subject.picture.alt}; heat map {words}")
    place.caption(words)


def _place(question: Question) -> str:
    return question.tap.name if question.tap else "the picture, which is all of them"


def _signed(check: SanityCheck) -> str:
    return f"{check.rank_correlation:+.2f}".replace("-", "\N{MINUS SIGN}")


def likeness(check: SanityCheck, *, is_random: bool) -> str:
    """What the rank correlation says of the map.

    Args:
        check: The map and its double.
        is_random: Whether the map's own weights are random, so that there is nothing learnt to depend on.
    """
    size = abs(check.rank_correlation)
    if isnan(size):
        return "One of the two maps is flat: its cells have no order to compare."
    if is_random:
        words = "Nothing was learnt here: the weights were random before, too."
    elif size >= _ALIKE:
        words = "**Much alike.** The map hardly depends on what was learnt after this layer."
    elif size <= _UNLIKE:
        words = "**Unlike.** The map depends on what was learnt after this layer, as it should."
    else:
        words = "**Partly alike.** The layers before it kept their weights, so some likeness is to be expected."
    cells = check.heat_map.signed.size
    few = f" With only {cells} cells, other random weights give quite another number." if cells <= _FEW_CELLS else ""
    return f"{words}{few} Seed {check.seed}; source: [arXiv:1810.03292](https://arxiv.org/abs/1810.03292)."
