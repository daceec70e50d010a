"""Stages that networks have in common, and the paper's numbers beside ours."""

from math import log2

import pytest

from explorer.arch.ops import Input
from explorer.configuration.registry import PRESETS, graph_of
from explorer.counting.alignment import StageTally, aligned, stage_strides
from explorer.counting.published.paper import paper_tables
from explorer.counting.tally import Tally, tally
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

CONFIGS = {
    **{name: preset.config for name, preset in PRESETS.items()},
    "inception-v3": InceptionV3Config(),
    "no middle flow": XceptionConfig(middle_repeats=0),
    "smallest": InceptionV3Config(input_size=75),
    "segments": XceptionConfig(input_size=71, width=0.25, segments=3, residual=False),
}


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    return {name: tally(graph_of(config)) for name, config in CONFIGS.items()}


def test_stages_partition_the_layers_and_add_up_to_the_totals(tallies: dict[str, Tally]) -> None:
    rows = aligned(tuple(tallies.values()))
    for position, network in enumerate(tallies.values()):
        stages = [row.networks[position] for row in rows]
        placed = [layer.node.name for stage in stages for layer in stage.layers]
        assert sorted(placed) == sorted(
            layer.node.name for layer in network.layers if not isinstance(layer.node.op, Input)
        )
        for total in ("params", "trainable_params", "macs", "conv_layers"):
            assert sum(getattr(stage, total) for stage in stages) == getattr(network, total)


def test_stages_of_xception_and_inception_v3(tallies: dict[str, Tally]) -> None:
    rows = aligned([tallies["paper"], tallies["inception-v3"]])
    assert [(row.label, *(stage.sizes for stage in row.networks)) for row in rows] == [
        ("1/2", "147–149 px", "147–149 px"),
        ("1/4", "74 px", "71–73 px"),
        ("1/8", "37 px", "35 px"),
        ("1/16", "19 px", "17 px"),
        ("1/32", "10 px", "8 px"),
        ("head", "vector", "vector"),
    ]
    # By hand: a module's separable convolutions work at the size of its input, its pooling comes after them.
    xception = [row.networks[0] for row in rows]
    assert [stage.conv_layers for stage in xception] == [2 + 2, 2, 2, 8 * 3 + 2, 2, 0]
    assert xception[-1].macs == 2048 * 1000


@pytest.mark.parametrize("name", ["paper", "inception-v3", "from-scratch", "from-scratch-259"])
def test_stage_is_the_nearest_power_of_two_at_usual_sizes(tallies: dict[str, Tally], name: str) -> None:
    network = tallies[name]
    image, strides = network.graph.input_shape[0], stage_strides(network)
    for layer in network.layers:
        if len(layer.output_shape) == 3:
            assert strides[layer.node.name] == 2 ** round(log2(image / max(layer.output_shape[:2])))


def test_stage_stays_exact_where_borders_eat_small_maps(tallies: dict[str, Tally]) -> None:
    network = tallies["smallest"]
    layer = network.by_name["mixed7"]
    assert layer.output_shape[:2] == (3, 3)
    assert stage_strides(network)["mixed7"] == 16  # although 75 / 3 = 25 lies nearer to 32


def test_a_stage_that_a_network_lacks_is_empty() -> None:
    empty = StageTally(())
    assert (empty.sizes, empty.sizes_px, empty.params, empty.macs) == ("–", None, 0, 0)


def test_paper_tables_as_printed() -> None:
    first, second, third = paper_tables()
    assert first.rows[-1] == ("Xception", "0.790", "0.945")
    assert ("Xception with fully-connected layers", "6.78") in second.rows
    assert third.rows == (("Inception V3", "23,626,728", "31"), ("Xception", "22,855,952", "28"))
    for table in (first, second, third):
        assert {len(row) for row in table.rows} == {len(table.columns)}
