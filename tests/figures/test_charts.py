"""The charts hold the tally's exact numbers, in bars, lines and words."""

from dataclasses import replace
from typing import get_args

import plotly.graph_objects as go
import pytest

from explorer.arch.ops import Kind
from explorer.configuration.registry import PAPER, PRESETS, graph_of
from explorer.counting.published.accuracy import Accuracy, accuracy_points
from explorer.counting.tally import Cost, Tally, tally
from explorer.figures.charts.cost import cost_by_kind, cost_by_module, cost_of
from explorer.figures.charts.prediction import top_predictions
from explorer.figures.charts.receptive_field_chart import receptive_field_through_depth
from explorer.figures.charts.shapes import shapes_through_depth
from explorer.figures.comparison.accuracy import accuracy_against_cost, accuracy_against_time
from explorer.figures.comparison.comparison_charts import cost_by_stage, cost_through_depth, memory_use
from explorer.figures.theme import FLOW_COLOURS, KIND_COLOURS, STATE_COLOURS, flow_colours
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from tests.figures.test_timing_charts import TIMING

COSTS = get_args(Cost)
CONFIGS = {
    **{name: preset.config for name, preset in PRESETS.items()},
    "inception-v3": InceptionV3Config(),
    "shallow": XceptionConfig(middle_repeats=0),
    "deep": XceptionConfig(middle_repeats=32),
    "thin": XceptionConfig(width=0.25, input_size=71),
    "regular": XceptionConfig(segments=1),
}


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    return {name: tally(graph_of(config)) for name, config in CONFIGS.items()}


@pytest.fixture(params=CONFIGS)
def network(request: pytest.FixtureRequest, tallies: dict[str, Tally]) -> Tally:
    return tallies[request.param]


def bars(figure: go.Figure) -> list[go.Bar]:
    return [trace for trace in figure.data if trace.type == "bar"]


@pytest.mark.parametrize("by", COSTS)
def test_bars_by_module_add_up_to_the_total(network: Tally, by: Cost) -> None:
    chart = cost_by_module(network, by=by)
    assert sum(value or 0 for bar in bars(chart.figure) for value in bar.y) == getattr(network, by)
    for position, module in enumerate(network.module_tallies):
        assert sum(bar.y[position] or 0 for bar in bars(chart.figure)) == getattr(module, by)
    assert f"{getattr(network, by):,}" in chart.alt


def test_bars_by_kind_hold_each_kind_exactly(network: Tally) -> None:
    chart = cost_by_kind(network)
    colour_of = {colour: kind for kind, colour in KIND_COLOURS.items()}
    shown: dict[Kind, list[int]] = {
        colour_of[bar.marker.color]: [int(row[0].replace(",", "")) for row in bar.customdata]
        for bar in bars(chart.figure)
    }
    for kind in get_args(Kind):
        work = network.kind(kind)
        assert shown.get(kind, [0, 0]) == [cost_of(work, by) for by in COSTS]
    for row in range(len(COSTS)):
        assert sum(bar.x[row] for bar in bars(chart.figure)) == pytest.approx(100)


def test_depthwise_part_of_the_paper_is_pointed_out(tallies: dict[str, Tally]) -> None:
    chart = cost_by_kind(tallies["paper"])
    # 132,190,344 of 8,357,403,496 MACs; 207,432 of 22,910,480 parameters
    assert [note.text for note in chart.figure.layout.annotations] == ["Depthwise 1.6 %", "Depthwise 0.9 %"]
    assert "MACs: 8,357,403,496, of them depthwise 1.6 %, pointwise 90.6 %" in chart.alt


def test_larger_channel_segments_are_not_called_depthwise(tallies: dict[str, Tally]) -> None:
    names = {bar.name for bar in bars(cost_by_kind(tallies["regular"]).figure)}
    assert "Depthwise" not in names and "Spatial, in channel segments" in names


def test_module_labels_say_how_to_read_them(tallies: dict[str, Tally]) -> None:
    axis = cost_by_module(tallies["paper"], by="macs").figure.layout.xaxis
    assert list(axis.ticktext) == [*(str(n) for n in range(1, 15)), "head"]
    assert axis.title.text == "Module (1 is block1)"
    deep = cost_by_module(tallies["deep"], by="macs").figure.layout.xaxis
    assert len(deep.tickvals) == 39 and sum(bool(text) for text in deep.ticktext) <= 21


