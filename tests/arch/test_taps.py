from dataclasses import replace

import pytest

from explorer.arch.split import descendants, head_sources, shortcuts, sources
from explorer.arch.taps import STAGES, find_tap, last_tap, layers, module_outputs, taps
from explorer.arch.written_out import written_out
from explorer.configuration.registry import PAPER, PRESETS, graph_of, network
from explorer.errors import ConfigError
from explorer.networks.xception import XceptionConfig

GRAPH = graph_of(PAPER)


def test_the_papers_network_has_34_separable_convolutions_each_with_its_stages():
    assert len(layers(GRAPH)) == 34
    stages = {layer: [tap.stage for tap in taps(GRAPH) if tap.layer == layer] for layer in layers(GRAPH)}
    assert stages["block2_sepconv1"] == ["depthwise", "pointwise", "bn", "act", "add"]
    assert stages["block8_sepconv3"] == ["depthwise", "pointwise", "bn", "add"]  # the addition comes before any ReLU
    assert stages["block14_sepconv2"] == ["depthwise", "pointwise", "bn", "act"]  # no residual module
    # 34 depthwise, pointwise and bn; ReLU after the first of two or three in a module, and after both of the last;
    # the addition for all but these two.
    assert len(taps(GRAPH)) == 3 * 34 + (4 + 8 * 2 + 2) + 32


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
        ("", None, "from block2_sepconv1 to block14_sepconv2"),
        ("block8_sepconv3", "act", "depthwise, pointwise, bn, add"),
        ("block8_add", "bn", "the stage add of block8_sepconv3"),
    ],
)
def test_what_does_not_exist_is_answered_by_the_nearest(name, stage, expected):
    with pytest.raises(ConfigError, match=expected):
        find_tap(GRAPH, name, stage)


def test_a_network_without_separable_convolutions_says_so():
    graph = graph_of(network("inception-v3").config())
    assert taps(graph) == ()
    with pytest.raises(ConfigError, match="no separable convolutions"):
        last_tap(graph)


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
    assert len(module_outputs(graph)) == len({tap.module for tap in taps(graph)}) + 1  # and the stem


def test_heads_read_the_tap_and_the_shortcut_that_passes_it_by():
    network = written_out(GRAPH)
    kept = {tap.node for tap in taps(GRAPH) if tap.stage == "pointwise"}.union(shortcuts(network))
    assert head_sources(network, "block8_sepconv2_bn", kept) == ("block8_sepconv2_bn", "block7_add")
    assert head_sources(network, "block13_sepconv1_pointwise", kept)[1:] == ("block13_shortcut_bn",)
    assert head_sources(network, "block8_add", kept) == ("block8_add",)
    assert sources(network, ["block8_sepconv2_depthwise"], kept) == ("block8_sepconv1_pointwise",)
    assert sources(network, ["block2_sepconv1_depthwise"], kept) == ("input",)
    assert "block7_add" not in descendants(network, "block8_sepconv1_bn")


def test_without_a_shortcut_nothing_passes_the_tap_by():
    network = written_out(graph_of(replace(PAPER, residual=False)))
    assert head_sources(network, "block8_sepconv2_bn", ()) == ("block8_sepconv2_bn",)
    assert shortcuts(network) == ()
