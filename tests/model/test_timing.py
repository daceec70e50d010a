"""What a timing says of two small networks; no time is asserted, only what must hold of any."""

import json
from dataclasses import replace

import pytest

from explorer.arch.written_out import written_out
from explorer.configuration.registry import graph_of
from explorer.counting.measured.kinds import KIND_ORDER, by_kind, kind_of
from explorer.counting.measured.machine import Machine
from explorer.counting.measured.report import as_data
from explorer.counting.measured.timing import Timing
from explorer.counting.measured.traffic import bytes_moved
from explorer.counting.tally import tally
from explorer.errors import BudgetError, ConfigError
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.timing.layer_times import _rounded_off
from explorer.model.timing.measure import measure
from explorer.model.timing.needs import require_memory
from explorer.model.timing.record import Record, faster_half
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from tests.quick_rates import quicken

CONFIGS = (XceptionConfig(input_size=79, width=0.25, middle_repeats=2, classes=10), InceptionV3Config(input_size=75))
RUNS, BATCH = 5, 2


@pytest.fixture(scope="module", params=CONFIGS, ids=lambda config: type(config).__name__)
def timing(request):
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        seen = []
        (result,) = measure((request.param,), BATCH, RUNS, lambda done, total: seen.append((done, total)))
    assert list(dict.fromkeys(seen)) == [(done, 16) for done in range(17)]
    return result


def test_layers_and_what_lies_between_are_the_whole(timing: Timing):
    assert sum(layer.seconds for layer in timing.layers) + timing.between_s == pytest.approx(timing.profiled_s)
    assert timing.between_s >= 0
    # The engine's own sum is most of the pass that was timed from outside.
    assert timing.between_s < timing.profiled_s / 2


def test_every_layer_with_arithmetic_has_a_time_and_its_own_numbers(timing: Timing):
    graph = written_out(graph_of(timing.config))
    counted = {layer.node.name: layer for layer in tally(graph).layers}
    described = {node.name for node in graph_of(timing.config).nodes}
    names = [layer.name for layer in timing.layers]
    assert len(set(names)) == len(names) and set(names) <= set(counted)
    told = {name for layer in timing.layers for name in (layer.name, *layer.fused)}
    assert {name for name, layer in counted.items() if layer.macs} <= told <= set(counted)
    for layer in timing.layers:
        known = counted[layer.name]
        assert layer.layer in described
        assert (layer.kind, layer.macs) == (kind_of(known), BATCH * known.macs)
        assert layer.bytes == bytes_moved(known, BATCH) > 0
        assert layer.seconds >= 0 and layer.routine
    assert sum(layer.macs for layer in timing.layers) == timing.macs == BATCH * tally(graph).macs


def test_halves_of_a_separable_convolution_stand_apart(timing: Timing):
    if isinstance(timing.config, XceptionConfig):
        halves = {layer.name: layer for layer in timing.layers if layer.layer == "block3_sepconv1"}
        assert {name: layer.kind for name, layer in halves.items()} == {
            "block3_sepconv1_depthwise": "depthwise",
            "block3_sepconv1_pointwise": "pointwise",
        }


def test_shares_add_up_to_the_whole(timing: Timing):
    rows = by_kind(timing)
    assert [row.kind for row in rows] == [kind for kind in KIND_ORDER if kind in {row.kind for row in rows}]
    assert sum(row.macs_share for row in rows) == pytest.approx(1)
    assert sum(row.time_share for row in rows) == pytest.approx(1)
    assert sum(row.macs for row in rows) == timing.macs
    assert sum(row.steps for row in rows) == len(timing.layers)


def test_the_circumstances(timing: Timing):
    machine, whole = timing.machine, timing.whole
    assert machine.macs_per_s > 0 and machine.bytes_per_s > 0 and machine.threads > 0 and machine.cpu
    assert 0 < whole.low_s <= whole.median_s <= whole.high_s and whole.runs == RUNS
    assert timing.engine == "openvino" and timing.engine_version


