from itertools import pairwise

import pytest

from explorer.arch.graph import HEAD, Flow, GraphBuilder
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePool,
    Input,
    MaxPool,
)
from explorer.arch.places.parts import descendants, parts
from explorer.arch.places.taps import STAGES, find_map, find_tap, first_tap, last_tap, layers, module_outputs, taps
from explorer.arch.written_out import written_out
from explorer.configuration.registry import NETWORKS, PAPER, PRESETS, graph_of, network
from explorer.errors import ConfigError
from explorer.networks.xception import XceptionConfig

GRAPH = graph_of(PAPER)


def test_the_papers_network_has_34_separable_convolutions_each_with_its_stages():
    stages = {layer: [tap.stage for tap in taps(GRAPH) if tap.layer == layer] for layer in layers(GRAPH)}
    separable = [layer for layer, of_layer in stages.items() if "depthwise" in of_layer]
    assert len(separable) == 34
    assert stages["block2_sepconv1"] == ["depthwise", "pointwise", "bn", "act", "add"]
    assert stages["block8_sepconv3"] == ["depthwise", "pointwise", "bn", "add"]  # the addition comes before any ReLU
    assert stages["block14_sepconv2"] == ["depthwise", "pointwise", "bn", "act"]  # no residual module
    # Besides them the stem's and the shortcuts' convolutions and the poolings; the head has no maps.
    assert stages["block1_conv2"] == ["output", "bn", "act"]
    assert stages["block3_shortcut_conv"] == ["pointwise", "bn", "add"]
    assert stages["block3_pool"] == ["pool"]
    assert find_tap(GRAPH, "block3_pool").signed
    assert find_tap(GRAPH, "block3_add").signed
    assert not last_tap(GRAPH).signed
    assert len(layers(GRAPH)) == 34 + 2 + 4 + 4
    assert [tap.name for tap in taps(GRAPH) if not tap.is_map] == ["avg_pool", "predictions"]
    # 34 depthwise, pointwise and bn; ReLU after the first of two or three in a module, and after both of the last;
    # the addition for all but these two.
    assert sum(tap.layer in separable for tap in taps(GRAPH)) == 3 * 34 + (4 + 8 * 2 + 2) + 32


def test_the_usual_tap_is_what_the_head_pools():
    tap = last_tap(GRAPH)
    assert (tap.name, tap.shape) == ("block14_sepconv2_act", (10, 10, 2048))
    field = tap.receptive_field.rows
    assert (field.size, field.jump) == (1083, 32)


def test_layers_and_outputs_are_found_by_kerass_names():
    assert find_tap(GRAPH, "block8_sepconv3").node == "block8_sepconv3_pointwise"
    assert find_tap(GRAPH, "block8_sepconv3").name == "block8_sepconv3"
    assert find_tap(GRAPH, "block8_sepconv1", "add").node == "block8_add"
    assert find_tap(GRAPH, "block8_add").layer == "block8_sepconv3"
    # Keras calls a ReLU after the convolution that it stands before.
    assert find_tap(GRAPH, "block8_sepconv2_act").layer == "block8_sepconv1"
    assert find_tap(GRAPH, "block14_sepconv2_act") == last_tap(GRAPH)
    # What the stem hands on is no separable convolution's, and a frame of the film all the same.
    assert find_tap(GRAPH, "block1_conv2", "act") == module_outputs(GRAPH)[0]


@pytest.mark.parametrize(
    ("name", "stage", "expected"),
    [
        ("block8_sepcon3", None, "block8_sepconv3"),
        ("", None, "from block1_conv1 to predictions"),
        ("block8_sepconv3", "act", "depthwise, pointwise, bn, add"),
        ("block8_add", "bn", "the stage add of block8_sepconv3"),
    ],
)
def test_what_does_not_exist_is_answered_by_the_nearest(name, stage, expected):
    with pytest.raises(ConfigError, match=expected):
        find_tap(GRAPH, name, stage)


def test_a_network_of_branches_has_its_concatenations():
    graph = graph_of(network("inception-v3").config())
    convolutions = [tap for tap in taps(graph) if tap.is_map and tap.stage in ("pointwise", "output")]
    assert len(convolutions) == 94
    assert {tap.stage for tap in taps(graph)} == {"pointwise", "output", "bn", "act", "pool", "concat"}
    assert [tap.node for tap in module_outputs(graph)] == ["stem_5_act", *(f"mixed{i}" for i in range(11))]
    assert (last_tap(graph).layer, last_tap(graph).stage) == ("mixed10", "concat")
    assert find_tap(graph, "mixed9_0").shape == (8, 8, 768)
    # Of ReLUs nothing below 0 comes together; what batch normalization gives has both signs.
    assert not find_tap(graph, "mixed10").signed
    assert not find_tap(graph, "mixed10_branch_pool").signed
    assert find_tap(graph, "mixed9_branch3x3_1_conv", "bn").signed
    assert first_tap(graph).layer == "mixed0_branch1x1_1_conv"
    with pytest.raises(ConfigError, match="predictions gives a vector of 1,000 numbers"):
        find_map(graph, "predictions")


