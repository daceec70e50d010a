from dataclasses import replace

import pytest

from explorer.counting.measured.machine import Machine
from explorer.counting.measured.spectrum import LayerAtStop, timed_stop
from explorer.counting.measured.timing import LayerTime, Spread, Timing
from explorer.figures.charts.spectrum_time import spectrum_time_chart
from explorer.figures.comparison.roofline import roofline
from explorer.figures.comparison.time_by_kind import time_by_kind
from explorer.figures.theme import KIND_COLOURS
from explorer.networks.xception import XceptionConfig

MACHINE = Machine("A processor", 2, 2, 0, 100e9, "a product", 10e9, "a sum", 0.0)
LAYERS = (
    LayerTime("one_depthwise", "one", "depthwise", 0.002, 10_000_000, 10_000_000, (), "dw"),
    LayerTime("one_pointwise", "one", "pointwise", 0.006, 390_000_000, 10_000_000, ("one_bn", "one_act"), "1x1"),
    LayerTime("pool", "pool", "pooling", 0.001, 0, 1_000_000, (), "pool"),
)
TIMING = Timing(
    config=XceptionConfig(),
    title="A network",
    batch=1,
    warm_up=3,
    first_s=0.02,
    whole=Spread(0.01, 0.009, 0.012, 10),
    macs=400_000_000,
    profiled_s=0.01,
    layers=LAYERS,
    between_s=0.001,
    engine="openvino",
    engine_version="1",
    machine=MACHINE,
    measured_at="2026-01-01T00:00:00+00:00",
)


def test_each_layer_with_arithmetic_is_a_point_below_or_above_the_roofs():
    chart = roofline(TIMING)
    roofs, depthwise, pointwise = chart.figure.data
    assert roofs.x[1] == 10 and list(roofs.y)[1:] == [100e9, 100e9]
    assert roofs.y[0] == pytest.approx(10e9 * roofs.x[0])
    assert (depthwise.x[0], depthwise.y[0]) == (1, 5e9)
    assert (pointwise.x[0], pointwise.y[0]) == (39, 65e9)
    assert depthwise.marker.color == KIND_COLOURS["depthwise"]
    assert "2.00 ms, 20.0 % of the time, 2.5 % of the MACs" in depthwise.customdata[0][0]
    assert "65.0 % of the roof there<br>with one_bn, one_act" in pointwise.customdata[0][0]
    assert "depthwise, 1 layers, 1 MACs per byte, 5 GMAC/s" in chart.alt


def test_shares_of_macs_and_of_time_stand_side_by_side():
    chart = time_by_kind(TIMING)
    macs, time, *legend = chart.figure.data
    assert [bar.name for bar in legend] == [macs.name, time.name]
    assert list(macs.x) == [2.5, 97.5, 0, 0]
    assert list(time.x) == pytest.approx([20, 60, 10, 10])
    assert "depthwise 2.5 % of the MACs and 20.0 % of the time" in chart.alt


def half(number: int, step: str, seconds: float) -> LayerTime:
    name = f"block5_sepconv{number}"
    kind = "depthwise" if step == "depthwise" else "pointwise"
    return LayerTime(f"{name}_{step}", name, kind, seconds, 100, 1, (), "")


def test_time_along_the_spectrum_is_a_multiple_of_the_depthwise_end():
    outside = LayerTime("block4_sepconv1_depthwise", "block4_sepconv1", "depthwise", 9.0, 1, 1, (), "")
    halves = [half(n, step, n * of) for step, of in (("depthwise", 0.001), ("pointwise", 0.004)) for n in (1, 2, 3)]
    end = timed_stop(728, replace(TIMING, layers=(outside, *halves)))
    assert end.layer == LayerAtStop(200, 0.002, 0.008, 3), "the median of the middle flow's layers"
    near = replace(end, segments=364, macs=440_000_000, layer=replace(end.layer, macs=210, spatial_s=0.012))
    layer, layer_macs, whole, whole_macs = spectrum_time_chart((near, end)).figure.data
    assert list(layer.y) == [2, 1] and list(layer_macs.y) == [1.05, 1]
    assert list(whole.y) == [1, 1] and list(whole_macs.y) == [1.1, 1]
    assert "364 segments: 20.0 ms" in layer.text[0] and "5 to 95 %: 9.00 ms to 12.0 ms" in whole.text[1]
    no_record = timed_stop(728, TIMING)
    assert no_record.layer is None
    assert len(spectrum_time_chart((replace(no_record, segments=1), no_record)).figure.data) == 2


def test_the_page_s_colours_are_left_alone():
    for chart in (roofline(TIMING), time_by_kind(TIMING)):
        assert chart.figure.layout.paper_bgcolor == chart.figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert chart.figure.layout.font.color is None
