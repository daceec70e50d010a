"""What is said of maps whose every number is known, and how evidence is shared at an addition."""

import math
from dataclasses import replace

import numpy as np
import pytest

from explorer.arch.places.taps import Stage, Tap
from explorer.arch.receptive_field import PIXEL
from explorer.errors import WeightsError
from explorer.model.gradients.openvino_gradients import Gradients
from explorer.model.weights.arrays import Provenance
from explorer.vision.checks.judgement import BranchShare, branch_share, is_flat, judge
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.method import Method
from explorer.vision.methods.target import Target

TRAINED = Provenance("pretrained", "test", "Trained in a test.")
FIRST = Target(0)


def heat_map(values, method: Method = "grad-cam", stage: Stage | None = "act", target: Target = FIRST) -> HeatMap:
    signed = np.array(values, np.float32)
    field = (*signed.shape, 3), PIXEL
    place = Tap("conv", stage, "node", "Module", "exit", *field, signed=stage != "act") if stage else None
    return HeatMap(method, place, target, signed, PIXEL, len(signed), 0.0, TRAINED, 0.0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.zeros((3, 4)), "all 12 cells are 0,"),
        (np.full((2, 2), -0.125), "all 4 cells are -0.125,"),
        (1e-6 * (1 + 1e-7 * np.arange(4).reshape(2, 2)), "all 4 cells are 1e-06,"),
        ([[7.0]], "a single cell"),
    ],
)
def test_flat(values, sentence):
    judgement = judge(heat_map(values))
    assert judgement.kind == "flat"
    assert len(judgement.sentences) == 1
    assert sentence in judgement.sentences[0]


def test_small_values_are_not_flat():
    assert not is_flat(np.array([[1e-30, 2e-30]], np.float32))
    assert not is_flat(np.array([[1, 1 + 1e-5]], np.float32))
    assert judge(heat_map([[1e-30, 0]])).kind == "clear"


BEFORE_RELU = "values can be below 0 themselves"
NO_NEGATIVE_WEIGHT = "gives no channel a negative weight"
OUTWEIGH = "channels that lower the score outweigh"


@pytest.mark.parametrize(
    ("method", "stage", "target", "reason"),
    [
        ("grad-cam", "bn", Target(0), BEFORE_RELU),
        ("grad-cam", "pointwise", Target(0), BEFORE_RELU),
        ("grad-cam", "depthwise", Target(0), BEFORE_RELU),
        ("grad-cam", "add", Target(0), BEFORE_RELU),
        ("grad-cam++", "bn", Target(0), BEFORE_RELU),
        ("grad-cam", "act", Target(0), OUTWEIGH),
        ("layercam", "bn", Target(0), NO_NEGATIVE_WEIGHT),
        ("score-cam", "add", Target(0), NO_NEGATIVE_WEIGHT),
        ("faster-score-cam", "bn", Target(0), NO_NEGATIVE_WEIGHT),
        ("score-cam", "bn", Target(0, against=1), BEFORE_RELU),
        ("score-cam", "act", Target(0, against=1), OUTWEIGH),
        ("occlusion", None, Target(0), "left the score as it was or raised it"),
    ],
)
def test_negative_gives_the_reason(method, stage, target, reason):
    judgement = judge(heat_map([[0, -2], [-1, -0.5]], method, stage, target))
    assert judgement.kind == "negative"
    what, offer, why = judgement.sentences
    assert "all 4 are at or below 0, down to -2." in what
    assert "signed map" in offer
    assert reason in why


def test_clear_says_how_concentrated_and_what_is_cut_off():
    values = np.zeros((4, 5))  # 20 cells: a tenth of them are 2
    values[1, 1:4] = 3, 2, 1
    values[2, 2] = -1.5
    assert judge(heat_map(values)).kind == "clear"
    assert judge(heat_map(values)).sentences == (
        "The hottest 2 of 20 cells (10 %) hold 83 % of the evidence for the target.",
        "Evidence against the target adds up to 25 % of that for it.",
        "The map shows what the score answers to, not that the answer is right.",
    )
    assert judge(heat_map(np.abs(values))).sentences[1] == "No cell is below 0."
    # Where the layer's values have signs of their own, a cell below 0 need not be evidence against.
    assert judge(heat_map(values, stage="add")).sentences[1] == "The cells below 0 add up to 25 % of those above 0."
    assert judge(heat_map(values), "cup").sentences[1] == "Evidence against cup adds up to 25 % of that for it."


