"""Totals measured once with Keras and TensorFlow's profiler (`data/golden_counts.json` says how)."""

import json
from pathlib import Path

import pytest

from explorer.configuration.registry import PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

MEASURED = {
    (entry["model"], entry["detail"].partition(",")[0]): entry
    for entry in json.loads((Path(__file__).parent / "data" / "golden_counts.json").read_text())["models"]
}
NETWORKS = {
    ("keras.applications.Xception", "299x299"): PRESETS["paper"].config,
    ("keras.applications.InceptionV3", "299x299"): InceptionV3Config(),
    ("from-scratch", "299x299"): PRESETS["from-scratch"].config,
    ("from-scratch-259", "the same graph at 259x259"): PRESETS["from-scratch-259"].config,
    ("lightweight", "299x299"): PRESETS["lightweight"].config,
}
WITHOUT_TOP = {
    ("keras.applications.Xception include_top=False", f"{size}x{size}"): XceptionConfig(input_size=size)
    for size in (299, 150)
}


@pytest.mark.parametrize("model", NETWORKS, ids=lambda model: model[0])
def test_totals_are_the_measured_ones(model):
    measured, counted = MEASURED[model], tally(graph_of(NETWORKS[model]))
    assert counted.params == measured["total_params"]
    assert counted.trainable_params == measured["trainable_params"]
    assert counted.non_trainable_params == measured["non_trainable_params"]
    assert counted.macs == measured["macs"]
    assert counted.flops == measured["flops_conv_and_dense"]


@pytest.mark.parametrize("model", NETWORKS, ids=lambda model: model[0])
def test_each_kind_of_arithmetic_is_the_profilers(model):
    profiled, counted = MEASURED[model]["tf_profiler"], tally(graph_of(NETWORKS[model]))
    macs = {kind: counted.kind(kind).macs for kind in ("convolution", "depthwise", "pointwise", "dense")}
    assert 2 * (macs["convolution"] + macs["pointwise"]) == profiled["Conv2D"]
    assert 2 * macs["depthwise"] == profiled.get("DepthwiseConv2dNative", 0)
    assert 2 * macs["dense"] == profiled["MatMul"]


@pytest.mark.parametrize("model", WITHOUT_TOP, ids=lambda model: model[1])
def test_without_the_logistic_regression_the_totals_are_those_without_top(model):
    measured, counted = MEASURED[model], tally(graph_of(WITHOUT_TOP[model]))
    top = counted.by_name["predictions"]
    assert counted.params - top.params == measured["total_params"]
    assert counted.trainable_params - top.trainable_params == measured["trainable_params"]
    assert counted.macs - top.macs == measured["macs"]


def test_the_paper_counts_36_convolutional_layers_in_14_modules():
    counted = tally(graph_of(PRESETS["paper"].config))
    assert (counted.conv_layers, counted.modules) == (36, 14)