def test_a_network_of_bottlenecks_is_looked_at_behind_its_additions():
    builder = GraphBuilder("Bottlenecks", (Flow("body", "Body"),))
    builder.enter("body", "stem")
    x = builder.add("input", Input((32, 32, 3)))
    x = builder.add("conv1", Conv2D(8, (3, 3), (2, 2), use_bias=True), x)
    x = builder.add("conv1_relu", Activation(), x)
    x = builder.add("pool1", MaxPool((2, 2), (2, 2)), x)
    for block in ("a", "b"):
        builder.enter("body", block)
        y = builder.add(f"{block}_1", Conv2D(4, (1, 1)), x)
        y = builder.add(f"{block}_1_bn", BatchNorm(), y)
        y = builder.add(f"{block}_1_relu", Activation("relu6"), y)
        y = builder.add(f"{block}_2", Conv2D(8, (3, 3)), y)
        x = builder.add(f"{block}_add", Add(), x, y)
        x = builder.add(f"{block}_out", Activation(), x)
    builder.enter("body", HEAD)
    x = builder.add("flatten", Flatten(), x)
    x = builder.add("fc", Dense(5), x)
    x = builder.add("fc_act", Activation(), x)
    builder.add("logits", Dense(3), x)
    graph = builder.graph()
    found = [(tap.layer, tap.stage) for tap in taps(graph)]
    assert found[:3] == [("conv1", "output"), ("conv1", "act"), ("pool1", "pool")]
    assert [stage for layer, stage in found if layer == "b_1"] == ["pointwise", "bn", "act", "add"]
    assert [stage for layer, stage in found if layer == "b_out"] == ["act"]
    assert found[-3:] == [("fc", "output"), ("fc", "act"), ("logits", "output")]
    assert find_tap(graph, "b_1", "act").stage_words == "after ReLU6"
    assert find_tap(graph, "b_add").layer == "b_2"
    assert [tap.node for tap in module_outputs(graph)] == ["conv1_relu", "a_out", "b_out"]
    assert last_tap(graph).name == "b_out"
    assert first_tap(graph).name == "a_1"


def test_what_the_output_does_not_depend_on_is_no_place():
    builder = GraphBuilder("A lost branch", (Flow("body", "Body"),))
    builder.enter("body", "one")
    x = builder.add("input", Input((8, 8, 3)))
    builder.add("lost", Conv2D(4, (3, 3)), x)
    x = builder.add("used", Conv2D(4, (3, 3)), x)
    builder.enter("body", HEAD)
    builder.add("logits", GlobalAveragePool(), x)
    assert layers(builder.graph()) == ("used",)


@pytest.mark.parametrize(
    "config",
    [
        *(preset.config for preset in PRESETS.values()),
        XceptionConfig(segments=4, intermediate_activation="relu"),
        XceptionConfig(residual=False, middle_repeats=1),
    ],
)
def test_taps_are_nodes_with_their_shapes_in_every_network(config):
    graph = graph_of(config)
    network = written_out(graph)
    by_name = {node.name: node for node in network.nodes}
    assert {tap.stage for tap in taps(graph)} <= set(STAGES)
    for tap in (*taps(graph), *module_outputs(graph)):
        assert by_name[tap.node].flow == tap.flow
    assert len(module_outputs(graph)) == len({tap.module for tap in taps(graph)}) - 1  # but for the head


@pytest.mark.parametrize(("config", "number"), [(PAPER, 15), (NETWORKS["inception-v3"].config(), 13)])
def test_a_network_is_cut_where_a_single_map_passes_between_modules(config, number):
    network = written_out(graph_of(config))
    found = parts(network)
    assert len(found) == number
    assert [node for place, part in enumerate(found) for node in part.nodes[place > 0 :]] == list(network.nodes)
    assert all(above.nodes[0].name == below.output.name for below, above in pairwise(found))
    assert "block7_add" not in descendants(written_out(graph_of(PAPER)), "block8_sepconv1_bn")
