"""What the browser says of the networks side by side is believed only as far as they have it."""

import pytest

from explorer.configuration.registry import NETWORKS, graph_of
from explorer.counting.tally import tally
from explorer.figures.aligned.drawing import aligned_drawing
from explorer.ui.widgets.aligned_diagrams import column_data, open_after

TALLIES = {name: tally(graph_of(NETWORKS[name].config())) for name in ("xception", "resnet50")}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "block2",
        {"kind": "module", "name": "block2"},
        {"network": 1, "kind": "module", "name": "block2"},
        {"network": 2, "kind": "module", "name": "block2"},
        {"network": -1, "kind": "module", "name": "conv1"},
        {"network": True, "kind": "module", "name": "conv1"},
        {"network": "0", "kind": "module", "name": "block2"},
        {"network": 0, "kind": "flow", "name": "entry"},
    ],
)
def test_what_no_network_has_opens_nothing(value):
    opened = {"xception": frozenset({"block3"})}
    assert open_after(TALLIES, opened, value) == opened


def test_a_module_opens_and_closes_and_a_layer_that_was_found_opens_its_own():
    found = {"network": 0, "kind": "layer", "name": "block7_sepconv2"}
    opened = open_after(TALLIES, {"resnet50": frozenset({"conv1"})}, {"network": 0, "kind": "module", "name": "block5"})
    assert opened == {"xception": {"block5"}, "resnet50": {"conv1"}}
    opened = open_after(TALLIES, opened, found)
    assert opened["xception"] == {"block7"}
    assert open_after(TALLIES, opened, found) == opened
    assert open_after(TALLIES, opened, {"network": 0, "kind": "module", "name": "block7"})["xception"] == frozenset()


def test_the_browser_knows_every_layer_once_with_its_stage_and_the_module_that_stands_for_it():
    laid_out, _ = aligned_drawing(tuple(TALLIES.values()), (frozenset(), frozenset()))
    for position, (title, of) in enumerate(TALLIES.items()):
        data = column_data(title, of, laid_out, position)
        layers = [name for module in data["modules"] for name, _ in module["layers"]]
        assert layers == [layer.node.name for layer in of.layers]
        assert len(data["stages"]) == len(laid_out.bands)
    xception = {module["name"]: module for module in column_data("", TALLIES["xception"], laid_out, 0)["modules"]}
    assert {xception[f"block{n}"]["card"] for n in range(5, 13)} == {"block5"}
    stages = dict(xception["block2"]["layers"])
    labels = [band.row.label for band in laid_out.bands]
    assert [labels[stages[name]] for name in ("block2_sepconv2", "block2_pool")] == ["1/2", "1/4"]
    assert labels[xception["block2"]["stage"]] == "1/2"
