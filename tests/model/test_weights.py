"""Random weights, matching of files, inference of configurations, and transplants."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras.src.initializers.random_initializers import compute_fans
from keras.src.legacy.saving import legacy_h5_format

from explorer.arch.graph import Graph
from explorer.arch.ops import BatchNorm, Conv2D, Dense, SeparableConv2D
from explorer.configuration.registry import PRESETS, graph_of
from explorer.errors import BudgetError, WeightsError
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.keras_files.stored_layers import StoredLayer, StoredVariable
from explorer.model.keras_files.weight_files import WeightFile, read
from explorer.model.keras_model.build import build
from explorer.model.recognition.matching import keras_order, match
from explorer.model.recognition.weights_alone import fitting
from explorer.model.sources.store import CACHE_VARIABLE
from explorer.model.weights.arrays import Provenance, Weights, random_weights, variables_of
from explorer.model.weights.trained_networks import load_trained
from explorer.model.weights.transplant import obstacles, transplant
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import IMAGENET, XceptionConfig
from tests.lively_weights import lively_weights

# Keras' own, while it saves.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=2, classes=5, fully_connected=(7,))
TRAINED = Provenance("pretrained", "test", "Trained in a test.")
KINDS = {
    Conv2D: "conv2d",
    SeparableConv2D: "separable_conv2d",
    BatchNorm: "batch_normalization",
    Dense: "dense",
}


def test_random_weights_are_drawn_as_keras_draws_them():
    graph = graph_of(replace(SMALL, segments=4, depth_multiplier=2))
    model, weights = build(graph), random_weights(graph)
    assert weights.provenance.state == "random"
    for name, arrays in weights.arrays.items():
        for variable in model.get_layer(name).weights:
            array = arrays[variable.name]
            if "kernel" in variable.name:
                limit = np.sqrt(6 / sum(compute_fans(array.shape)))
                assert 0.9 * limit < np.abs(array).max() <= limit * 1.000001
                assert abs(array.mean()) < 0.2 * limit
            else:
                np.testing.assert_array_equal(array, variable.numpy())


def test_random_weights_follow_the_seed_and_cannot_be_changed():
    graph = graph_of(SMALL)
    first, again, other = (random_weights(graph, seed).arrays["predictions"]["kernel"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.99
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 0


@pytest.mark.parametrize(
    "graph",
    [
        graph_of(PRESETS["paper"].config),
        graph_of(PRESETS["from-scratch"].config),
        graph_of(PRESETS["lightweight"].config),
        graph_of(InceptionV3Config()),
        graph_of(replace(SMALL, residual=False, segments=4, intermediate_activation="elu")),
    ],
    ids=lambda graph: graph.title,
)
def test_keras_order_is_that_of_model_layers(graph):
    assert [node.name for node in keras_order(graph)] == [layer.name for layer in build(graph).layers]


# Files.


def automatically_named(graph: Graph, *names: str) -> tuple[Graph, dict[str, str]]:
    """`graph` with the nodes whose names contain one of `names` named as Keras would, somewhere in a process."""
    counters = {kind: count(17) for kind in KINDS.values()}
    renamed = {
        node.name: f"{KINDS[type(node.op)]}_{next(counters[KINDS[type(node.op)]])}"
        for node in graph.nodes
        if any(name in node.name for name in names) and type(node.op) in KINDS
    }
    nodes = tuple(
        replace(
            node,
            name=renamed.get(node.name, node.name),
            inputs=tuple(renamed.get(source, source) for source in node.inputs),
        )
        for node in graph.nodes
    )
    return replace(graph, nodes=nodes), renamed


def model_with(graph: Graph, weights: Weights, renamed: Mapping[str, str]) -> keras.Model:
    model = build(graph)
    for name, arrays in weights.arrays.items():
        model.get_layer(renamed.get(name, name)).set_weights(list(arrays.values()))
    return model


def without_names(path: Path) -> None:
    """Make a `.weights.h5` as Keras before 3.4 wrote it."""
    with h5py.File(path, "r+") as file:
        file.visititems(lambda _, item: item.attrs.pop("name", None) and None)


def archive(model: keras.Model, folder: Path) -> Path:
    model.save(folder / "model.keras")
    return folder / "model.keras"


def weights_alone(model: keras.Model, folder: Path) -> Path:
    model.save_weights(folder / "model.weights.h5")
    return folder / "model.weights.h5"


def weights_without_names(model: keras.Model, folder: Path) -> Path:
    path = weights_alone(model, folder)
    without_names(path)
    return path


def legacy_model(model: keras.Model, folder: Path) -> Path:
    model.save(folder / "model.h5")
    return folder / "model.h5"


def legacy_weights_alone(model: keras.Model, folder: Path) -> Path:
    with h5py.File(folder / "model.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return folder / "model.h5"


@pytest.mark.parametrize("save", [archive, weights_alone, weights_without_names, legacy_model, legacy_weights_alone])
def test_a_file_with_automatic_names_gives_every_layer_its_own_weights(save, tmp_path):
    graph = graph_of(SMALL)
    weights = lively_weights(graph)
    path = save(model_with(*renamed_model(graph, weights, "shortcut", "predictions", "fc1")), tmp_path)
    assert_same(match(graph, read(path), TRAINED), weights)


@pytest.mark.parametrize("save", [archive, weights_without_names])
def test_inception_v3_in_which_keras_names_no_convolution_is_matched_by_order(save, tmp_path):
    graph = graph_of(InceptionV3Config(input_size=75, classes=4))
    weights = lively_weights(graph)
    path = save(model_with(*renamed_model(graph, weights, "_conv", "_bn")), tmp_path)
    assert_same(match(graph, read(path), TRAINED), weights)


def renamed_model(graph: Graph, weights: Weights, *names: str) -> tuple[Graph, Weights, Mapping[str, str]]:
    renamed_graph, renamed = automatically_named(graph, *names)
    assert len(renamed) >= 10
    return renamed_graph, weights, renamed


def assert_same(got: Weights, expected: Weights) -> None:
    assert got.arrays.keys() == expected.arrays.keys()
    for node, arrays in expected.arrays.items():
        assert got.arrays[node].keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(got.arrays[node][name], array, err_msg=f"{node} {name}")


def stored(graph: Graph, *, ordered: bool = True, input_size: int | None = None) -> WeightFile:
    """A file of `graph` that has shapes but no values: loading one would fail."""
    ops = {node.name: node.op for node in graph.nodes}
    layers = tuple(
        StoredLayer(
            name,
            KINDS[type(ops[name])],
            f"layers/{name}",
            tuple(StoredVariable(variable.name, variable.shape, "float32", None) for variable in variables),
        )
        for name, variables in variables_of(graph).items()
    )
    return WeightFile(Path("test.keras"), layers, ordered, input_size)


def without(file: WeightFile, *names: str) -> WeightFile:
    return replace(file, layers=tuple(layer for layer in file.layers if layer.name not in names))


def mismatches() -> Iterator[tuple[str, WeightFile, str]]:
    file = stored(graph_of(SMALL))
    last = file.layers[-1]
    yield (
        "missing",
        without(file, "block4_sepconv2"),
        (
            r"it has no layer for block4_sepconv2, which needs depthwise_kernel 3 x 3 x 184 x 1, "
            r"pointwise_kernel 1 x 1 x 184 x 184\.$"
        ),
    )
    yield (
        "missing shortcut",
        without(file, "block7_shortcut_conv", "block7_shortcut_bn"),
        (
            "no layer for block7_shortcut_conv, .*; "
            "it has no layer for block7_shortcut_bn, which needs gamma 256, beta 256"
        ),
    )
    more = replace(file, layers=(*file.layers, replace(last, name="block99_dense")))
    yield "superfluous", more, "it has a layer too many, block99_dense with kernel 7 x 5, bias 5"
    wider = stored(graph_of(replace(SMALL, kernel_size=5)))
    yield (
        "another shape",
        wider,
        (
            r"block2_sepconv1 needs depthwise_kernel 3 x 3 x 16 x 1, .* "
            r"the file has depthwise_kernel 5 x 5 x 16 x 1.*; and \d+ more"
        ),
    )
    yield (
        "other classes",
        stored(graph_of(replace(SMALL, classes=6))),
        ("predictions needs kernel 7 x 5, bias 5, the file has kernel 7 x 6, bias 6"),
    )
    renamed = tuple(replace(layer, name="head") if layer is last else layer for layer in file.layers)
    biased = replace(renamed[-1], variables=renamed[-1].variables[:1])
    yield (
        "no bias, another name",
        replace(file, layers=(*renamed[:-1], biased)),
        ("predictions needs kernel 7 x 5, bias 5, the file has kernel 7 x 5 in its layer head"),
    )
    another_kind = replace(last, name="block1_conv1")
    taken = without(replace(file, layers=(*file.layers[1:], another_kind)), "block1_conv1_bn")
    yield "name of another layer", taken, "block1_conv1 needs kernel 3 x 3 x 3 x 8, the file has kernel 7 x 5, bias 5"
    anonymous = tuple(replace(layer, name=None, kind=None) for layer in file.layers)
    yield (
        "neither names nor order",
        replace(file, layers=anonymous, ordered=False),
        (r"does not tell which layer is which of .* save the model anew"),
    )


MISMATCHES = {name: (file, message) for name, file, message in mismatches()}


@pytest.mark.parametrize(("file", "message"), MISMATCHES.values(), ids=MISMATCHES)
def test_what_does_not_fit_is_refused_by_name_before_anything_is_loaded(file, message):
    with pytest.raises(WeightsError, match=message):
        match(graph_of(SMALL), file, TRAINED)


# Configurations of files.


@pytest.mark.parametrize(
    "config",
    [
        XceptionConfig(),
        XceptionConfig(input_size=150, classes=6, fully_connected=(100,)),
        XceptionConfig(width=0.35, middle_repeats=0, kernel_size=5),
        XceptionConfig(width=1.25, middle_repeats=32, depth_multiplier=3, fully_connected=(1, 8192, 4)),
        XceptionConfig(width=0.8, input_size=71),
    ],
    ids=str,
)
def test_a_configuration_is_told_by_the_shapes(config):
    assert fitting(stored(graph_of(config), input_size=config.input_size)).config == config


def test_a_file_that_does_not_tell_the_input_size_is_taken_at_299():
    assert fitting(stored(graph_of(SMALL))).config == replace(SMALL, input_size=299)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            without(stored(graph_of(SMALL)), "block4_sepconv2"),
            "it has no layer for block4_sepconv2.*save the whole model",
        ),
        (stored(graph_of(SMALL), input_size=31), "does not hold the weights of an Xception.*input_size must be"),
        (without(stored(graph_of(SMALL)), "block1_conv1", "block1_conv2"), "does not fit this network"),
    ],
    ids=["a layer is missing", "too small", "no stem"],
)
def test_a_file_of_another_network_is_refused(file, message):
    with pytest.raises(WeightsError, match=message):
        fitting(file)


def test_a_file_becomes_the_network_that_keras_saved(tmp_path):
    graph, renamed = automatically_named(graph_of(SMALL), "shortcut")
    model = model_with(graph, lively_weights(graph_of(SMALL)), renamed)
    path = archive(model, tmp_path)
    image = np.random.default_rng(3).uniform(-1, 1, (1, 71, 71, 3)).astype(np.float32)

    trained = load_trained(path)

    assert (trained.config, trained.class_names) == (SMALL, None)
    assert (trained.weights.provenance.state, trained.weights.provenance.source) == ("pretrained", "model.keras")
    logits = OpenVINOEngine(graph_of(trained.config), trained.weights).run(image).logits
    np.testing.assert_allclose(logits, np.asarray(model(image)), rtol=0, atol=1e-5)


def test_imagenet_is_loaded_from_a_file_like_keras_applications_own(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    model = keras.applications.Xception(weights=None, classifier_activation=None)
    path = legacy_weights_alone(model, tmp_path)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    source = replace(IMAGENET, file_name=path.name, file_bytes=len(content), file_hash=f"sha256:{digest}")

    trained = load_trained(source)

    assert (trained.config, len(trained.class_names)) == (XceptionConfig(), 1000)
    assert trained.weights.provenance == Provenance("pretrained", "xception/imagenet", IMAGENET.story)
    image = np.random.default_rng(3).uniform(-1, 1, (1, 299, 299, 3)).astype(np.float32)
    expected = np.asarray(model(image, training=False))
    got = OpenVINOEngine(graph_of(trained.config), trained.weights).run(image).logits
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-4 * np.abs(expected).max())

    path.unlink()
    with pytest.raises(WeightsError, match="python -m explorer weights fetch xception/imagenet"):
        load_trained(source)


# Transplants.

LONG = replace(SMALL, middle_repeats=8, dropout=0.2)


@pytest.fixture(scope="module")
def trained() -> Weights:
    return replace(lively_weights(graph_of(LONG)), provenance=TRAINED)


def logits(config: XceptionConfig, weights: Weights) -> np.ndarray:
    size = config.input_size
    image = np.random.default_rng(4).uniform(-1, 1, (1, size, size, 3)).astype(np.float32)
    return OpenVINOEngine(graph_of(config), weights).run(image).logits


@pytest.mark.parametrize("repeats", [9, 10, 32])
def test_added_modules_are_exact_identities(trained, repeats):
    config = replace(LONG, middle_repeats=repeats)
    longer = transplant(config, LONG, trained)
    np.testing.assert_array_equal(logits(config, longer), logits(LONG, trained))
    assert longer.provenance.state == "altered"
    assert longer.provenance.changes == (
        f"Middle flow: {repeats - 8} added to the 8 trained modules, each beginning as an identity.",
    )
    added = longer.arrays["block13_sepconv3_bn"]
    assert not added["gamma"].any() and not added["beta"].any()
    # Ready to be trained: nothing else is zero.
    assert longer.arrays["block13_sepconv3"]["pointwise_kernel"].any()
    assert longer.arrays["block13_sepconv2_bn"]["gamma"].all()


@pytest.mark.parametrize("repeats", [0, 1, 5, 7])
def test_a_shorter_middle_flow_keeps_the_first_modules_and_the_exit_flow(trained, repeats):
    config = replace(LONG, middle_repeats=repeats)
    shorter = transplant(config, LONG, trained)
    shorter.check(graph_of(config))
    assert shorter.provenance.state == "altered"
    assert (f"the first {repeats} of 8" if repeats else "none of the 8") in shorter.provenance.changes[0]
    kept = {f"block{5 + n}": f"block{5 + n}" for n in range(repeats)}
    kept |= {f"block{5 + repeats}": "block13", f"block{6 + repeats}": "block14", "block4": "block4"}
    for node, arrays in shorter.arrays.items():
        block, _, layer = node.partition("_")
        donor = f"{kept[block]}_{layer}" if block in kept else node
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, trained.arrays[donor][name])
    assert np.abs(logits(config, shorter) - logits(LONG, trained)).max() > 1e-3


@pytest.mark.parametrize(
    ("change", "state", "sentence"),
    [
        ({"input_size": 96}, "pretrained", "Trained at 71 px, run at 96 px."),
        ({"dropout": 0.0}, "pretrained", ""),
        ({"segments": 5_000}, "pretrained", ""),
        ({"stem_padding": "same"}, "altered", "Stem padding: same, where test was trained with valid."),
        ({"intermediate_activation": "elu"}, "altered", "Activation between: elu, where test was trained with none."),
        ({"segments": 4}, "random", "Channel segments: 4, where test was trained with depthwise."),
        ({"residual": False}, "random", "Residual connections: "),
        ({"classes": 6}, "random", "Classes: 6, where test was trained with 5."),
        ({"fully_connected": ()}, "random", "Fully-connected layers: none, where test was trained with 7."),
        ({"width": 0.5, "middle_repeats": 5}, "random", "Width multiplier: 0.5, where"),
        ({"middle_convs": 2}, "random", "Convolutions per middle module: 2"),
        ({"kernel_size": 7}, "random", "Kernel size: 7"),
    ],
    ids=str,
)
def test_every_other_change_has_its_state_and_its_words(trained, change, state, sentence):
    config = replace(LONG, **change)
    weights = transplant(config, LONG, trained)
    weights.check(graph_of(config))
    assert weights.provenance.state == state
    assert "".join(weights.provenance.changes).startswith(sentence)
    assert bool(weights.provenance.changes) == bool(sentence)
    assert weights.provenance.source == ("random" if state == "random" else "test")
    if state != "random":
        written_out = "block5_sepconv1_depthwise" in weights.arrays
        kernel, *_ = weights.arrays["block5_sepconv1_depthwise" if written_out else "block5_sepconv1"].values()
        np.testing.assert_array_equal(kernel, trained.arrays["block5_sepconv1"]["depthwise_kernel"])


@pytest.mark.parametrize(
    ("trained_config", "repeats"), [(replace(SMALL, residual=False), 1), (replace(SMALL, middle_repeats=0), 1)]
)
def test_only_a_residual_middle_flow_that_is_there_can_change_its_length(trained_config, repeats):
    weights = replace(lively_weights(graph_of(trained_config)), provenance=TRAINED)
    changed = transplant(replace(trained_config, middle_repeats=repeats), trained_config, weights)
    assert changed.provenance.state == "random"
    assert changed.provenance.changes[0].startswith("Middle-flow modules: 1, where test was trained with")


def test_another_network_gets_random_weights_and_the_reason(trained):
    weights = transplant(FromScratchConfig(input_size=71, classes=5), LONG, trained)
    assert weights.provenance.state == "random"
    assert weights.provenance.changes == ("The weights of test are those of Xception, another network.",)


def test_the_trained_configuration_gets_the_weights_themselves(trained):
    assert transplant(LONG, LONG, trained) is trained


def test_obstacles_are_told_without_drawing_weights(trained, monkeypatch):
    monkeypatch.setenv("XCEPTION_EXPLORER_MEMORY_BUDGET", "1 KiB")
    assert obstacles(LONG, LONG, trained) == ()
    assert obstacles(replace(LONG, middle_repeats=9), LONG, trained) == ()
    assert "Width multiplier" in obstacles(replace(LONG, width=1.0, segments=1), LONG, trained)[0]
    with pytest.raises(BudgetError, match="Drawing random weights"):
        transplant(replace(LONG, width=1.0), LONG, trained)
