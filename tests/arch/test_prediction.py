"""Milliseconds against timings that follow a known law: what was not timed is predicted exactly."""

from dataclasses import replace

import pytest

from explorer.arch.written_out import written_out
from explorer.configuration.registry import PAPER, graph_of
from explorer.counting.frontier import plane_of
from explorer.counting.limits import QUANTITIES, limit
from explorer.counting.measured.kinds import kind_of
from explorer.counting.measured.prediction import interpolated, predicted_time, prediction_from
from explorer.counting.measured.relatives import relatives
from explorer.counting.measured.timing import LayerTime, Spread, Timing
from explorer.counting.measured.traffic import bytes_moved
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from tests.arch.test_frontier import by_definition, every, places
from tests.figures.test_timing_charts import MACHINE

LAW = {"depthwise": (3e-9, 1.0), "segments": (2e-9, 1.1), "pointwise": (1e-10, 0.95), "convolution": (1e-10, 1.0)}
"""Seconds by kind: a factor, and a power of the multiply-adds. Pooling takes 1e-9 s a byte; all else is fused."""
WHOLE = 1.1
SMALL = replace(PAPER, input_size=71, classes=10)


def timed(config, layers=True) -> Timing:
    """As the law has it, in a whole that takes a tenth longer than the layers."""
    times = []
    for layer in tally(written_out(graph_of(config))).layers:
        kind, bytes_ = kind_of(layer), bytes_moved(layer, 1)
        factor, power = LAW.get(kind, (1e-10, 1.0))
        seconds = factor * layer.macs**power if layer.macs else 1e-9 * bytes_
        node = layer.node
        if layer.macs or kind == "pooling":
            of = node.part.of if node.part else node.name
            times.append(LayerTime(node.name, of, kind, seconds, layer.macs, bytes_, (), ""))
    whole = sum(each.seconds for each in times)
    return Timing(
        config=config,
        title="",
        batch=1,
        warm_up=3,
        first_s=whole,
        whole=Spread(WHOLE * whole, whole, whole, 10),
        macs=1,
        profiled_s=whole,
        layers=tuple(times) if layers else (),
        between_s=0.0,
        engine="openvino",
        engine_version="1",
        machine=MACHINE,
        measured_at="2026-01-01T00:00:00+00:00",
    )


def prediction(base):
    return prediction_from(tuple(map(timed, relatives(plane_of(base), lambda config: True))))


BASES = (SMALL, replace(SMALL, middle_convs=1, entry_convs=1, residual=False), replace(SMALL, segments=1))


@pytest.mark.parametrize("base", BASES)
def test_what_follows_a_law_is_predicted_exactly_over_the_whole_plane(base):
    predicted = prediction(base)
    for width, repeats in ((0.25, 0), (0.25, 32), (0.4, 1), (0.85, 7), (1.0, 8), (1.55, 3), (2.0, 32)):
        config = replace(base, width=width, middle_repeats=repeats)
        assert predicted.seconds(tally(graph_of(config))) == pytest.approx(timed(config).whole.median_s)


def test_a_whole_that_was_disturbed_is_told_by_the_others():
    timings = tuple(map(timed, relatives(plane_of(SMALL), lambda config: True)))
    narrow, *rest = timings
    disturbed = replace(narrow, whole=replace(narrow.whole, median_s=5 * narrow.whole.median_s))
    predicted = prediction_from((disturbed, *rest)).seconds(tally(graph_of(narrow.config)))
    assert predicted == pytest.approx(1.15 * narrow.whole.median_s)


def test_the_frontier_is_that_of_every_setting_predicted_by_itself():
    quantity = predicted_time(prediction(SMALL))
    plane = plane_of(SMALL, (*QUANTITIES, quantity))
    assert plane_of(SMALL, (*QUANTITIES, predicted_time(prediction(SMALL)))) is plane, "once for all who look at it"
    alone = {
        (each.width, each.repeats): {quantity.name: quantity.of(tally(graph_of(plane.config(each))))}
        for each in every(plane)
    }
    for each in every(plane):
        assert each.costs[quantity] == pytest.approx(alone[each.width, each.repeats][quantity.name])
    for most in (1e-3, 10.0, 25.0, 70.0, 1e6):
        assert places(plane.frontier({quantity: most})) == by_definition(alone, {quantity: most})


def test_relatives_span_what_can_be_timed():
    plane = plane_of(PAPER)
    assert [(each.width, each.middle_repeats) for each in relatives(plane, lambda config: True)] == [
        (0.25, 2),
        (0.5, 2),
        (1.0, 2),
        (2.0, 2),
    ]
    assert [each.width for each in relatives(plane, lambda config: config.width <= 0.35)] == [0.25, 0.3, 0.35]
    assert relatives(plane, lambda config: False) == ()


def test_a_line_goes_through_its_points_and_on():
    likes = ((1.0, 2.0), (10.0, 200.0), (100.0, 400.0))
    assert [interpolated(likes, size) for size in (0.1, 1, 10, 100)] == pytest.approx([0.02, 2, 200, 400])
    assert interpolated(likes[:1], 3.0) == 6.0
    assert interpolated(((1.0, 0.0), (10.0, 0.0)), 3.0) == pytest.approx(0, abs=1e-6)


def test_layers_without_a_like_and_networks_without_a_record_are_refused():
    with pytest.raises(ConfigError, match="there is none of block5_sepconv4"):
        prediction(SMALL).seconds(tally(graph_of(replace(SMALL, middle_convs=4))))
    with pytest.raises(ConfigError, match="OpenVINO does not tell it"):
        prediction_from((timed(SMALL, layers=False),))


def test_limits_of_time_are_in_milliseconds():
    quantity = predicted_time(prediction(SMALL))
    assert [limit(quantity, text) for text in ("20", "20 ms", "0.5s")] == [20, 20, 500]
    assert quantity.write(20) == "20.0 ms"
    with pytest.raises(ConfigError, match="the limit must be a number above 0"):
        limit(quantity, "20M")
