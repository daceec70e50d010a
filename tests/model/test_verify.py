from dataclasses import replace

import keras
import pytest

from explorer.arch.graph import Node
from explorer.arch.ops import Activation, BatchNorm, Conv2D, DepthwiseConv2D
from explorer.configuration.registry import NETWORKS, graph_of
from explorer.model.keras_model.verify import verify
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=1, middle_convs=1, classes=10)
FULL_SIZE = ("xception", "from-scratch", "lightweight")  # the others: small, in tests/contract
CONFIGS = {preset.name: preset.config for name in FULL_SIZE for preset in NETWORKS[name].presets} | {
    "inception-v3": InceptionV3Config()
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_every_layer_of_every_preset_agrees(config):
    graph = graph_of(config)
    verification = verify(graph, profile=True)
    assert verification.agrees
    assert [row.name for row in verification.rows] == [node.name for node in graph.nodes]
    assert all(row.ours == row.keras for row in verification.rows)
    assert verification.total.ours == verification.total.keras
    assert verification.profiler_macs == verification.total.ours.macs
    assert verification.keras_version == keras.__version__
    assert verification.seconds > 0


def test_what_the_profiler_cannot_see_does_not_count_as_disagreement():
    verification = verify(graph_of(replace(SMALL, segments=4)), profile=True)
    assert verification.profiler_macs is None
    assert verification.agrees


def test_a_wrong_count_is_found_in_its_layers_and_in_the_total(monkeypatch):
    right = BatchNorm.variables
    all_trainable = lambda op, *inputs: tuple(v._replace(trainable=True) for v in right(op, *inputs))  # noqa: E731
    monkeypatch.setattr(BatchNorm, "variables", all_trainable)
    verification = verify(graph_of(SMALL))
    wrong = {row.name for row in verification.rows if not row.agrees}
    assert wrong == {row.name for row in verification.rows if row.name.endswith("_bn")}
    assert not verification.total.agrees
    assert not verification.agrees


def test_wrong_macs_are_found(monkeypatch):
    right = Conv2D.work
    twice = lambda op, *inputs: tuple(w._replace(macs=2 * w.macs) for w in right(op, *inputs))  # noqa: E731
    monkeypatch.setattr(Conv2D, "work", twice)
    verification = verify(graph_of(SMALL), profile=True)
    wrong = {row.name for row in verification.rows if not row.agrees}
    assert "block1_conv1" in wrong
    assert not any("sepconv" in name for name in wrong)
    assert verification.profiler_macs != verification.total.ours.macs
    assert not verification.agrees


def test_a_wrong_shape_is_found(monkeypatch):
    right = DepthwiseConv2D.output_shape
    monkeypatch.setattr(DepthwiseConv2D, "output_shape", lambda op, x: (x[0] + 1, *right(op, x)[1:]))
    verification = verify(graph_of(replace(SMALL, residual=False, intermediate_activation="relu")))
    row = next(row for row in verification.rows if row.name == "block2_sepconv1_depthwise")
    assert not row.agrees
    assert row.ours.output_shape[0] == row.keras.output_shape[0] + 1


def test_a_node_that_nothing_reads_is_not_part_of_the_model():
    graph = graph_of(SMALL)
    first, *others = graph.nodes
    stray = Node("stray", Activation(), (first.name,), first.flow, first.module)
    verification = verify(replace(graph, nodes=(first, stray, *others)))
    assert [row.name for row in verification.rows if row.keras is None] == ["stray"]
    assert not verification.agrees
