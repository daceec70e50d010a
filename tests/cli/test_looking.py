import csv
import io
import json
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from explorer.arch.places.taps import taps
from explorer.cli.commands import explain_command as explanation
from explorer.cli.commands import features_command as features
from explorer.cli.output import output_folder, progress_line
from explorer.cli.output.output_folder import write_together
from explorer.compute import loaded_networks
from explorer.configuration.registry import PAPER, graph_of
from explorer.errors import OutputError
from explorer.figures.theme import STATE_COLOURS
from explorer.model.keras_model.build import build
from explorer.model.sources.store import path_of
from explorer.model.weights.arrays import Weights, random_weights
from explorer.model.weights.trained_networks import load_trained
from explorer.networks.xception import KITCHENWARE
from explorer.vision.pictures.images import decode, network_input

SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
COFFEE = str(SAMPLES / "coffee.jpg")
SMALL = ["--weights", "random", "--width", "0.25", "--input-size", "71", "--middle-repeats", "0", "--classes", "3"]


@pytest.fixture
def explained(run, tmp_path):
    """Explains the coffee: the facts, the map, the overlay."""

    def explained(*options: str, scores: bool = False) -> tuple[dict, np.ndarray, Image.Image]:
        options = (*options, *([] if scores else ["--no-scores"]))
        folder = tmp_path / f"explanation {len(list(tmp_path.iterdir()))}"
        status, out, err = run("explain", COFFEE, *options, "--output", str(folder), "--format", "json")
        assert (status, err) == (0, "")
        assert {file.name for file in folder.iterdir()} == {"map.npy", "overlay.png", "explanation.json"}
        facts = json.loads((folder / "explanation.json").read_bytes())
        assert json.loads(out) == facts
        with Image.open(folder / "overlay.png") as overlay:
            overlay.load()
        return facts, np.load(folder / "map.npy", allow_pickle=False), overlay

    return explained