def test_a_map_without_signs_claims_none():
    values = np.zeros((4, 5))
    values[1, 1] = 3
    sentences = judge(heat_map(values, "saliency", None)).sentences
    assert sentences[0] == "The hottest 2 of 20 cells (10 %) hold 100 % of the map's total."
    assert "may speak for the target or against it" in sentences[1]
    assert not any("below 0" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("inner", "ring", "warned"),
    [
        (1, 1, False),  # evenly: 36 of 100 cells hold 36 %
        (1, 4, False),  # 144 of 208, 69 %: not twice 36 %
        (1, 5, True),  # 180 of 244, 74 %
        (0, 1, True),
    ],
)
def test_a_map_that_lives_at_the_edge_is_warned_of(inner, ring, warned):
    values = np.full((10, 10), float(ring))
    values[1:-1, 1:-1] = inner
    values[0, 0] += 1e-3  # not flat
    sentences = judge(heat_map(values)).sentences
    assert any("outermost ring of cells, 36 % of all" in sentence for sentence in sentences) == warned


def test_no_edge_is_told_where_most_cells_are_edge_or_there_is_no_padding():
    corner = np.zeros((5, 5))
    corner[0, 0] = 1
    assert not any("outermost" in sentence for sentence in judge(heat_map(corner)).sentences)
    corner = np.zeros((12, 12))
    corner[0, 0] = 1
    assert not any("outermost" in sentence for sentence in judge(heat_map(corner, "occlusion", None)).sentences)
    assert any("outermost" in sentence for sentence in judge(heat_map(corner)).sentences)


@pytest.mark.parametrize(("hot", "told"), [(1e4, "more than 99 %"), (0.0, "13 %")])
def test_percentages_do_not_round_to_all_or_nothing(hot, told):
    values = np.full((4, 4), 1.0)
    values[1, 1] += hot + 1e-3
    values[1, 2] += 1e-3
    assert f"hold {told} of" in judge(heat_map(values)).sentences[0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_cells_that_are_no_numbers_are_the_weights_fault(bad):
    with pytest.raises(WeightsError, match="weights of test the map's cells are not finite"):
        judge(heat_map([[1, bad]]))


def test_large_cells_do_not_overflow():
    largest = float(np.finfo(np.float32).max)
    assert judge(heat_map([[largest, largest], [0, -largest]])).kind == "clear"


def gradients(activation: np.ndarray, gradient: np.ndarray) -> Gradients:
    return Gradients(activation, gradient, np.zeros((1, 2)), np.zeros(1))


def test_evidence_at_an_addition_is_gradient_times_value():
    branch = np.array([1.0, 2, 0, -1]).reshape(1, 2, 2, 1)
    shortcut = np.array([3.0, 0, 1, 1]).reshape(1, 2, 2, 1)
    gradient = np.array([1.0, 0.5, 2, -1]).reshape(1, 2, 2, 1)
    share = branch_share(gradients(branch + shortcut, gradient), shortcut)
    assert share == BranchShare(branch=1 + 1 + 0 + 1, shortcut=3 + 0 + 2 - 1)
    assert share.share == pytest.approx(3 / 7)
    assert share.sentence == (
        "This map covers 43 % of this module's evidence for the target. The other 57 % takes the shortcut and is not "
        "shown here."
    )


def test_a_tenth_of_few_cells_is_told_as_what_it_is():
    assert judge(heat_map(np.eye(3))).sentences[0].startswith("The hottest 1 of 9 cells (11 %) holds 33 % of")


def test_evidence_that_disagrees_is_said():
    assert BranchShare(-1, 3).share == 0.25
    assert BranchShare(-1, 3).of("cup") == (
        "This map covers 25 % of this module's evidence, and that part speaks against cup. The other 75 % speaks for "
        "it, takes the shortcut and is not shown here."
    )
    assert "speaks for cup. The other 75 % speaks against it" in BranchShare(1, -3).of("cup")
    assert "25 % of this module's evidence against the target. The other 75 %" in BranchShare(-1, -3).sentence
    assert "covers 0 % of this module's evidence against the target" in BranchShare(0, -3).sentence


def test_no_evidence_has_no_share():
    nothing = branch_share(gradients(np.ones((1, 2, 2, 3)), np.zeros((1, 2, 2, 3))), np.ones((1, 2, 2, 3)))
    assert math.isnan(nothing.share)
    assert nothing.sentence == "No evidence passes this module: its output does not move the score."


def test_a_judgement_does_not_depend_on_scale():
    values = np.random.default_rng(1).normal(size=(9, 9))
    assert judge(heat_map(values)) == judge(heat_map(1e-6 * values)) == judge(heat_map(1e20 * values))
    assert judge(replace(heat_map(values), provenance=replace(TRAINED, state="random"))) == judge(heat_map(values))
