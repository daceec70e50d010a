"""The described networks against those of Keras Applications: layers, names, counts, and the very same function."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import keras
import pytest

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.configuration.registry import graph_of
from explorer.counting.tally import Tally, tally
from explorer.model.keras_model.build import build
from explorer.model.keras_model.profiler import profiler_macs
from explorer.model.recognition.matching import keras_order
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.resnet import ResNet50Config, ResNet152Config
from explorer.networks.vgg16 import VGG16Config
from explorer.networks.xception import XceptionConfig
from tests.same_function import assert_same_function, randomize

# Names that Keras gives by counting: they depend on what the process has built before.
AUTOMATIC = ("input_layer", "conv2d", "batch_normalization", "activation", "average_pooling2d", "max_pooling2d",
             "concatenate", "add", "global_average_pooling2d")  # fmt: skip
KERAS = keras.applications
CASES: dict[str, tuple[Any, Config, dict[str, Any]]] = {
    "xception": (KERAS.Xception, XceptionConfig(input_size=75, classes=10), {}),
    "inception-v3": (KERAS.InceptionV3, InceptionV3Config(input_size=75, classes=10), {}),
    "mobilenet": (KERAS.MobileNet, MobileNetConfig(input_size=64, classes=10), {}),
    "mobilenet 0.35": (
        KERAS.MobileNet,
        MobileNetConfig(input_size=33, classes=10, alpha=0.35, depth_multiplier=2, dropout=0.2),
        {"alpha": 0.35, "depth_multiplier": 2, "dropout": 0.2},
    ),
    "vgg16": (KERAS.VGG16, VGG16Config(input_size=32, classes=10), {}),
    "resnet50": (KERAS.ResNet50, ResNet50Config(input_size=47, classes=10), {}),
    "resnet152": (KERAS.ResNet152, ResNet152Config(input_size=32, classes=10), {}),
}


@dataclass(frozen=True)
class Case:
    graph: Graph
    counted: Tally
    theirs: keras.Model


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    application, config, arguments = CASES[request.param]
    size = (config.input_size, config.input_size, 3)
    model = application(weights=None, input_shape=size, classes=config.classes, classifier_activation=None, **arguments)
    graph = graph_of(config)
    yield Case(graph, tally(graph), model)
    del model
    gc.collect()


def weighty(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in model.layers if layer.weights]


def test_layers_with_weights_stand_in_keras_order_with_its_shapes_and_names(case):
    variables = {layer.node.name: layer.node.op.variables(*layer.input_shapes) for layer in case.counted.layers}
    ours = [node.name for node in keras_order(case.graph) if variables[node.name]]
    theirs = weighty(case.theirs)
    for name, layer in zip(ours, theirs, strict=True):
        assert [(v.name, v.shape) for v in variables[name]] == [(w.name, w.shape) for w in layer.weights]
        assert case.counted.by_name[name].output_shape == layer.output.shape[1:]
        if not layer.name.startswith(AUTOMATIC):
            assert layer.name == name


def test_every_name_that_keras_gave_is_kept_with_its_shape(case):
    ours = {layer.node.name: layer.output_shape for layer in case.counted.layers}
    # With `classifier_activation=None` MobileNet ends in an activation that does nothing: it is left out here.
    named = {layer.name: layer.output.shape[1:] for layer in case.theirs.layers if not layer.name.startswith(AUTOMATIC)}
    linear = {name for name in named if name == "predictions" and name not in ours}
    assert {name: shape for name, shape in named.items() if name not in linear}.items() <= ours.items()


def test_totals_are_keras_own(case):
    assert case.counted.params == case.theirs.count_params()
    assert case.counted.trainable_params == sum(prod(w.shape) for w in case.theirs.trainable_weights)
    assert case.counted.macs == profiler_macs(case.theirs)


def test_with_the_same_weights_it_is_the_same_function(case):
    randomize(case.theirs)
    ours = build(case.graph)
    for layer, theirs in zip(weighty(ours), weighty(case.theirs), strict=True):
        layer.set_weights(theirs.get_weights())
    assert_same_function(ours, case.theirs)
    del ours
    gc.collect()