def test_json_reads_back(timing: Timing):
    data = json.loads(json.dumps(as_data(timing), allow_nan=False))
    assert sum(layer["seconds"] for layer in data["layers"]) + data["between_s"] == pytest.approx(data["profiled_s"])
    assert sum(row["time_share"] for row in data["kinds"]) == pytest.approx(1)
    assert type(timing.config)(**data["config"]) == timing.config
    assert data["layers"][0]["name"] == timing.layers[0].name
    assert data["machine"]["cpu"] == timing.machine.cpu


def test_the_roof_is_memory_s_then_arithmetic_s_and_load_is_a_caution():
    machine = Machine("", 2, 2, 0, 100e9, "", 10e9, "", 0.1)
    assert machine.ridge == 10
    assert [machine.roof(each) for each in (1, 10, 50)] == [10e9, 100e9, 100e9]
    assert machine.caution == replace(machine, load=None).caution == ""
    assert "3.0 processes wanted to run on 2 cores" in replace(machine, load=3.0).caution


def test_it_can_be_ended_while_the_machine_is_measured():
    def stop(done, total):
        raise InterruptedError(done)

    with pytest.raises(InterruptedError, match="0"):
        measure(CONFIGS, 1, RUNS, stop)


class Request:
    """Keeps means as OpenVINO does: of all passes, in whole us."""

    def __init__(self):
        self.passes = []

    @property
    def profiling_info(self):
        from datetime import timedelta
        from types import SimpleNamespace

        mean = sum(self.passes) // len(self.passes)
        executed, skipped = SimpleNamespace(name="EXECUTED"), SimpleNamespace(name="NOT_RUN")
        return [
            SimpleNamespace(node_name="a", node_type="", status=executed, real_time=timedelta(microseconds=mean)),
            SimpleNamespace(node_name="b", node_type="", status=skipped, real_time=timedelta(0)),
        ]


def test_several_are_timed_one_after_the_other_on_one_machine(monkeypatch):
    quicken(monkeypatch)
    seen = []
    first, second = measure(CONFIGS, 1, 3, lambda done, total: seen.append((done, total)))
    assert (first.config, second.config) == CONFIGS
    assert first.machine == second.machine
    assert seen[-1] == (24, 24)
    assert all(timing.layers and timing.whole.runs == 3 for timing in (first, second))


def test_passes_are_told_apart_in_the_record_of_their_mean():
    request = Request()
    request.passes += [900, 500, 500]  # the warm-up
    record = Record(request, 3)
    took = [100, 3000, 120, 80, 110, 5000]
    for each in took:
        request.passes.append(each)
        record.saw()
    kept = faster_half(took)
    assert kept == [0, 3, 4]
    assert record.seconds(kept)["a"] == pytest.approx(96.7e-6, abs=9e-6)
    assert set(record.types) == {"a"}


def test_where_whole_us_add_up_to_more_than_the_pass_the_sum_is_the_pass(timing: Timing):
    short = timing.profiled_s / 2
    found = _rounded_off(short, timing.layers)
    assert found.between_s == 0
    assert sum(layer.seconds for layer in found.layers) == pytest.approx(short)


def test_what_would_not_fit_or_is_out_of_range_is_refused_before_it_is_tried(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, "100 MiB")
    with pytest.raises(BudgetError, match=r"Timing this network with 8 images in a pass may take 100\.0 MiB"):
        require_memory(graph_of(XceptionConfig()), 8)
    with pytest.raises(BudgetError):
        measure((XceptionConfig(),), 8, 10)
    with pytest.raises(ConfigError, match="batch must be a number from 1 to 64, got 65"):
        measure((XceptionConfig(),), 65, 10)
    with pytest.raises(ConfigError, match="runs must be a number from 3 to 200, got 2"):
        measure((XceptionConfig(),), 1, 2)
