import csv
import io
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from explorer import __version__
from explorer.cli.commands import weights_commands as weights
from explorer.configuration.options import to_options
from explorer.configuration.registry import PRESETS, graph_of, network_of
from explorer.counting.tally import tally
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.xception import XceptionConfig

ROOT = Path(__file__).parents[2]
COFFEE = str(ROOT / "assets" / "samples" / "coffee.jpg")
CHELSEA = str(ROOT / "assets" / "samples" / "chelsea.jpg")


def test_tally_as_json_has_everything(run):
    status, out, _ = run("tally", "--format", "json")
    data = json.loads(out)
    assert status == 0
    assert data["config"]["input_size"] == 299
    assert data["total"] == {
        "params": 22_910_480,
        "trainable_params": 22_855_952,
        "non_trainable_params": 54_528,
        "macs": 8_357_403_496,
        "flops": 16_714_806_992,
        "weight_bytes": 91_641_920,
        "peak_activation_bytes": 24_931_328,
        "conv_layers": 36,
        "modules": 14,
    }
    assert [flow["name"] for flow in data["flows"]] == ["entry", "middle", "exit"]
    assert data["flows"][1]["input_shape"] == [19, 19, 728]
    last = next(layer for layer in data["layers"] if layer["name"] == "block14_sepconv2_act")
    assert last["output_shape"] == [10, 10, 2048]
    assert last["receptive_field"] == {"size": 1083, "jump": 32, "start": -534}
    assert {"name", "op", "flow", "module", "output_shape", "params", "trainable_params", "macs"} <= set(last)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(run, preset):
    data = json.loads(run("tally", "--preset", preset, "--format", "json")[1])
    expected = tally(graph_of(PRESETS[preset].config))
    assert (data["total"]["params"], data["total"]["macs"]) == (expected.params, expected.macs)


def test_every_option_reaches_its_knob(run):
    options = (
        "--input-size 100 --classes 7 --width 0.5 --depth-multiplier 2 --middle-repeats 0 --middle-convs 2 "
        "--entry-convs 3 --kernel-size 5 --segments 4 --no-residual --intermediate-activation elu "
        "--stem-padding same --fully-connected 64,32 --dropout 0.1 --format json"
    )
    data = json.loads(run("tally", *options.split())[1])
    assert data["config"] == {
        "input_size": 100,
        "width": 0.5,
        "stem_padding": "same",
        "middle_repeats": 0,
        "middle_convs": 2,
        "entry_convs": 3,
        "residual": False,
        "kernel_size": 5,
        "depth_multiplier": 2,
        "segments": 4,
        "intermediate_activation": "elu",
        "classes": 7,
        "fully_connected": [64, 32],
        "dropout": 0.1,
    }
    middle = data["flows"][1]
    assert (middle["params"], middle["macs"]) == (0, 0)
    assert middle["input_shape"] == middle["output_shape"]


@pytest.mark.parametrize(
    "config",
    [
        XceptionConfig(input_size=100, width=0.3, segments=4, residual=False, fully_connected=(64, 32), dropout=0.1),
        XceptionConfig(intermediate_activation="elu", stem_padding="same", kernel_size=7, middle_repeats=0),
        LightweightConfig(classes=5),
        XceptionConfig(),
    ],
)
def test_a_configuration_as_options_is_read_back(run, config):
    data = json.loads(run("tally", *to_options(config, type(config)()), "--format", "json")[1])
    assert data["network"] == network_of(config).name
    assert data["config"] == json.loads(json.dumps(asdict(config)))


def test_tally_as_csv_and_as_table(run):
    layers = list(csv.DictReader(io.StringIO(run("tally", "--network", "inception-v3", "--format", "csv")[1])))
    assert sum(int(layer["params"]) for layer in layers) == 23_851_784
    assert sum(int(layer["macs"]) for layer in layers) == 5_713_216_096
    table = run("tally")[1]
    assert "22,910,480 = 22,855,952 trainable" in table
    assert max(map(len, table.splitlines())) < 140


