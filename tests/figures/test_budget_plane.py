from dataclasses import replace

import pytest

from explorer.configuration.registry import PAPER
from explorer.counting.frontier import plane_of, setting_of
from explorer.counting.limits import QUANTITIES, limits_of
from explorer.figures.charts.style import Chart
from explorer.figures.comparison.budget_plane import budget_plane
from explorer.networks.inception_v3 import InceptionV3Config

PARAMS = QUANTITIES[0]
INCEPTION = limits_of(InceptionV3Config())


def drawn(quantity=PARAMS, limit=None, config=PAPER, reference="Inception V3") -> Chart:
    limit = INCEPTION[quantity] if limit is None else limit
    return budget_plane(plane_of(config), quantity, limit, setting_of(config), reference=reference)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_map_holds_every_setting_and_the_frontier_lies_on_it(quantity):
    heat, line, frontier, own = drawn(quantity).figure.data
    plane = plane_of(PAPER)
    for y, row in zip(heat.y, plane.settings, strict=True):
        for x, z, text, setting in zip(heat.x, heat.z[y], heat.text[y], row, strict=True):
            assert (x, y) == (setting.width, setting.repeats)
            assert 2**z * INCEPTION[quantity] == pytest.approx(setting.costs[quantity])
            assert (z <= 0) == ("too much" not in text) == setting.keeps({quantity: INCEPTION[quantity]})
    assert line.contours.start == line.contours.end == 0 and line.z == heat.z
    expected = plane.frontier({quantity: INCEPTION[quantity]})
    assert list(zip(frontier.x, frontier.y, strict=True)) == [(each.width, each.repeats) for each in expected]
    assert (own.x[0], own.y[0]) == (1.0, 8)


def test_reference_and_numbers_stand_in_title_and_words():
    chart = drawn()
    assert chart.figure.layout.title.text == "Parameters: at the most 23,851,784,<br>as Inception V3"
    assert "the limit of 23,851,784 of Inception V3. 442 of 1,188 settings are admissible" in chart.alt
    assert "1 and 8, 0.95 and 10" in chart.alt
    assert chart.alt.endswith("Yours, Width multiplier 1, Middle-flow modules 8, is admissible.")
    assert drawn(limit=5_000_000, reference="").figure.layout.title.text == "Parameters: at the most 5,000,000"


def test_what_is_predicted_says_so() -> None:
    quantity = replace(PARAMS, title="Milliseconds, predicted", origin="from layers measured here", write=str)
    plane, own = plane_of(PAPER, (quantity,)), setting_of(PAPER, (quantity,))
    chart = budget_plane(plane, quantity, 20, own, reference="MobileNet V1")
    words = "Milliseconds, predicted from layers measured here:<br>at the most 20, as MobileNet V1"
    assert chart.figure.layout.title.text == words
    assert "by Milliseconds, predicted from layers measured here, against the limit of 20 of MobileNet V1" in chart.alt


def test_nothing_admissible_and_a_setting_beside_the_grid():
    chart = drawn(limit=1000, config=replace(PAPER, width=0.33))
    _, _, frontier, own = chart.figure.data
    assert list(frontier.x) == [] and list(own.x) == [0.33]
    assert "0 of 1,188 settings are admissible. The frontier: nothing." in chart.alt
    assert "not admissible" in chart.alt


def test_the_page_s_colours_are_left_alone():
    layout = drawn().figure.layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is layout.title.font.color is layout.xaxis.tickfont.color is None