def test_shapes_of_the_paper(tallies: dict[str, Tally]) -> None:
    chart = shapes_through_depth(tallies["paper"])
    sizes, channels = (list(trace.y) for trace in chart.figure.data)
    assert list(dict.fromkeys(sizes)) == [299, 149, 147, 74, 37, 19, 10, None]
    assert list(dict.fromkeys(channels)) == [3, 32, 64, 128, 256, 728, 1024, 1536, 2048, 1000]
    assert "299, 149, 147, 74, 37, 19, 10." in chart.alt
    # 36 convolutional layers, image, 4 pools, 12 additions, global pool and logits
    assert len(sizes) == 36 + 1 + 4 + 12 + 1 + 1


def test_depth_ends_in_the_output(network: Tally) -> None:
    _, channels = shapes_through_depth(network).figure.data
    assert channels.y[-1] == network.layers[-1].output_shape[-1]
    assert channels.y[0] == network.graph.input_shape[-1]


def test_receptive_field_of_the_paper(tallies: dict[str, Tally]) -> None:
    chart = receptive_field_through_depth(tallies["paper"])
    line, ring = chart.figure.data
    assert line.y[-1] == 1083
    assert list(line.y) == sorted(line.y)
    assert list(ring.y) == [315] and line.y[ring.x[0] - 1] <= 299
    assert line.customdata[ring.x[0]][0] == "block7_sepconv1"
    assert "From block7_sepconv1 on (315 px)" in chart.alt and "1,083 px at block14_sepconv2" in chart.alt


def test_receptive_field_that_stays_inside_the_image_is_said_to() -> None:
    chart = receptive_field_through_depth(tally(graph_of(XceptionConfig(input_size=1024, middle_repeats=2))))
    assert len(chart.figure.data) == 1
    assert "No window is larger than the image of 1,024 px." in chart.alt
    assert chart.figure.layout.yaxis.range[1] > 1024


def test_flow_bands_cover_the_axis_without_gaps(network: Tally) -> None:
    shapes = cost_by_module(network, by="macs").figure.layout.shapes
    bands = [shape for shape in shapes if shape.y0 == 0]
    assert bands[0].x0 == -0.5 and bands[-1].x1 == len(network.module_tallies) - 0.5
    assert [band.x1 for band in bands[:-1]] == [band.x0 for band in bands[1:]]
    assert len(bands) == sum(bool(flow.layers) for flow in network.flow_tallies)


@pytest.mark.parametrize("by", COSTS)
def test_comparison_holds_each_network_exactly(tallies: dict[str, Tally], by: Cost) -> None:
    for name in CONFIGS:
        compared = {
            "This": tallies[name],
            "Inception V3": tallies["inception-v3"],
            "The paper's": tally(graph_of(PAPER)),
        }
        stages, depth = cost_by_stage(compared, by=by), cost_through_depth(compared, by=by)
        for position, network in enumerate(compared.values()):
            total = getattr(network, by)
            assert sum(stages.figure.data[position].y) == total
            line = depth.figure.data[position]
            assert (line.x[0], line.y[0]) == (0, 0)
            assert (line.x[-1], line.y[-1]) == (100, total)
            assert list(line.x) == sorted(line.x) and list(line.y) == sorted(line.y)
            assert f"{total:,}" in stages.alt and f"{total:,}" in depth.alt


def test_more_networks_than_colours_are_refused(tallies: dict[str, Tally]) -> None:
    with pytest.raises(ValueError, match="at most 4"):
        memory_use({name: tallies[name] for name in list(CONFIGS)[:5]})


def test_memory_in_bytes(tallies: dict[str, Tally]) -> None:
    chart = memory_use({"Xception": tallies["paper"], "Inception V3": tallies["inception-v3"]})
    xception, inception = chart.figure.data
    assert [value * 2**20 for value in xception.x] == [22_910_480 * 4, tallies["paper"].peak.bytes]
    assert inception.x[0] * 2**20 == 23_851_784 * 4
    assert "Xception: weights 87.4 MiB" in chart.alt


def test_predictions_keep_classes_of_one_name_apart() -> None:
    chart = top_predictions(["crane", "crane", "cup"], [0.625, 0.25, 0.0001], "pretrained")
    (bar,) = bars(chart.figure)
    assert list(bar.y) == [0, 1, 2]
    assert list(bar.x) == [62.5, 25, pytest.approx(0.01)]
    assert list(bar.text) == ["62.5 %", "25.0 %", "< 0.1 %"]
    assert chart.figure.layout.xaxis.range == (0, 100)
    assert chart.alt.endswith("weights pretrained: crane 62.5 %, crane 25.0 %, cup < 0.1 %.")


