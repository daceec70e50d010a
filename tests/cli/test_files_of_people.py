"""Weights files on the command line: what they do not tell is said by options, and said again with the answer."""

import json

import keras
import numpy as np
import pytest
from keras import layers

from explorer.assets import ASSETS
from explorer.configuration.registry import graph_of
from explorer.model.keras_model.build import build
from explorer.networks.xception import XceptionConfig
from explorer.vision.pictures.images import decode, network_input
from tests.lively_weights import lively_model

# Keras' own, while it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

COFFEE = ASSETS / "samples" / "coffee.jpg"
NARROW = XceptionConfig(input_size=71, classes=3, width=0.25, middle_repeats=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of one base: alone, with one sigmoid unit behind pixels / 255, and with sigmoid units as weights alone."""
    path = tmp_path_factory.mktemp("files")
    model = lively_model(build(graph_of(NARROW)))
    base = keras.Model(model.input, model.get_layer("block7_sepconv2_act").output)
    base.save(path / "base.keras")
    image = keras.Input((71, 71, 3))
    x = layers.GlobalAveragePooling2D()(base(layers.Rescaling(1 / 255)(image)))
    one = keras.Model(image, layers.Dense(1, activation="sigmoid")(x))
    one.save(path / "one.keras")
    x = layers.GlobalAveragePooling2D()(base.output)
    several = keras.Model(base.input, layers.Dense(4, activation="sigmoid")(x))
    several.save_weights(path / "several.weights.h5")
    pixels = (network_input(decode(COFFEE.read_bytes()), 71) + 1) * 127.5
    answers = {"one": one(pixels), "several": several(pixels / 255)}
    return path, {name: np.asarray(answer)[0] for name, answer in answers.items()}


def classified(run, *options: str) -> dict:
    status, out, err = run("classify", str(COFFEE), "--format", "json", *options)
    assert status == 0, err
    (result,) = json.loads(out)
    result["by_class"] = {each["index"]: each["probability"] for each in result["top"]}
    return result


def test_one_sigmoid_unit_answers_for_two_classes(run, folder):
    path, answers = folder
    result = classified(run, "--weights", str(path / "one.keras"))
    assert result["by_class"][1] == pytest.approx(answers["one"][0], abs=1e-4)
    assert (result["preprocessing"], result["changes"]) == ("0..1", [])


def test_what_weights_alone_do_not_tell_is_told_by_options(run, folder):
    path, answers = folder
    told = ("--input-size", "71", "--preprocessing", "0..1", "--head", "sigmoid", "--pooling", "avg")
    result = classified(run, "--weights", str(path / "several.weights.h5"), *told)
    assert [result["by_class"][index] for index in range(4)] == pytest.approx(answers["several"], abs=1e-4)
    assert result["state"] == "pretrained"
    (wiring,) = result["changes"]
    assert "--network and its options choose others" in wiring
    assert result["max_entropy_bits"] == 4


def test_a_size_that_was_only_assumed_is_no_size_of_training(run, folder):
    path, _ = folder
    assumed = classified(run, "--weights", str(path / "several.weights.h5"))
    assert "299 px is assumed" in assumed["changes"][0]
    told = classified(run, "--weights", str(path / "several.weights.h5"), "--input-size", "160")
    assert "299" not in " ".join(told["changes"])
    assert (told["input_size"], told["state"]) == (160, "pretrained")


def test_options_are_words_of_a_list(run, folder):
    path, _ = folder
    status, _, err = run("classify", str(COFFEE), "--weights", str(path / "one.keras"), "--head", "sigmoyd")
    assert (status, err.strip()) == (
        2,
        "Error: --head must be one of softmax, sigmoid, logits, got 'sigmoyd'; the nearest is sigmoid",
    )
    status, _, err = run("classify", str(COFFEE), "--weights", str(path / "one.keras"), "--preprocessing", "0..1")
    assert status == 2
    assert "one.keras prepares the pixels itself" in err


def test_a_file_without_head_shows_features_and_says_so_elsewhere(run, folder, tmp_path):
    path, _ = folder
    options = ("--weights", str(path / "base.keras"), "--output", str(tmp_path / "out"))
    status, out, err = run("features", str(COFFEE), *options, "--format", "json")
    assert status == 0, err
    facts = json.loads(out)
    assert (facts["layer"], facts["top"], facts["weights"]["state"]) == ("block7_sepconv2", [], "pretrained")
    for command in ("classify", "explain"):
        status, _, err = run(command, str(COFFEE), "--weights", str(path / "base.keras"))
        assert status == 1
        assert "base.keras has no head (include_top=False)" in err


def test_the_command_of_an_explanation_says_again_what_was_told(run, folder, tmp_path):
    path, _ = folder
    told = ("--input-size", "71", "--head", "sigmoid")
    options = ("--weights", str(path / "several.weights.h5"), "--output", str(tmp_path / "out"), "--no-scores")
    status, out, err = run("explain", str(COFFEE), *options, *told, "--method", "Grad-CAM", "--format", "json")
    assert status == 0, err
    facts = json.loads(out)
    assert facts["method"]["name"] == "grad-cam"
    assert "--weights several.weights.h5 --head sigmoid --input-size 71" in facts["command"]
    assert sum(each["probability"] for each in facts["top"]) != pytest.approx(1, abs=1e-3)


def test_heat_maps_are_made_of_the_picture_whatever_scale_the_weights_want(run, folder, tmp_path):
    path, answers = folder
    options = ("--weights", str(path / "one.keras"), "--output", str(tmp_path / "out"), "--no-scores")
    status, out, err = run("explain", str(COFFEE), *options, "--class-index", "1", "--format", "json")
    assert status == 0, err
    assert json.loads(out)["probability"] == pytest.approx(answers["one"][0], abs=1e-4)


@pytest.mark.parametrize("name", ["gradcam", "GRADCAM++", "Layer-CAM", "score_cam", "Smooth Grad"])
def test_methods_are_known_by_the_names_that_people_type(name):
    from explorer.cli.commands.explain_command import _method
    from explorer.vision.methods.table import METHODS

    assert _method(name, has_place=False, signed=False) in METHODS