def test_networks_are_compared_by_name_preset_and_json(run):
    named = ("xception", "kitchenware", '{"network": "mobilenet", "alpha": 0.5}')
    status, out, _ = run("compare", *named, "--format", "json")
    assert status == 0
    counted = [each["total"]["params"] for each in json.loads(out)["networks"]]
    assert counted == [22_910_480, 21_066_986, 1_342_536]
    rows = list(csv.reader(io.StringIO(run("compare", *named, "--format", "csv")[1])))
    assert [len(row) for row in rows] == [4] * 10
    table = run("compare", "xception", "inception-v3")[1]
    assert "5,713,216,096" in table and "0.68 ×" in table
    status, _, error = run("compare", "xception", "paper")
    assert status == 2 and "at least two networks that differ" in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("tally --width 9", "--width must be a number from 0.25 to 2"),
        ("tally --input-size big", "--input-size must be a whole number from 32 to 1,024 px, got 'big'"),
        ("tally --preset nothing", "there is no preset 'nothing': choose one of paper"),
        ("tally --network resnet", "there is no network 'resnet': choose one of xception"),
        ("tally --network inception-v3 --width 1", "Inception V3 has no --width"),
        ("tally --preset paper --network lightweight", "leave one of the two out"),
        ("tally --no-such-option", "No such option"),
        ("tally --format xml", "xml"),
        (f"classify {COFFEE} --middle-repeats 99", "--middle-repeats must be"),
        (f"classify {COFFEE} --top 0", "greater than or equal to 1"),
        (f"classify {COFFEE} --weights nothing", "--weights must be one of xception/imagenet, xception/kitchenware, "),
        (f"classify {COFFEE} --weights {'a' * 300}.h5", "could not be read: File name too long"),
        ("weights fetch nothing", "weights must be one of xception/imagenet, xception/kitchenware, "),
    ],
)
def test_bad_arguments_end_in_a_message_and_status_2(run, arguments, words):
    status, out, err = run(*arguments.split())
    assert status == 2
    assert words in err
    assert out == ""


def test_code_is_printed(run):
    assert "22910480" in run("code")[1].replace("_", "")


def test_build_says_whether_keras_agrees(run):
    status, out, _ = run("build", "--width", "0.25", "--input-size", "71", "--middle-repeats", "1", "--verify")
    assert status == 0
    assert out.splitlines()[-1] == "agrees"
    assert "TensorFlow's profiler: " in out


def test_build_says_what_the_profiler_cannot_see(run):
    small = "--segments 2 --width 0.25 --input-size 71 --middle-repeats 0 --classes 3"
    status, out, _ = run("build", *small.split(), "--verify")
    assert status == 0
    assert "counts grouped and dilated convolutions wrongly: MACs were not compared with it" in out


def test_build_refuses_what_would_not_fit(run):
    wide = "--width 2 --depth-multiplier 4 --segments 1 --middle-repeats 32 --middle-convs 6 --kernel-size 7"
    status, _, err = run("build", *wide.split())
    assert status == 1
    assert "the estimate is" in err


def test_classify_goes_on_after_a_bad_picture(run, tmp_path):
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    status, out, _ = run(
        "classify", COFFEE, str(text), str(tmp_path / "absent.png"), str(pipe), CHELSEA, "--weights", "kitchenware",
        "--top", "2", "--format", "json",
    )  # fmt: skip
    coffee, bad, absent, endless, chelsea = json.loads(out)
    assert status == 1
    assert coffee["state"] == "pretrained"
    assert coffee["top"][0]["label"] == "cup"
    assert coffee["top"][0]["probability"] == pytest.approx(0.8956, abs=2e-3)
    assert len(coffee["top"]) == len(chelsea["top"]) == 2
    assert "not a picture" in bad["error"]
    assert "could not be read" in absent["error"]
    assert "this is no file" in endless["error"]


def test_classify_with_fewer_and_more_modules(run):
    def top(repeats: int) -> dict:
        asked = f"classify {COFFEE} --weights kitchenware --middle-repeats {repeats} --format json"
        return json.loads(run(*asked.split())[1])[0]

    trained, fewer, more = top(8), top(6), top(10)
    assert (trained["state"], fewer["state"], more["state"]) == ("pretrained", "altered", "altered")
    assert more["top"][0]["probability"] == pytest.approx(trained["top"][0]["probability"], abs=1e-5)
    assert fewer["top"][0]["probability"] != pytest.approx(trained["top"][0]["probability"], abs=1e-5)


def test_classify_says_what_is_wrong_with_weights(run, tmp_path):
    bad = tmp_path / "bad.h5"
    bad.write_bytes(b"no weights")
    status, _, err = run("classify", COFFEE, "--weights", str(bad))
    assert status == 1
    assert err.startswith("Error: ")


def test_weights_are_listed(run, monkeypatch, tmp_path):
    monkeypatch.setenv("XCEPTION_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    out = run("weights", "list")[1]
    assert "vgg16/imagenet: ImageNet, 1000 classes (527.8 MiB)" in out
    assert "mobilenet/imagenet-0.25: ImageNet, 1000 classes, alpha 0.25 (about 1.8 MiB)" in out
    assert out.count("not here: fetch it by `python -m explorer weights fetch ") == 13
    assert f"There are no weights in {tmp_path} yet" in run("classify", COFFEE)[2]
    assert run("weights", "path")[1].strip() == str(tmp_path)


def test_fetching_says_nothing_on_standard_error_that_is_no_terminal(run, monkeypatch):
    monkeypatch.setattr(weights, "fetch_all", lambda names, *_: names)
    assert run("weights", "fetch") == (0, "", "")


def test_version_and_short_help(run):
    assert run("--version") == (0, f"{__version__}\n", "")
    assert "tally" in run("-h")[1]
    assert "--input-size" in run("tally", "-h")[1]
