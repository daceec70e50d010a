"""Whatever a link asks to cover, the nearest box that there is comes out, and what was asked in vain is said."""

import numpy as np
import pytest

from explorer.ui.links.parts.cover_link import SMALLEST, edges_text, nearest_edges, read_cover, read_edges
from explorer.ui.painted.box_picture import read_box
from explorer.ui.pictures.cover_panel import change_words, points, shown_classes
from explorer.vision.checks.covering import Box


@pytest.mark.parametrize(
    ("asked", "taken", "said"),
    [
        ({}, {}, ()),
        ({"cover": "0.1,0.2,0.5,0.75", "filling": "blur"}, {"cover": "0.1,0.2,0.5,0.75", "filling": "blur"}, ()),
        ({"cover": " 0.10, .2,0.5,.75 "}, {"cover": "0.1,0.2,0.5,0.75"}, ()),
        ({"filling": "chelsea"}, {"filling": "chelsea"}, ()),
        ({"cover": "0.5,0.75,0.1,0.2"}, {"cover": "0.1,0.2,0.5,0.75"}, ("left, top, right, bottom; 0.1,0.2",)),
        ({"cover": "-3,0,2,1"}, {"cover": "0,0,1,1"}, ("0,0,1,1 is shown",)),
        ({"cover": "1,1,1,1"}, {"cover": "0.98,0.98,1,1"}, ("0.98,0.98,1,1 is shown",)),
        ({"cover": "0.1,0.2,0.5"}, {}, ("nothing is covered",)),
        ({"cover": "nan,0,1,1"}, {}, ("nothing is covered",)),
        ({"cover": "0,0,1e999,1"}, {}, ("nothing is covered",)),
        ({"cover": "<script>", "filling": "<b>"}, {}, ("cover='script'", "filling: must be one of gray, blur")),
        ({"cover": "1," * 100_000}, {}, ("nothing is covered",)),
    ],
)
def test_the_nearest_box_is_taken(asked, taken, said):
    view = read_cover(asked)
    assert view.query == taken
    assert len(view.ignored) == len(said)
    for sentence, expected in zip(view.ignored, said, strict=True):
        assert expected in sentence


def test_every_box_that_comes_out_can_be_drawn_and_said_in_a_link():
    generator = np.random.default_rng(0)
    for numbers in [*generator.uniform(-0.5, 1.5, (500, 4)), *generator.uniform(0.4, 0.41, (500, 4))]:
        edges = nearest_edges([float(number) for number in numbers])
        box = Box(*edges)
        assert min(box.right - box.left, box.bottom - box.top) >= SMALLEST - 1e-9
        assert read_edges(edges_text(edges)) == edges


@pytest.mark.parametrize(
    "value", [None, "0,0,1,1", [0, 0, 1], *([0, 0, 1, last] for last in (None, True, float("inf")))]
)
def test_what_a_browser_says_is_four_numbers_or_nothing(value):
    assert read_box(value) is None
    assert read_box([0, 0.25, 1, 1]) == (0.0, 0.25, 1.0, 1.0)


def test_probabilities_before_and_after_are_told_in_points():
    before, after = np.array([0.2, 0.7, 0.1]), np.array([0.6, 0.25, 0.15])
    assert shown_classes(before, after) == [1, 0, 2]
    assert [points(*each) for each in zip(before, after, strict=True)] == ["+40.0", "−45.0", "+5.0"]
    assert points(0.5, 0.50001) == points(0.5, 0.49999) == "0.0"
    assert "Now **cup** is the most probable, with 60.0" in change_words(["cup", "fork", "glass"], before, after)
    many = np.linspace(1, 0, 1000)
    assert shown_classes(many, many[::-1]) == [0, 1, 2, 3, 4, 995, 996, 997, 998, 999]