@cache
def activation_and_gradient(layer: str, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Output of a layer for the coffee, by kitchenware's weights in Keras' own layers, and the logit's gradient."""
    import keras
    import tensorflow as tf

    trained = load_trained(KITCHENWARE)
    model = build(graph_of(trained.config))
    for of_layer in model.layers:
        for variable in of_layer.weights:
            if variable.name in trained.weights.arrays.get(of_layer.name, ()):
                variable.assign(trained.weights.arrays[of_layer.name][variable.name])
    both = keras.Model(model.inputs, [model.get_layer(layer).output, model.output])
    with tf.GradientTape() as tape:
        activation, logits = both([network_input(decode(Path(COFFEE).read_bytes()), 150)])
        score = logits[:, index]
    return activation.numpy()[0], tape.gradient(score, activation).numpy()[0]


def test_an_explanation_is_true_and_its_command_finds_it_again(run, explained, tmp_path, monkeypatch):
    facts, values, overlay = explained("--weights", "kitchenware", scores=True)
    activation, gradient = activation_and_gradient("block14_sepconv2_act", 0)
    expected = np.maximum((activation * gradient.mean((0, 1))).sum(-1), 0)  # arXiv:1610.02391
    assert (values.dtype, values.shape) == (np.float32, expected.shape)
    np.testing.assert_allclose(values, expected, atol=1e-5 * expected.max())
    assert overlay.size == (600, 400)

    assert facts["picture"]["name"] == "coffee.jpg"
    assert (facts["layer"], facts["stage"]) == ("block14_sepconv2", "act")
    assert facts["weights"]["state"] == "pretrained"
    assert facts["weights"]["sha256"] == KITCHENWARE.file_hash.removeprefix("sha256:")
    assert facts["class"] == {"index": 0, "label": "cup"}
    assert facts["probability"] == pytest.approx(0.8956, abs=2e-3)
    assert facts["map"]["max"] == pytest.approx(values.max())
    assert -1 <= facts["sanity_check"]["rank_correlation"] <= 1
    assert facts["faithfulness"]["deletion"]["map_area"] < facts["faithfulness"]["deletion"]["random_area"]

    monkeypatch.chdir(SAMPLES)
    program, words = "python -m explorer ", facts["command"]
    assert words.startswith(program)
    again = (*shlex.split(words.removeprefix(program)), "--no-scores", "--output", str(tmp_path / "again"))
    assert run(*again)[0] == 0  # the map is the same without its scores, which take long
    np.testing.assert_array_equal(np.load(tmp_path / "again" / "map.npy"), values)


@pytest.mark.parametrize("weights", [["--weights", "my weights/mine.keras"], SMALL], ids=["a file's", "random"])
def test_the_line_that_says_it_again_works_in_the_same_folder(run, tmp_path, monkeypatch, weights):
    for folder, file, name in (("my pictures", COFFEE, "-.jpg"), ("my weights", path_of(KITCHENWARE), "mine.keras")):
        (tmp_path / folder).mkdir()
        shutil.copy(file, tmp_path / folder / name)
    monkeypatch.chdir(tmp_path)
    _, first, _ = run("features", "my pictures/-.jpg", "--layer", "block2_sepconv1", *weights)
    (line,) = (line for line in first.splitlines() if line.startswith("again"))
    status, second, _ = run(*shlex.split(line.removeprefix("again"))[3:])
    assert (status, second) == (0, first)


def test_altered_weights_are_badged_and_two_classes_compared(explained):
    facts, values, overlay = explained(
        *["--weights", "kitchenware", "--middle-repeats", "6", "--layer", "block8_sepconv3", "--stage", "add"],
        *["--class-name", "Spoon", "--against", "0", "--signed", "--method", "layercam"],
    )
    assert facts["weights"]["state"] == "altered"
    assert facts["weights"]["changes"]
    assert (facts["node"], facts["class"]["index"], facts["against"]["label"]) == ("block8_add", 5, "cup")
    assert facts["target"] == "spoon rather than cup"
    assert facts["score_kind"] == "difference of two logits"
    assert facts["score"] < 0
    assert facts["map"]["exported"] == "signed"
    assert values.min() == pytest.approx(facts["map"]["signed_min"])
    again = "--against 0 --signed --no-scores --weights xception/kitchenware --middle-repeats 6"
    assert facts["command"].endswith(again)
    assert overlay.getpixel((0, 399)) == ImageColor.getrgb(STATE_COLOURS["altered"])


def test_weights_that_do_not_fit_are_random_and_say_so(run, explained):
    facts, _, overlay = explained(
        *["--weights", "kitchenware", "--width", "0.5", "--middle-repeats", "0", "--method", "saliency"]
    )
    assert (facts["weights"]["state"], facts["weights"]["asked_for"]) == ("random", "xception/kitchenware")
    assert "Width multiplier: 0.5" in facts["weights"]["changes"][0]
    assert facts["weights"]["sha256"] is None
    assert (facts["config"]["input_size"], facts["config"]["classes"]) == (150, 6)
    assert facts["class"]["label"] is None
    assert (facts["layer"], facts["map"]["shape"]) == (None, [150, 150])
    assert facts["command"].endswith("--no-scores --weights xception/kitchenware --width 0.5 --middle-repeats 0")
    assert overlay.getpixel((0, 399)) == ImageColor.getrgb(STATE_COLOURS["random"])
    status, _, err = run(*f"explain {COFFEE} --weights kitchenware --width 0.5 --class-name cup".split())
    assert status == 2
    assert "With random weights no class means anything." in err


def test_a_file_of_weights_is_named_without_its_folder(run, explained):
    path = path_of(KITCHENWARE)
    facts, _, _ = explained("--weights", str(path))
    assert facts["weights"]["name"] == path.name
    assert facts["top"][0] == {"index": 0, "label": None, "probability": pytest.approx(0.8956, abs=2e-3)}
    assert str(path.parent) not in json.dumps(facts)
    status, _, err = run("explain", COFFEE, "--weights", str(path), "--class-name", "cup")
    assert status == 2
    assert "the file does not say" in err


def test_scores_are_those_that_the_method_allows(explained):
    facts, _, overlay = explained(*SMALL, "--method", "occlusion", scores=True)
    assert facts["method"]["settings"]["patch_px"] == facts["receptive_field"]["size"]
    assert len(facts["faithfulness"]["insertion"]["map"]) == 21
    assert facts["sanity_check"] is None
    assert facts["weights"]["asked_for"] == "random"
    assert overlay.getpixel((0, 399)) == ImageColor.getrgb(STATE_COLOURS["random"])


def test_an_explanation_as_a_table(run, tmp_path):
    status, out, _ = run("explain", COFFEE, "--weights", "kitchenware", "--output", str(tmp_path / "new"))
    assert status == 0
    assert "[pretrained weights: xception/kitchenware]" in out
    assert "89.56 %  cup" in out
    assert "Grad-CAM" in out
    assert "block14_sepconv2" in out
    assert "5 × 5 cells" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--layer block3_sepconv9", "no layer 'block3_sepconv9': the nearest are block3_sepconv"),
        ("--stage relu", "block6_sepconv2 has the stages depthwise, pointwise, bn, act, got 'relu'"),
        ("--method gradkam", "got 'gradkam'; the nearest are grad-cam, "),
        ("--class-name cups --weights kitchenware", "there is no class 'cups': the nearest is cup (0)"),
        ("--class-name cup", "With random weights no class means anything. So none is called 'cup'"),
        ("--class-index 3", "--class-index must be a class, from 0 to 2, got 3"),
        ("--against 3", "--against must be a class, from 0 to 2, got 3"),
        ("--class-index 1 --class-name cup", "leave one of the two out"),
        ("--class-index 1 --against 1", "the two classes must differ"),
        ("--method saliency --layer block8_sepconv3", "looks at the picture itself"),
        ("--method saliency --signed", "no values below 0"),
        ("--middle-repeats 99", "--middle-repeats must be"),
        ("--network inception-v3 --weights kitchenware", "must be one of inception-v3/imagenet, random or the path"),
        ("--layer avg_pool", "avg_pool gives a vector of 512 numbers, which have no places in the picture"),
        ("--weights nothing", "must be one of xception/imagenet, xception/kitchenware, "),
        (f"--output {COFFEE}/out", "--output must be a folder"),
        ("--output=", "--output must be a folder, got ''"),
        (f"--output {'a' * 300}/b", "File name too long"),
    ],
)
def test_bad_arguments_end_in_a_message_and_status_2(run, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    network = () if "--weights" in arguments else SMALL
    status, out, err = run("explain", COFFEE, *network, *arguments.split())
    assert status == 2
    assert words in err
    assert out == ""
    assert not list(tmp_path.iterdir())


def test_bad_pictures_and_weights_end_in_status_1(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.h5"
    bad.write_bytes(b"no picture, no weights")
    for arguments in ((str(bad), *SMALL), ("absent.png", *SMALL), (COFFEE, "--weights", str(bad))):
        status, out, err = run("explain", *arguments)
        assert (status, out) == (1, "")
        assert err.startswith("Error: ")
    assert list(tmp_path.iterdir()) == [bad]


def test_an_interrupt_leaves_nothing_behind(run, tmp_path, monkeypatch):
    class Interrupted:
        def __init__(self, what):
            pass

        def __enter__(self):
            def progress(done, total):
                raise KeyboardInterrupt

            return progress

        def __exit__(self, *error):
            return False

    monkeypatch.setattr(progress_line, "shown_progress", Interrupted)
    monkeypatch.setattr(progress_line, "_REDRAW_S", 0.001)
    folder = tmp_path / "new"
    status, out, err = run("explain", COFFEE, *SMALL, "--method", "occlusion", "--output", str(folder))
    assert status not in (0, 2)
    assert out == ""
    assert "Traceback" not in err
    assert not folder.exists()


def test_a_folder_in_which_nothing_can_be_written_is_refused_before_anything_is_computed(run, tmp_path, monkeypatch):
    def read_only(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(output_folder.tempfile, "TemporaryDirectory", read_only)
    monkeypatch.setattr(explanation, "choose_network", lambda *_: pytest.fail("the network was made first"))
    status, out, err = run("explain", COFFEE, *SMALL, "--output", str(tmp_path / "new"))
    assert (status, out) == (1, "")
    assert err == f"Error: {tmp_path / 'new'} could not be written: Permission denied.\n"


def test_what_cannot_be_a_folder_of_results_is_refused_before_anything_is_computed(run, tmp_path, monkeypatch):
    monkeypatch.setattr(features, "choose_network", lambda *_: pytest.fail("the network was made first"))
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "full" / "features.json").mkdir(parents=True)
    for name, words in (("link", "is a link to nothing"), ("link/in", "a link to nothing"), ("full", "is a folder")):
        status, out, err = run("features", COFFEE, *SMALL, "--output", str(tmp_path / name))
        assert (status, out) == (2, "")
        assert words in err


@pytest.mark.parametrize(
    ("command", "size"), [("features", 3e38), ("features", np.inf), ("explain --no-scores", np.inf)]
)
def test_values_that_overflow_are_refused_in_words(run, tmp_path, monkeypatch, command, size):
    def overflowing(graph):
        drawn = random_weights(graph)
        arrays = {name: dict(of) for name, of in drawn.arrays.items()}
        last = arrays["block6_sepconv2_bn"]
        # Of one channel, which the ReLU after it hides from the logits.
        last["beta"] = np.where(np.arange(512) == 0, np.float32(-3e38), last["beta"])
        if size == np.inf:
            last["gamma"] = np.where(np.arange(512) == 0, np.float32(-3e38), last["gamma"])
            last["moving_mean"] = np.where(np.arange(512) == 0, np.float32(-1e3), last["moving_mean"])
        return Weights(arrays, drawn.provenance)

    monkeypatch.setattr(loaded_networks, "random_weights", overflowing)
    where = ("--layer", "block6_sepconv2", "--stage", "bn", "--output", str(tmp_path / "new"))
    program, *options = command.split()
    status, out, err = run(program, COFFEE, *options, *SMALL, *where)
    assert (status, out) == (1, "")
    assert err.startswith("Error: With the weights of random the ")
    assert "are not finite numbers" in err
    assert not (tmp_path / "new").exists()


def test_what_is_no_picture_is_named(run, tmp_path):
    for name, data in (("missing.jpg", None), ("text.jpg", b"no picture")):
        if data:
            (tmp_path / name).write_bytes(data)
        status, _, err = run("features", str(tmp_path / name), *SMALL, "--output", str(tmp_path / "new"))
        assert status == 1
        assert err.startswith(f"Error: {tmp_path / name}: ")


def test_files_are_written_together_or_not_at_all(tmp_path):
    folder = tmp_path / "a" / "b"
    write_together(folder, {"one": b"1", "two": b"2"})
    (folder / "three").mkdir()
    with pytest.raises(OutputError, match="three is a folder"):
        write_together(folder, {"one": b"new", "three": b"new"})
    assert {file.name: file.is_dir() or file.read_bytes() for file in folder.iterdir()} == {
        "one": b"1",
        "two": b"2",
        "three": True,
    }
    with pytest.raises(OutputError, match="could not be written"):
        write_together(tmp_path / "c", {"one": b"1", "no/such/folder": b""})
    assert not (tmp_path / "c").exists()


def test_a_failure_between_two_files_restores_the_old_ones(tmp_path, monkeypatch):
    import os

    write_together(tmp_path, {"one": b"1", "two": b"2"})
    replace, moves = os.replace, []

    def failing(source, target):
        moves.append(target)
        if len(moves) == 4:  # one and two are away, one is new, two is to come
            raise OSError("no space")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OutputError, match="no space"):
        write_together(tmp_path, {"one": b"new", "two": b"new"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"one": b"1", "two": b"2"}


@pytest.fixture
def looked_at(run, tmp_path):
    """Looks at the features of the coffee: the facts, the array, the grid."""

    def looked_at(*options: str) -> tuple[dict, np.ndarray, Image.Image]:
        folder = tmp_path / "features"
        status, out, err = run("features", COFFEE, *options, "--output", str(folder), "--format", "json")
        assert (status, err) == (0, "")
        assert {file.name for file in folder.iterdir()} == {"features.npy", "grid.png", "features.json"}
        facts = json.loads((folder / "features.json").read_bytes())
        assert json.loads(out) == facts
        with Image.open(folder / "grid.png") as grid:
            grid.load()
        return facts, np.load(folder / "features.npy", allow_pickle=False), grid

    return looked_at


def test_features_are_the_layers_output_with_contributions_to_a_class(looked_at):
    facts, values, grid = looked_at(
        *["--weights", "kitchenware", "--class-name", "cup", "--layer", "block14_sepconv2_act"]
    )
    activation, gradient = activation_and_gradient("block14_sepconv2_act", 0)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, activation, atol=1e-5 * activation.max())
    assert facts["shape"] == list(values.shape) == [5, 5, 2048]
    assert facts["class"] == {"index": 0, "label": "cup"}
    assert facts["command"].endswith("--class-index 0 --weights xception/kitchenware")
    contributions = (activation * gradient).sum((0, 1))
    strongest = contributions.argmax()
    of = facts["channels"][strongest]
    assert of["channel"] == strongest
    assert of["contribution"] == pytest.approx(contributions[strongest], rel=1e-3)
    assert of["mean"] == pytest.approx(values[..., strongest].mean(), rel=1e-5)
    assert (of["min"], of["max"]) == pytest.approx((values[..., strongest].min(), values[..., strongest].max()))
    assert of["sparsity"] == pytest.approx((values[..., strongest] == 0).mean())
    assert facts["dead"] == (np.ptp(values, (0, 1)) == 0).sum() == sum(channel["dead"] for channel in facts["channels"])
    assert facts["grid"]["rows"] * facts["grid"]["columns"] >= 2048
    assert facts["grid"]["low"] == 0
    assert min(grid.size) >= 1024


def test_features_of_random_weights_are_signed_before_the_relu_and_badged(looked_at):
    facts, values, grid = looked_at(*SMALL, "--layer", "block3_sepconv1")
    assert (facts["stage"], facts["class"]) == ("pointwise", None)
    assert facts["channels"][0]["contribution"] is None
    assert facts["grid"]["low"] == -facts["grid"]["high"] < 0
    assert len(facts["channels"]) == values.shape[-1] == 64
    assert grid.convert("RGB").getpixel((0, grid.height - 1)) == ImageColor.getrgb(STATE_COLOURS["random"])


def test_features_as_a_table(run, tmp_path):
    status, out, _ = run("features", COFFEE, *SMALL, "--class-index", "1", "--output", str(tmp_path / "new"))
    assert status == 0
    assert "[random weights]" in out
    assert "of the largest contribution" in out
    assert max(map(len, out.splitlines()[:-1])) <= 120


def test_layers_in_every_format(run):
    expected = taps(graph_of(PAPER))
    data = json.loads(run("layers", "--format", "json")[1])
    assert [tap["node"] for tap in data["taps"]] == [tap.node for tap in expected]
    last = next(tap for tap in data["taps"] if tap["node"] == "block14_sepconv2_act")
    assert (last["layer"], last["stage"], last["shape"]) == ("block14_sepconv2", "act", [10, 10, 2048])
    assert last["receptive_field"] == {"size": 1083, "jump": 32, "start": -534}
    rows = list(csv.DictReader(io.StringIO(run("layers", "--format", "csv")[1])))
    assert [(row["layer"], row["stage"]) for row in rows] == [(tap.layer, tap.stage) for tap in expected]
    pooled = next(row for row in rows if row["layer"] == "avg_pool")
    assert (pooled["height"], pooled["channels"], pooled["stage"]) == ("", "2048", "pool")
    out = run("layers", "--middle-repeats", "2")[1]
    assert max(map(len, out.splitlines())) <= 120
    assert "…" not in out
    assert "block8_sepconv2_act" in out
    assert "block9" not in out


def test_layers_of_a_network_of_branches(run):
    status, out, _ = run("layers", "--network", "inception-v3", "--input-size", "75")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 120
    assert "…" not in out
    for expected in ("mixed9_branch3x3dbl_3a_conv", "mixed10", "concat", "After the concatenation"):
        assert expected in out


def test_any_network_is_looked_into(run, tmp_path):
    network = ("--network", "inception-v3", "--input-size", "75", "--classes", "4", "--weights", "random")
    status, out, _ = run("explain", COFFEE, *network, "--no-scores", "--output", str(tmp_path / "a"))
    assert status == 0
    assert "mixed10, concat (After the concatenation): 1 × 1 × 2048" in out
    layer = ("--layer", "mixed1_branch3x3dbl_2_conv", "--stage", "act")
    status, out, _ = run("features", COFFEE, *network, *layer, "--output", str(tmp_path / "b"))
    assert status == 0
    assert np.load(tmp_path / "b" / "features.npy").shape == (7, 7, 96)


def test_layers_need_no_numpy():
    script = "import sys, explorer.cli.commands.layers_command; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "tensorflow"} & set(loaded)
