"""What the pages say about maps, where it could say too much."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.arch.receptive_field import PIXEL
from explorer.figures.maps.field_picture import Extent
from explorer.model.weights.arrays import Provenance
from explorer.ui.choose.target_choice import percent
from explorer.ui.explain.map_view import hottest_place
from explorer.ui.explain.scores import likeness, verdicts
from explorer.ui.features.field_panel import outside_words
from explorer.vision.checks.faithfulness import Curve, Faithfulness
from explorer.vision.checks.sanity import SanityCheck
from explorer.vision.methods.heat_map import HeatMap, settings_words
from explorer.vision.methods.target import Target

TRAINED = Provenance("pretrained", "somewhere", "", ())


def heat_map(signed: np.ndarray) -> HeatMap:
    return HeatMap("saliency", None, Target(0), signed.astype(np.float32), PIXEL, len(signed), 0.0, TRAINED, 0.0)


@pytest.mark.parametrize(("row", "column", "words"), [(0, 0, "top left"), (4, 4, "centre"), (8, 3, "bottom")])
def test_the_hottest_place_is_named_by_thirds(row, column, words):
    values = np.full((9, 9), 0.5)
    values[row, column] = 1
    assert hottest_place(heat_map(values)) == words


@pytest.mark.parametrize("value", [-1, 0, 1])
def test_a_flat_map_has_no_hottest_place(value):
    assert hottest_place(heat_map(np.full((9, 9), value))) is None


@pytest.mark.parametrize(
    ("probability", "words"), [(0.0004, "below 0.1 %"), (0.25, "25.0 %"), (0.9994, "99.9 %"), (0.9999, "above 99.9 %")]
)
def test_no_probability_is_rounded_to_certainty(probability, words):
    assert percent(probability).replace("\N{NARROW NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("field", "seen", "words"),
    [(91, 91, "All of the field lies"), (100, 90, "19 % of it"), (2000, 71, "More than 99 % of"), (999, 998, "Less")],
)
def test_what_lies_outside_is_neither_nothing_nor_all(field, seen, words):
    extent = Extent(0, field - 1, seen)
    assert outside_words(extent, extent).replace("\N{NO-BREAK SPACE}", " ").startswith(words)


def test_with_random_weights_no_map_depends_on_what_was_learnt():
    check = SanityCheck(heat_map(np.eye(20)), 0.1, 0)
    assert "depends on what was learnt" in likeness(check, is_random=False)
    assert "Nothing was learnt here" in likeness(check, is_random=True)
    assert "hardly depends" in likeness(replace(check, rank_correlation=-0.9), is_random=False)
    assert "flat" in likeness(replace(check, rank_correlation=float("nan")), is_random=True)


@pytest.mark.parametrize(
    ("area", "deletion", "insertion"),
    [
        (
            0.1,
            "**beats all 3 random orders**",
            "beats none of 3 random orders: evidence against the map",
        ),
        (
            0.35,
            "beats 1 of 3 random orders: no evidence for the map",
            "beats 2 of 3 random orders: no evidence for the map",
        ),
        (0.9, "beats none of 3", "**beats all 3 random orders**"),
    ],
)
def test_a_curve_is_held_against_every_random_order(area, deletion, insertion):
    ends = np.zeros(2)
    curve = Curve(ends, ends.copy(), ends.copy(), area, 0.3, (0.2, 0.3, 0.4))
    told = verdicts(Faithfulness(curve, curve, 0.5, 1, 0, 0.0), "cup")
    assert deletion in told[0]
    assert insertion in told[1]


def test_settings_have_their_units():
    assert settings_words({"patch_px": 18, "noise": 0.15, "seed": 0}) == "patch 18 px, noise 0.15, seed 0"
