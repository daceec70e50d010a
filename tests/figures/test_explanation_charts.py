"""Charts and tables of explanations hold the numbers they are given, in marks and in words."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from explorer.errors import ConfigError
from explorer.figures.charts.faithfulness_charts import faithfulness_curves
from explorer.figures.charts.histogram import channel_histogram
from explorer.figures.maps.colour_bar import colour_bar_html
from explorer.figures.maps.kernel_table import kernel_html
from explorer.figures.real_numbers import aligned, significant

FRACTIONS = np.array([0, 0.5, 1])
DELETION = SimpleNamespace(
    fractions=FRACTIONS, map=np.array([0.9, 0.2, 0.1]), random=np.array([0.9, 0.7, 0.1]), map_area=0.35, random_area=0.6
)
INSERTION = SimpleNamespace(
    fractions=FRACTIONS, map=np.array([0.1, 0.3, 0.9]), random=np.array([0.1, 0.5, 0.9]), map_area=0.4, random_area=0.5
)


def test_faithfulness_shows_both_orders_in_both_panels() -> None:
    figure = faithfulness_curves(DELETION, INSERTION, class_name="cup").figure
    shown = {(trace.xaxis, trace.name): (list(trace.x), list(trace.y)) for trace in figure.data}
    axes = {"x": DELETION, "x2": INSERTION}
    assert shown.keys() == {(axis, order) for axis in axes for order in ("hottest first", "random order")}
    for axis, curve in axes.items():
        for order, values in (("hottest first", curve.map), ("random order", curve.random)):
            x, y = shown[axis, order]
            assert x == [0, 50, 100]
            assert y == pytest.approx(list(100 * values))
    assert sum(trace.showlegend for trace in figure.data) == 2
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["<b>Deletion</b><br>area 0.35, random 0.60", "<b>Insertion</b><br>area 0.40, random 0.50"]
    assert figure.layout.yaxis.title.text == "Probability of cup"
    assert figure.layout.yaxis.range == (0, 100)


def test_faithfulness_says_which_score_speaks_for_the_map() -> None:
    alt = faithfulness_curves(DELETION, INSERTION, class_name="cup").alt
    assert "takes it from 90.0 % to 10.0 %" in alt
    assert "0.35 against 0.60 in random order: smaller, as of a faithful map." in alt
    assert "0.40 against 0.50 in random order: not larger, as a faithful map's would be." in alt


def bars(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts, and edges with one more."""
    (bar,) = channel_histogram(values, title="channel 3").figure.data
    half = np.array(bar.width) / 2
    return np.array(bar.y), np.append(np.array(bar.x) - half, bar.x[-1] + half[-1])


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(size=(19, 19)),
        np.random.default_rng(1).exponential(size=500).astype(np.float32) * 1e-8,
        np.array([-3.0, -2, -1]),
        np.array([5.0]),
        np.array([-7.25, -7.25]),
        np.array([-0.7, 0.1]),
        np.array([1e6, 1e6 + 1]),
        np.array([0.1 * i for i in range(-13, 28)]),
    ],
    ids=["signed", "tiny", "negative", "one", "equal", "two", "far", "round"],
)
def test_histogram_counts_every_cell_once_in_equal_bins(values: np.ndarray) -> None:
    counts, edges = bars(values)
    assert counts.sum() == np.count_nonzero(values)
    assert np.diff(edges) == pytest.approx(np.diff(edges)[0])
    assert 1 <= len(counts) <= 42
    if values.min() < 0 < values.max():
        assert np.abs(edges).min() < 1e-9 * np.ptp(values)


def test_histogram_puts_values_where_they_are() -> None:
    counts, edges = bars(np.array([1.0] * 3 + [41.0] * 2))
    assert (counts[0], counts[-1]) == (3, 2)
    assert edges == pytest.approx(np.arange(1, 42))


def test_histogram_tells_zeros_and_does_not_draw_them() -> None:
    chart = channel_histogram([[0, 0, 0], [2, 4, 0]], title="block2_sepconv1, channel 3")
    assert [note.text for note in chart.figure.layout.annotations] == ["4 of 6 cells are 0 (66.7 %), not drawn"]
    assert sum(chart.figure.data[0].y) == 2
    assert chart.alt.startswith(
        "Histogram of block2_sepconv1, channel 3: values from 0 to 4, mean 1. 4 of 6 cells are 0 (66.7 %)."
    )


def test_histogram_of_a_dead_channel_is_empty() -> None:
    chart = channel_histogram(np.zeros((5, 5)), title="channel 3")
    assert sum(chart.figure.data[0].y) == 0
    assert chart.alt == "Histogram of channel 3: values from 0 to 0, mean 0. 25 of 25 cells are 0 (100.0 %)."


def cells(html: str) -> list[list[str]]:
    """Rows of what is written in the cells."""
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]


def test_kernel_table_holds_the_numbers_in_one_precision() -> None:
    html = kernel_html([[0.5, -0.25], [0, -0.0001]], title="channel 3 <&>")
    assert cells(html) == [["0.500", "−0.250"], ["0.000", "0.000"]]
    assert 'title="−0.0001"' in html
    assert "channel 3 &lt;&amp;&gt;" in html and "<&>" not in html
    # The largest is deepest red, its opposite half as strong is a blue; nothing is the neutral colour.
    assert "background:rgb(103,0,31);color:#FFFFFF" in html
    assert html.count("background:rgb(247,247,247);color:#000000") == 2


def test_kernel_of_nothing_is_neutral() -> None:
    html = kernel_html(np.zeros((3, 3)), title="")
    assert cells(html) == [["0"] * 3] * 3 and html.count("rgb(247,247,247)") == 9


def test_colour_bar_states_its_ends_and_the_middle_of_signed_maps() -> None:
    html = colour_bar_html("viridis", 0, 1.5, title="Grad-CAM of <cup>")
    assert re.findall(r"<span>(.*?)</span>", html) == ["0", "1.5"]
    assert "(to right,rgb(68,1,84)," in html and ",rgb(253,231,37))" in html
    assert "Grad-CAM of &lt;cup&gt;" in html
    signed = colour_bar_html("balance", -2e-6, 2e-6, title="")
    assert re.findall(r"<span>(.*?)</span>", signed) == ["−2e−6", "0", "2e−6"]
    with pytest.raises(ConfigError, match="jet"):
        colour_bar_html("jet", 0, 1, title="")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.0, "0"), (-3.14159, "−3.14"), (1.5e-7, "1.5e−7"), (123456.0, "1.23e5"), (100, "100")],
)
def test_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text


@pytest.mark.parametrize(
    ("value", "largest", "text"),
    [(0.5, 12.3, "0.5"), (-0.004, 0.9, "−0.004"), (-0.0004, 9, "0.00"), (-2e-7, 3e-6, "−2.0e−7"), (0, 3e-6, "0")],
)
def test_numbers_of_a_table_are_aligned(value: float, largest: float, text: str) -> None:
    assert aligned(value, largest) == text
