import json
from dataclasses import replace
from functools import cache

import keras
import pytest
from explorer.model.keras_files.saved_settings import check_settings

from explorer.configuration.registry import PAPER, graph_of
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_config import parse_config
from explorer.model.keras_model.build import build
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig

SMALL = {"input_size": 71, "classes": 3}
NARROW = XceptionConfig(**SMALL, width=0.25, middle_repeats=1, fully_connected=(5,), dropout=0.2)


def check(model: keras.Model, config) -> None:
    check_settings(graph_of(config), parse_config(model.to_json(), "test.keras"), "test.keras")


@pytest.mark.parametrize(
    "config",
    [
        NARROW,
        XceptionConfig(**SMALL, width=0.25, middle_repeats=0, intermediate_activation="elu", stem_padding="same"),
        XceptionConfig(**SMALL, width=0.25, middle_repeats=0, segments=4, kernel_size=5, depth_multiplier=2),
        FromScratchConfig(**SMALL),
        LightweightConfig(**SMALL),
        InceptionV3Config(input_size=75, classes=3),
    ],
    ids=str,
)
def test_a_network_agrees_with_its_own_description(config):
    check(build(graph_of(config)), config)


def test_keras_own_xception_agrees_with_its_softmax():
    check(keras.applications.Xception(weights=None), PAPER)


def changed(kind: str, **settings: object) -> keras.Model:
    """The narrow network with other settings in its first layer of a kind."""

    def change(layer):
        config = layer.get_config()
        if type(layer).__name__ == kind and not done:
            done.append(layer)
            config |= settings
        return type(layer).from_config(config)

    done: list[keras.Layer] = []
    model = keras.models.clone_model(build(graph_of(NARROW)), clone_function=change)
    assert done
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: changed("Conv2D", padding="same"), "block1_conv1 is conv2d with strides 2 x 2 and padding same"),
        (lambda: changed("Conv2D", strides=1), "block1_conv1 is conv2d with strides 1 x 1 and padding valid"),
        (lambda: changed("Conv2D", activation="relu"), "is activation relu"),
        (lambda: changed("Activation", activation="tanh"), "block1_conv1_act is activation tanh"),
        (lambda: changed("BatchNormalization", epsilon=0.9), "block1_conv1_bn is batch_normalization with epsilon 0.9"),
        (lambda: changed("SeparableConv2D", dilation_rate=2), "is separable_conv2d .*, dilation 2 x 2"),
        (lambda: changed("MaxPooling2D", pool_size=2), "is max_pooling2d of 2 x 2"),
        (lambda: changed("Dense", activation="tanh"), "is activation tanh"),
        (lambda: headed(lambda x: keras.layers.Activation("sigmoid")(x)), "is activation sigmoid"),
        (lambda: headed(lambda x: keras.layers.ReLU(max_value=6)(x)), "is activation relu6"),
        (lambda: footed(lambda x: keras.layers.Rescaling(1 / 255)(x)), "layer rescaling.* is rescaling"),
        (lambda: footed(lambda x: x / 127.5 - 1), "it computes (TrueDivide|Subtract) between its layers"),
    ],
)
def test_another_network_with_the_same_weights_is_refused_and_the_layer_named(model, message):
    with pytest.raises(WeightsError, match=message):
        check(model(), NARROW)


def headed(head) -> keras.Model:
    model = build(graph_of(NARROW))
    return keras.Model(model.input, head(model.output))


def footed(foot) -> keras.Model:
    image = keras.Input((71, 71, 3))
    return keras.Model(image, build(graph_of(NARROW))(foot(image)))


@pytest.mark.parametrize(
    "model",
    [
        lambda: headed(lambda x: keras.layers.Softmax()(x)),
        lambda: changed("Dropout", rate=0.7),
        lambda: footed(lambda x: keras.layers.RandomFlip()(x)),
    ],
    ids=["softmax", "dropout", "augmentation"],
)
def test_what_changes_no_answer_is_accepted(model):
    check(model(), NARROW)


def test_a_layer_that_is_missing_is_named():
    model = build(graph_of(NARROW))
    with pytest.raises(WeightsError, match="it lacks"):
        check(model, XceptionConfig(**SMALL, width=0.25, middle_repeats=2, fully_connected=(5,)))


@pytest.mark.parametrize("value", [None, {}, [], [1, [2]], "x" * 10_000, 10**400, True])
@pytest.mark.parametrize(
    "setting", ["strides", "padding", "dilation_rate", "groups", "epsilon", "activation", "pool_size"]
)
def test_any_setting_is_read_or_refused(setting, value):
    saved = json.loads(narrow())
    for layer in saved["config"]["layers"]:
        if setting in layer["config"]:
            layer["config"][setting] = value
    try:
        check_settings(graph_of(NARROW), parse_config(json.dumps(saved), "test.keras"), "test.keras")
    except WeightsError as error:
        assert len(str(error)) < 500


@cache
def narrow() -> str:
    return build(graph_of(NARROW)).to_json()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_what_the_file_tells_is_taken_and_what_it_does_not_tell_is_said(tmp_path):
    config = replace(NARROW, stem_padding="same", dropout=0.0)
    model = build(graph_of(config))
    model.save(tmp_path / "whole.keras")
    model.save_weights(tmp_path / "alone.weights.h5")
    whole = load_trained(tmp_path / "whole.keras")
    assert (whole.config, whole.weights.provenance.changes) == (config, ())
    alone = load_trained(tmp_path / "alone.weights.h5")
    assert alone.config == replace(config, stem_padding="valid", input_size=299)
    said = " ".join(alone.weights.provenance.changes)
    assert "299 px is assumed" in said
    assert "strides, padding, activations are assumed" in said