def test_predictions_wear_the_colour_of_the_weights_state() -> None:
    for state, colour in STATE_COLOURS.items():
        assert top_predictions(["cup"], [1.0], state).figure.data[0].marker.color == colour
    assert len(set(STATE_COLOURS.values())) == len(STATE_COLOURS)


def test_random_weights_name_no_class() -> None:
    chart = top_predictions(["cup", "fork"], [0.6, 0.4], "random")
    everything = chart.figure.to_json() + chart.alt
    assert "cup" not in everything and "fork" not in everything
    assert "stand for no classes" in chart.alt


def test_every_chart_leaves_colours_of_the_page_alone(tallies: dict[str, Tally]) -> None:
    network = tallies["paper"]
    compared = {"One": network, "Two": tallies["inception-v3"]}
    charts = [
        cost_by_module(network, by="macs"),
        cost_by_kind(network),
        shapes_through_depth(network),
        receptive_field_through_depth(network),
        cost_by_stage(compared, by="macs"),
        cost_through_depth(compared, by="macs"),
        memory_use(compared),
        top_predictions(["cup"], [1.0], "altered"),
    ]
    for chart in charts:
        layout = chart.figure.layout
        assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert layout.font.color is None and layout.uirevision
        assert len({chart.alt for chart in charts}) == len(charts)
        for axis in [*chart.figure.select_xaxes(), *chart.figure.select_yaxes()]:
            assert axis.tickfont.color is None


def luminance(colour: str) -> float:
    """Relative luminance by WCAG."""
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_flows_have_colours_of_their_own_that_are_seen_on_both_grounds(tallies: dict[str, Tally]) -> None:
    for colour in FLOW_COLOURS:
        for ground in ("#FFFFFF", "#14171F"):
            light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) > 2.5
    assert len({*FLOW_COLOURS} & {*KIND_COLOURS.values()}) == 0
    for network in tallies.values():
        colours = flow_colours(network.graph)
        assert len({*colours.values()}) == len(network.graph.flows)
    assert list(flow_colours(tallies["paper"].graph).values()) == ["#3787D1", "#D98A00", "#0E9F76"]


@pytest.mark.parametrize("by", COSTS)
@pytest.mark.parametrize("accuracy", get_args(Accuracy))
def test_accuracy_has_a_point_for_each_measurement_and_its_source(accuracy: Accuracy, by: Cost) -> None:
    chart = accuracy_against_cost(accuracy_points(), accuracy=accuracy, by=by)
    drawn = [
        (x, y, words[0])
        for trace in chart.figure.data
        for x, y, words in zip(trace.x, trace.y, trace.customdata, strict=True)
    ]
    told = [point for point in accuracy_points() if getattr(point, accuracy) is not None]
    assert [(x, y) for x, y, _ in drawn] == [(getattr(point, by), getattr(point, accuracy)) for point in told]
    assert all(point.source in words for point, (_, _, words) in zip(told, drawn, strict=True))
    marks = {(trace.marker.color, trace.marker.symbol) for trace in chart.figure.data}
    assert len(marks) == len(chart.figure.data) == len({point.network for point in told})
    low, high = chart.figure.layout.xaxis.range
    assert all(10**low < x < 10**high for x, _, _ in drawn)
    assert f"{len(told)} published values" in chart.alt


def test_accuracy_over_time_has_those_that_were_timed_in_the_colours_of_all() -> None:
    points = accuracy_points()
    config = points[-1].config
    chart = accuracy_against_time(points, {config: replace(TIMING, config=config)}, accuracy="top1")
    (trace,) = chart.figure.data
    told = [point for point in points if point.config == config and point.top1 is not None]
    assert list(trace.x) == [0.01] * len(told) and list(trace.y) == [point.top1 for point in told]
    of_all = accuracy_against_cost(points, accuracy="top1", by="macs").figure.data
    assert trace.marker == next(other.marker for other in of_all if other.name == trace.name)
    assert "10.0 ms, measured here" in trace.customdata[0][0]
    assert chart.figure.layout.title.text == "Measured here: A processor,<br>OpenVINO 1, batch 1, float32"
    assert "measured here on A processor with OpenVINO 1, batch 1, float32" in chart.alt
