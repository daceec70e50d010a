"""Amounts that were measured, or computed of a picture, as colours."""

import re
from dataclasses import replace

import pytest

from explorer.configuration.registry import graph_of
from explorer.counting.measured.machine import Machine
from explorer.counting.measured.timing import LayerTime, Spread, Timing
from explorer.counting.tally import tally
from explorer.figures.aligned.drawing import aligned_drawing
from explorer.figures.diagram.drawing import flow_svgs
from explorer.figures.heat.energies import energy_colouring
from explorer.figures.heat.scale import heat, heats
from explorer.figures.heat.timed import time_colouring
from explorer.networks.xception import XceptionConfig
from explorer.quantities import short_time

ONE_LAYER = XceptionConfig(input_size=71, width=0.25, classes=5, middle_repeats=1)
A_LAYER_EACH = replace(ONE_LAYER, intermediate_activation="elu")
LAYERS = (
    LayerTime("block1_conv1", "block1_conv1", "convolution", 2e-3, 1, 1, ("block1_conv1_bn", "block1_conv1_act"), ""),
    LayerTime("block1_conv2", "block1_conv2", "convolution", 1e-3, 1, 1, ("block1_conv2_bn",), ""),
    LayerTime("block2_sepconv1_depthwise", "block2_sepconv1", "depthwise", 5e-4, 1, 1, (), ""),
    LayerTime("block2_sepconv1_pointwise", "block2_sepconv1", "pointwise", 3e-4, 1, 1, ("block2_sepconv1_bn",), ""),
    LayerTime("block2_pool", "block2_pool", "pooling", 4.2e-5, 0, 1, (), ""),
)


def timing(config=ONE_LAYER, layers=LAYERS, measured_at="2026-01-01T00:00:00+00:00") -> Timing:
    machine = Machine("A processor", 2, 2, 0, 1e9, "a product", 1e9, "a sum", 0.0)
    whole = Spread(4e-3, 4e-3, 4e-3, 10)
    return Timing(config, "A", 1, 3, 1.0, whole, 1, 4e-3, layers, 1.58e-4, "openvino", "1", machine, measured_at)


def words_of(config, colouring, name: str) -> str:
    opened = frozenset({"block1", "block2"})
    svgs = "".join(flow_svgs(tally(graph_of(config)), opened=opened, colouring=colouring))
    return re.search(f'data-name="{name}"[^>]*aria-label="([^"]*)"', svgs)[1]


def test_a_layer_has_the_time_of_its_steps_and_a_module_that_of_its_layers():
    scale = heat(tally(graph_of(ONE_LAYER)), time_colouring([timing()]))
    of = scale.amounts.of
    assert of["layer", "block2_sepconv1"] == pytest.approx(8e-4), "both halves"
    assert of["module", "block1"] == pytest.approx(3e-3)
    assert of["module", "block2"] == pytest.approx(8.42e-4)
    assert sum(amount for (kind, _), amount in of.items() if kind == "module") == pytest.approx(4e-3 - 1.58e-4)
    assert scale.amounts.whole == 4e-3
    assert [word for _, word in scale.marks] == ["42 µs", "0.1 ms", "1 ms", "3 ms"]
    assert scale.paint("layer", "block1_conv1") != scale.paint("module", "block1") is not None
    for without in (("layer", "block1_conv1_bn"), ("layer", "block2_sepconv1_bn"), ("module", "head")):
        assert scale.paint(*without) is None and scale.words(*without) == ""


def test_where_the_halves_are_layers_of_the_description_each_has_its_own_time():
    of = heat(tally(graph_of(A_LAYER_EACH)), time_colouring([timing(A_LAYER_EACH)])).amounts.of
    assert of["layer", "block2_sepconv1_depthwise"] == 5e-4 and of["layer", "block2_sepconv1_pointwise"] == 3e-4
    assert of["module", "block2"] == pytest.approx(8.42e-4)


def test_boxes_tell_the_time_and_its_share_in_the_measured_pass():
    colouring = time_colouring([timing()])
    assert words_of(ONE_LAYER, colouring, "block2_pool").endswith("42 µs, 1.0 % of the measured pass")
    assert words_of(ONE_LAYER, colouring, "block2_sepconv1").endswith("0.8 ms, 20.0 % of the measured pass")
    assert "measured" not in words_of(ONE_LAYER, colouring, "block2_sepconv1_bn")


def test_a_drawing_shows_the_measurement_that_it_is_asked_for():
    of, opened = (tally(graph_of(ONE_LAYER)),), (frozenset({"block2"}),)
    slower = timing(layers=(replace(LAYERS[0], seconds=2.5e-3), *LAYERS[1:]), measured_at="2026-01-02T00:00:00+00:00")
    _, before = aligned_drawing(of, opened, time_colouring([timing()]))
    _, after = aligned_drawing(of, opened, time_colouring([slower]))
    assert "3 ms, 75.0 %" in before[0] and "3.5 ms, 87.5 %" in after[0]
    assert aligned_drawing(of, opened, time_colouring([timing()]))[1] is before, "drawn once"


def test_networks_share_a_scale_and_one_that_was_not_timed_has_no_colours():
    tallies = tuple(tally(graph_of(config)) for config in (ONE_LAYER, A_LAYER_EACH))
    faster = timing(A_LAYER_EACH, (replace(LAYERS[4], seconds=2e-6),))
    one, other = heats(tallies, time_colouring([timing(), faster]))
    assert (one.low, one.high) == (other.low, other.high) == (2e-6, pytest.approx(3e-3))
    assert heats(tallies, time_colouring([timing()]))[1].amounts.of == {}


def test_energies_are_those_of_layers_and_of_what_modules_hand_on_and_no_shares():
    of = tally(graph_of(ONE_LAYER))
    values = {layer.node.name: 1.0 + number for number, layer in enumerate(of.layers)}
    del values["block1_conv1"]
    colouring = energy_colouring({of.graph: values}, "a picture")
    found = heat(of, colouring).amounts.of
    assert found["module", "block2"] == values["block2_add"], "not a sum"
    assert {name: value for (kind, name), value in found.items() if kind == "layer"} == values
    told = words_of(ONE_LAYER, colouring, "block2_add")
    assert told.endswith(f"root mean square {values['block2_add']:g}") and "%" not in told
    assert "root mean square" not in words_of(ONE_LAYER, colouring, "block1_conv1")
    assert colouring != energy_colouring({of.graph: values}, "another picture")


def test_what_dies_away_does_not_make_the_scale_longer_than_can_be_told_apart():
    of = tally(graph_of(ONE_LAYER))
    scale = heat(
        of, energy_colouring({of.graph: {"block1_conv1": 5.0, "block1_conv2": 0.05, "predictions": 1e-19}}, "")
    )
    assert [word for _, word in scale.marks] == ["≤ 0.0005", "0.01", "0.1", "1", "5"]
    assert scale.position(1e-19) == 0 and scale.position(5.0) == 1
    assert scale.paint("layer", "predictions") is not None
    assert scale.words("layer", "predictions") == "root mean square 1e−19"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(4e-7, "0.4 µs"), (1e-6, "1 µs"), (9.3e-5, "93 µs"), (1e-4, "0.1 ms"), (0.00042, "0.42 ms"), (0.0784, "78.4 ms")],
)
def test_short_times_are_told_in_the_unit_that_fits(seconds, told):
    assert short_time(seconds) == told
    assert short_time(1.2345) == "1.23 s"
