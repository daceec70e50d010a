import numpy as np
import pytest

from explorer.arch.receptive_field import Span
from explorer.figures.charts.maximization import maximization_curve
from explorer.figures.maps.common_scale import common_scale
from explorer.figures.maps.field_picture import Extent, extent, lit, outside, shares
from explorer.figures.maps.map_grid import map_grid


def test_one_value_in_a_thousand_does_not_pale_the_others():
    values = np.ones(10_000, np.float32)
    values[:5] = 100
    scale = common_scale(values, signed=False)
    assert (scale.low, scale.high, scale.colour_map) == (0, 1, "viridis")
    assert (scale.beyond, scale.least, scale.most) == (0.0005, 1, 100)


def test_signed_values_have_zero_in_the_middle():
    scale = common_scale(np.array([-4.0, 1.0, 2.0]), signed=True, covered_percent=100)
    assert (scale.low, scale.high, scale.colour_map, scale.beyond) == (-4, 4, "balance", 0)


def test_a_map_that_is_zero_almost_everywhere_still_has_a_range():
    values = np.zeros(10_000)
    values[0] = 3
    assert common_scale(values, signed=False).high == 3
    assert common_scale(np.zeros(4), signed=True).high == 0


def test_a_field_at_the_edge_reaches_into_the_padding():
    # Of block2_sepconv1 at 150 px: 11 px wide, 2 px apart, the first begins 2 px before the picture.
    span = Span(size=11, jump=2, start=-2)
    rows, columns = extent(span, 0, 150), extent(span, 71, 150)
    assert rows == Extent(-2, 8, 9)
    assert columns == Extent(140, 150, 10)
    assert outside(rows, columns) == pytest.approx(1 - 90 / 121)
    assert shares(rows, 150) == pytest.approx((-2 / 150, 11 / 150))


def test_what_a_cell_depends_on_is_lit_and_the_rest_in_shade():
    white = np.full((60, 90, 3), 200, np.uint8)
    picture = lit(white, Extent(-2, 8, 9), Extent(10, 19, 10), 30)
    bright = picture[..., 0] == 200
    assert set(np.flatnonzero(bright.any(axis=1))) == set(range(18))
    assert set(np.flatnonzero(bright.any(axis=0))) == set(range(30, 60))
    assert (picture[~bright] == 80).all()


def test_a_field_that_lies_in_the_padding_alone_still_leaves_a_line():
    picture = lit(np.full((4, 4, 3), 200, np.uint8), Extent(-9, -5, 0), Extent(40, 44, 0), 30)
    assert (picture[..., 0] == 200).sum() == 1


def test_the_maximization_is_told_in_words_too():
    chart = maximization_curve([-1.5, 0, 2.25], what="the logit of cup")
    assert "from −1.5 before the first step to 2.25 after 2 steps" in chart.alt
    assert list(chart.figure.data[0].y) == [-1.5, 0, 2.25]


def test_kernels_keep_all_their_weights_in_sight():
    kernels = np.full((3, 3, 2), 1.0, np.float32)
    options = {"columns": 2, "tile_px": 60, "colour_map": "balance", "low": -1, "high": 1}
    plain = map_grid(kernels, [0, 1], **options, numbered=False).picture
    assert len(np.unique(plain[1:61, 1:61].reshape(-1, 4), axis=0)) == 1
    numbered = map_grid(kernels, [0, 1], **options).picture
    assert len(np.unique(numbered[1:61, 1:61].reshape(-1, 4), axis=0)) > 1
