"""Files that people save, against the answer of the Keras that saved them on the same picture."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

from explorer.arch.preprocessing import MEAN_BGR, SIGNED, UNIT
from explorer.configuration.registry import NETWORKS, graph_of, network_of
from explorer.errors import ConfigError, WeightsError
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.keras_model.build import build
from explorer.model.recognition.told import Told
from explorer.model.weights.trained_networks import TrainedNetwork, load_trained
from explorer.model.weights.transplant import transplant
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.resnet import ResNet50Config
from explorer.networks.vgg16 import VGG16Config
from explorer.networks.xception import XceptionConfig
from explorer.vision.results import probabilities
from tests.lively_weights import lively_model

# Keras' own, while it saves.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file"),
]

NARROW = XceptionConfig(input_size=71, classes=3, width=0.25, middle_repeats=1)
PIXELS = np.random.default_rng(5).uniform(0, 255, (1, 75, 75, 3)).astype(np.float32)

Model = keras.Model
Layer = Callable


def base(config: XceptionConfig = NARROW) -> Model:
    """What include_top=False gives."""
    model = build(graph_of(config))
    last = next(layer for layer in reversed(model.layers) if layer.name.endswith("sepconv2_act"))
    return Model(model.input, last.output, name="base")


def flat(*head: Layer, below: Model | None = None) -> Model:
    """A base with another head, in one model."""
    below = below or base()
    return lively_model(Model(below.input, reduce(lambda x, layer: layer(x), head, below.output)))


def nested(*head: Layer, front: Sequence[Layer] = (), below: Model | None = None) -> Model:
    """A base inside a model, as in Keras' guide to transfer learning."""
    below = below or base()
    image = keras.Input((71, 71, 3))
    x = below(reduce(lambda x, layer: layer(x), front, image), training=False)
    return lively_model(Model(image, reduce(lambda x, layer: layer(x), head, x)))


def pooled(units: int, activation: str | None = "softmax") -> tuple[Layer, ...]:
    return layers.GlobalAveragePooling2D(), layers.Dense(units, activation=activation)


def saved(model: Model, folder: Path, ending: str) -> Path:
    path = folder / f"model.{ending}"
    if ending == "weights.h5":
        model.save_weights(path)
    elif ending == "legacy.h5":
        with h5py.File(path, "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)
    else:
        model.save(path)
    return path


def answer(trained: TrainedNetwork) -> np.ndarray:
    """The probabilities of the classes of a picture."""
    size = trained.config.input_size
    tensor = PIXELS[:, :size, :size] / np.float32(127.5) - 1
    logits = OpenVINOEngine(trained.graph, trained.weights).run(tensor).logits[0]
    return logits if trained.output == "logits" else probabilities(logits, trained.weights.provenance)


def truth(model: Model, *, scaled: bool) -> np.ndarray:
    """What Keras says: of pixels, or of pixels scaled to [-1, 1]."""
    size = model.input_shape[1]
    pixels = PIXELS[:, :size, :size]
    found = np.asarray(model(pixels / np.float32(127.5) - 1 if scaled else pixels, training=False))[0]
    return np.array([1 - found[0], found[0]]) if found.size == 1 else found


def assert_answers(trained: TrainedNetwork, expected: np.ndarray) -> None:
    assert trained.weights.provenance.state == "pretrained"
    np.testing.assert_allclose(answer(trained), expected, rtol=0, atol=1e-4 * max(1, np.abs(expected).max()))


# Everything that `code` writes, saved by Keras in each format.

DESCRIBED = [
    NARROW,
    replace(NARROW, middle_repeats=24, middle_convs=1),
    replace(NARROW, middle_repeats=12, middle_convs=2, entry_convs=3),
    replace(NARROW, residual=False, middle_repeats=2),
    replace(NARROW, segments=4),
    replace(NARROW, segments=1, kernel_size=5),
    replace(NARROW, intermediate_activation="elu"),
    replace(NARROW, intermediate_activation="relu", segments=8, depth_multiplier=2),
    replace(NARROW, stem_padding="same", width=0.35, middle_repeats=0),
]


def said_of(config) -> Told:
    """What weights alone leave open, in the words of options."""
    own = {name: value for name, value in vars(config).items() if value != getattr(type(config)(), name)}
    open_knobs = ("input_size", "stem_padding", "intermediate_activation", "residual")
    turns = {
        name: (lambda other, name=name: replace(other, **{name: own[name]}) if hasattr(other, name) else other)
        for name in open_knobs
        if name in own
    }
    return Told(network_of(config).name, turns, output="logits")


@pytest.mark.parametrize("config", DESCRIBED, ids=str)
def test_what_code_writes_is_read_in_each_format(config, tmp_path):
    model = lively_model(build(graph_of(config)))
    expected = truth(model, scaled=True)
    # Every format with every second of the networks: one whole model and one of weights alone each.
    odd = DESCRIBED.index(config) % 2
    for ending in ("h5", "weights.h5") if odd else ("keras", "legacy.h5"):
        alone = ending in ("weights.h5", "legacy.h5")
        trained = load_trained(saved(model, tmp_path, ending), said_of(config) if alone else Told())
        assert (trained.config, trained.head) == (config, None), ending
        assert_answers(trained, expected)


# Heads.

HEADS = {
    "softmax": pooled(4),
    "one sigmoid unit": pooled(1, "sigmoid"),
    "several sigmoid units": pooled(5, "sigmoid"),
    "logits": pooled(4, None),
    "maximum": (layers.GlobalMaxPooling2D(), layers.Dense(4, activation="softmax")),
    "flatten": (layers.Flatten(), layers.Dense(6, activation="relu"), layers.Dense(4, activation="softmax")),
    "batch normalization": (
        layers.GlobalAveragePooling2D(),
        layers.BatchNormalization(),
        layers.Dense(7, use_bias=False),
        layers.BatchNormalization(scale=False),
        layers.ReLU(),
        layers.Dropout(0.5),
        layers.Dense(4),
        layers.Softmax(),
    ),
    "models with layers of one name": (
        keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(6, name="predictions")], name="one"),
        layers.Dense(6, activation="relu", name="fc1"),
        keras.Sequential([layers.Dense(6, "relu", name="predictions"), layers.Dense(1, "sigmoid")], name="two"),
    ),
    "four dense layers": (
        layers.GlobalAveragePooling2D(),
        *(layers.Dense(5, activation="relu") for _ in range(4)),
        layers.Dense(4, activation="softmax"),
    ),
}
ACTIVATIONS = (
    *("elu", "relu6", "sigmoid", "tanh", "gelu", "silu", "swish", "selu", "softplus", "softsign", "leaky_relu"),
    *("exponential", "mish", "hard_sigmoid", "hard_silu", "hard_swish"),
)


@pytest.mark.parametrize("name", HEADS)
def test_any_head_answers_as_keras_does(name, tmp_path):
    model = flat(*HEADS[name])
    assert_answers(load_trained(saved(model, tmp_path, "keras")), truth(model, scaled=True))


def test_any_of_keras_activations_answers_as_keras_does(tmp_path):
    hidden = [layers.Dense(9, activation=name) for name in ACTIVATIONS]
    model = flat(layers.GlobalAveragePooling2D(), *hidden, layers.Dense(4, activation="softmax"))
    assert_answers(load_trained(saved(model, tmp_path, "keras")), truth(model, scaled=True))


def test_one_logit_is_two_classes_and_that_is_said(tmp_path):
    model = flat(*pooled(1, None))
    trained = load_trained(saved(model, tmp_path, "keras"))
    logit = np.asarray(model(PIXELS[:, :71, :71] / np.float32(127.5) - 1))[0, 0]
    assert_answers(trained, np.array([1 / (1 + np.exp(logit)), 1 / (1 + np.exp(-logit))]))
    assert "read as the logit between two classes" in trained.weights.provenance.changes[0]


def test_a_file_without_head_has_features_and_no_classes(tmp_path):
    for ending in ("keras", "legacy.h5"):
        trained = load_trained(saved(lively_model(base()), tmp_path, ending))
        assert (trained.is_classifier, trained.output) == (False, "features")
        assert trained.graph.output.name == "avg_pool"


def test_a_head_of_its_own_goes_with_its_network(tmp_path):
    trained = load_trained(saved(flat(*HEADS["maximum"]), tmp_path, "keras"))
    longer = replace(trained.config, middle_repeats=2)
    weights = transplant(longer, trained.config, trained.weights, trained.head)
    assert weights.provenance.state == "altered"
    assert weights.arrays["predictions"]["kernel"] is not None
    assert transplant(replace(longer, classes=9), trained.config, trained.weights, trained.head).provenance.state == (
        "random"
    )


def test_a_head_that_flattens_has_a_reason_at_another_input_size(tmp_path):
    trained = load_trained(saved(flat(*HEADS["flatten"]), tmp_path, "keras"))
    weights = transplant(replace(trained.config, input_size=150), trained.config, trained.weights, trained.head)
    assert weights.provenance.state == "random"
    assert "Input size: 150, where model.keras was trained with 71, and its dense layers" in " ".join(
        weights.provenance.changes
    )


@pytest.mark.parametrize(
    ("application", "config"),
    [
        (lambda **top: keras.applications.MobileNet(alpha=0.25, **top), MobileNetConfig(input_size=75, alpha=0.25)),
        (keras.applications.ResNet50, ResNet50Config(input_size=75)),
        (keras.applications.InceptionV3, InceptionV3Config(input_size=75)),
        (keras.applications.VGG16, VGG16Config(input_size=75)),
    ],
    ids=["mobilenet", "resnet50", "inception-v3", "vgg16"],
)
def test_keras_applications_fine_tuned_are_read(application, config, tmp_path):
    below = application(weights=None, include_top=False, input_shape=(75, 75, 3))
    model = flat(layers.GlobalMaxPooling2D(), layers.Dense(4, activation="softmax"), below=below)
    kernel = model.layers[-1].kernel
    features = Model(model.input, model.layers[-2].output)
    pixels = PIXELS / np.float32(127.5) - 1
    kernel.assign(kernel / np.abs(features(pixels, training=False)).max())  # an answer that is not saturated
    trained = load_trained(saved(model, tmp_path, "keras"), Told(preprocessing=SIGNED))
    assert replace(trained.config, classes=1000, **_usual_head(config)) == config
    assert_answers(trained, np.asarray(model(pixels, training=False))[0])


def _usual_head(config) -> dict[str, object]:
    return {"fully_connected": config.fully_connected} if hasattr(config, "fully_connected") else {}


# What stands before the base.


def statistics() -> layers.Normalization:
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(2).uniform(0, (200, 100, 250), (9, 4, 4, 3)))
    return layer


FRONTS = {
    "the guide's": ([layers.RandomFlip("horizontal"), layers.Rescaling(1 / 127.5, offset=-1)], SIGNED),
    "1 / 255": ([layers.Rescaling(1 / 255)], UNIT),
    "for each channel": ([layers.Rescaling([0.01, 0.02, 0.03], offset=[-1.0, 0.0, 1.0])], None),
    "normalization by its settings": ([layers.Normalization(mean=[120.0, 90, 80], variance=[4e3, 5e3, 6e3])], None),
    "normalization by its weights": ([statistics()], None),
    "normalization by one mean": ([layers.Normalization(axis=None, mean=90.0, variance=4e3)], None),
    "two": ([layers.Rescaling(2.0), statistics(), layers.Rescaling(0.5, 0.1)], None),
    "preprocess_input, tf": ([keras.applications.xception.preprocess_input], SIGNED),
    "preprocess_input, caffe": ([keras.applications.vgg16.preprocess_input], MEAN_BGR),
    "preprocess_input, torch": ([keras.applications.densenet.preprocess_input], None),
    "arithmetic": ([lambda x: (x - 127.5) * (1 / 127.5)], SIGNED),
}


@pytest.mark.parametrize("name", FRONTS)
def test_what_stands_before_the_base_is_preprocessing(name, tmp_path):
    front, known = FRONTS[name]
    model = nested(layers.GlobalAveragePooling2D(), layers.Dropout(0.2), layers.Dense(1, "sigmoid"), front=front)
    # Pictures that are not in [-1, 1] drive the base far out: a kernel that suits them keeps the answer undecided.
    kernel = model.layers[-1].kernel
    kernel.assign(kernel * (1 if known in (SIGNED, UNIT) else 1e-2))
    # Keras' legacy format writes operations otherwise.
    for ending in ("keras", "h5") if name.startswith(("preprocess", "arith", "normalization by its w")) else ("keras",):
        trained = load_trained(saved(model, tmp_path, ending))
        assert trained.told_preprocessing
        assert known in (None, trained.preprocessing)
        assert trained.weights.provenance.changes == ()
        assert_answers(trained, truth(model, scaled=False))


def test_a_sequential_model_is_read(tmp_path):
    augmentation = keras.Sequential([layers.RandomFlip(), layers.RandomZoom(0.1)])
    parts = [augmentation, layers.Rescaling(1 / 255), base(), *pooled(3)]
    model = lively_model(keras.Sequential([keras.Input((71, 71, 3)), *parts]))
    for ending in ("keras", "h5"):
        assert_answers(load_trained(saved(model, tmp_path, ending)), truth(model, scaled=False))


def test_mixed_precision_and_float16_are_read_as_float32(tmp_path):
    model = flat(*pooled(4))
    expected = truth(model, scaled=True)
    for policy in ("mixed_float16", "float16", "mixed_bfloat16"):

        def converted(layer, policy=policy):
            return type(layer).from_config({**layer.get_config(), "dtype": policy})

        other = keras.models.clone_model(model, clone_function=converted)
        other.set_weights([np.asarray(weight) for weight in model.get_weights()])
        trained = load_trained(saved(other, tmp_path, "keras"))
        np.testing.assert_allclose(answer(trained), expected, atol=1e-2 if policy == "float16" else 1e-4)


# Refusals, each with the layer or the size.


def test_two_outputs_are_named(tmp_path):
    below = base()
    x = layers.GlobalAveragePooling2D()(below.output)
    model = Model(below.input, [layers.Dense(3, name="species")(x), layers.Dense(2, name="sex")(x)])
    with pytest.raises(WeightsError, match="it has the outputs species and sex"):
        load_trained(saved(model, tmp_path, "keras"))


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ((layers.Dense(3), layers.GlobalAveragePooling2D(), layers.Dense(3)), "3 units over a map, before any pooling"),
        ((*pooled(3), layers.Activation("relu")), "in the head is activation softmax"),
        ((layers.GlobalAveragePooling2D(), layers.Dense(3), layers.UnitNormalization()), "is a unit_normalization"),
        (pooled(1, "softmax"), "one output with softmax, which is 1 for every picture"),
        ((layers.GlobalAveragePooling2D(), layers.Dense(3, "log_softmax")), "activation log_softmax"),
    ],
)
def test_a_head_that_cannot_be_read_is_refused_by_its_layer(head, message, tmp_path):
    with pytest.raises(WeightsError, match=message):
        load_trained(saved(flat(*head), tmp_path, "keras"))


def test_rectangles_and_two_sizes_are_refused_by_their_sizes(tmp_path):
    open_base = base(replace(NARROW, input_size=96))
    open_base = keras.models.clone_model(open_base, input_tensors=keras.Input((None, None, 3)))
    image = keras.Input((96, 128, 3))
    model = Model(image, layers.Dense(3)(layers.GlobalAveragePooling2D()(open_base(image))))
    with pytest.raises(WeightsError, match=r"pictures of 96 x 128 pixels \(height x width\).* square ones only"):
        load_trained(saved(model, tmp_path, "keras"))
    image = keras.Input((96, 96, 3))
    model = Model(image, layers.Dense(3)(layers.GlobalAveragePooling2D()(base()(layers.Resizing(71, 71)(image)))))
    with pytest.raises(WeightsError, match=r"two sizes of its pictures, 96 px .* and 71 px"):
        load_trained(saved(model, tmp_path, "keras"))


def test_the_tutorials_network_is_never_run_as_the_papers(tmp_path):
    # The same layers with the same shapes: only the wiring tells them apart.
    model = lively_model(build(graph_of(FromScratchConfig(input_size=71, classes=3))))
    trained = load_trained(saved(model, tmp_path, "keras"))
    assert type(trained.config) is FromScratchConfig
    assert_answers(trained, truth(model, scaled=True))


def test_a_network_without_its_additions_is_refused(tmp_path):
    whole = build(graph_of(NARROW))
    outputs: dict[str, object] = {}
    for layer in whole.layers:
        if isinstance(layer, keras.layers.InputLayer):
            outputs[layer.name] = image = keras.Input(layer.output.shape[1:], name=layer.name)
            continue
        sources = layer.input if isinstance(layer.input, list) else [layer.input]
        inputs = [outputs[source._keras_history.operation.name] for source in sources]
        if layer.name == "block5_add":
            outputs[layer.name] = inputs[0]
        else:
            again = type(layer).from_config(layer.get_config())
            outputs[layer.name] = again(inputs if len(inputs) > 1 else inputs[0])
    model = lively_model(Model(image, outputs["predictions"]))
    with pytest.raises(WeightsError, match=r"its layer block6_\w+ is .* of block5_sepconv3_bn, where the network has"):
        load_trained(saved(model, tmp_path, "keras"))


# Weights alone.


def test_each_thing_that_weights_alone_do_not_tell_is_said_unless_it_is_told(tmp_path):
    model = flat(*pooled(5, "sigmoid"))
    path = saved(model, tmp_path, "weights.h5")
    said = load_trained(path).weights.provenance.changes
    options = ("--input-size", "--network", "--pooling", "--head", "--preprocessing")
    assert len(said) == len(options)
    for option, sentence in zip(options, said, strict=True):
        assert option in sentence and "assumed" in sentence

    told = Told(
        turns={"input_size": lambda config: replace(config, input_size=71)},
        preprocessing=UNIT,
        pooling="max",
        output="sigmoid",
    )
    trained = load_trained(path, told)
    assert [sentence for sentence in trained.weights.provenance.changes if "--network" not in sentence] == []
    other = flat(layers.GlobalMaxPooling2D(), layers.Dense(5, activation="sigmoid"))
    other.set_weights(model.get_weights())
    expected = np.asarray(other(PIXELS[:, :71, :71] / np.float32(255), training=False))[0]
    assert_answers(trained, expected)
    assert trained.untold.input_size == 299
    assert trained.told == ("--preprocessing", "0..1", "--pooling", "max", "--head", "sigmoid")


def test_a_normalization_in_weights_alone_is_their_preprocessing_and_that_is_said(tmp_path):
    model = nested(*pooled(3), front=[statistics()])
    told = Told(turns={"input_size": lambda config: replace(config, input_size=71)})
    trained = load_trained(saved(model, tmp_path, "weights.h5"), told)
    assert_answers(trained, truth(model, scaled=False))
    assert "by the mean and variance in its layer normalization" in trained.weights.provenance.changes[-1]
    with_two = nested(*pooled(3), front=[statistics(), statistics()])
    with pytest.raises(WeightsError, match="statistics of several normalizations"):
        load_trained(saved(with_two, tmp_path, "weights.h5"), told)


@pytest.mark.parametrize(("kind", "shape"), [("dense", ()), ("conv2d", (3, 3)), ("depthwise_conv2d", (3,))])
def test_a_kernel_of_other_dimensions_than_its_class_is_refused(kind, shape, tmp_path):
    with h5py.File(tmp_path / "m.weights.h5", "w") as file:
        file[f"layers/{kind}/vars/0"] = np.ones(shape, np.float32)
    with pytest.raises(WeightsError, match=f"kernel of layer 'layers/{kind}' is of shape .*, expected . dimensions"):
        load_trained(tmp_path / "m.weights.h5")


class Inverted(Model):
    """Functional by its configuration, and another function all the same."""

    def call(self, *args, **kwargs):
        return 1 - super().call(*args, **kwargs)


def test_a_model_of_its_own_class_is_refused_in_each_format(tmp_path):
    model = flat(*pooled(3))
    for ending in ("keras", "h5"):
        with pytest.raises(WeightsError, match="a model of the class 'Inverted', expected a functional"):
            load_trained(saved(Inverted(model.input, model.output), tmp_path, ending))


def test_what_the_file_tells_cannot_be_told(tmp_path):
    path = saved(nested(*pooled(2), front=[layers.Rescaling(1 / 255)]), tmp_path, "keras")
    for told in (Told(preprocessing=SIGNED), Told(output="sigmoid"), Told(pooling="max")):
        with pytest.raises(ConfigError, match=f"{told.options[0]} cannot be chosen here: model.keras"):
            load_trained(path, told)


def test_a_knob_that_changes_the_weights_shapes_is_no_statement_about_them(tmp_path):
    path = saved(lively_model(build(graph_of(NARROW))), tmp_path, "weights.h5")
    told = Told(turns={"middle_repeats": lambda config: replace(config, middle_repeats=4)})
    assert load_trained(path, told).config.middle_repeats == 1


def test_the_size_of_a_flattened_map_tells_what_sizes_fit(tmp_path):
    trained = load_trained(saved(flat(*HEADS["flatten"]), tmp_path, "legacy.h5"))
    maps = next(node for node in trained.graph.nodes if node.name == "flatten").inputs
    assert maps == ("block7_sepconv2_act",)
    assert "px is assumed" in trained.weights.provenance.changes[0]


def test_a_partly_frozen_nested_base_in_legacy_weights_gets_the_sentence_about_order(tmp_path):
    below = base()
    # As in Keras Applications, whose shortcuts have no names.
    renamed = keras.models.clone_model(
        below,
        clone_function=lambda layer: type(layer).from_config(
            {**layer.get_config(), "name": f"conv2d_{layer.name[5:6]}" if "shortcut_conv" in layer.name else layer.name}
        ),
    )
    model = nested(*pooled(2), below=renamed)
    for layer in renamed.layers[:-4]:
        layer.trainable = False
    with pytest.raises(WeightsError, match=r"does not tell which layer is which of .*shortcut.*save the model anew"):
        load_trained(saved(model, tmp_path, "legacy.h5"))


def test_what_tensorflow_saves_is_told_from_a_damaged_file(tmp_path):
    import zipfile

    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(b"\x08\x01\x12")
    (tmp_path / "ckpt.index").write_bytes(b"x")
    (tmp_path / "ckpt.data-00000-of-00001").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "saved.zip", "w") as archive:
        archive.write(folder / "saved_model.pb", "saved/saved_model.pb")
    for name in ("saved", "saved/saved_model.pb", "saved.zip", "ckpt", "ckpt.index", "ckpt.data-00000-of-00001"):
        with pytest.raises(WeightsError, match="load it with Keras and save it as"):
            load_trained(tmp_path / name)


def test_every_network_proposes_what_it_describes():
    from explorer.arch.network import Clues, LayerClue
    from explorer.model.recognition.matching import _KINDS
    from explorer.model.weights.arrays import variables_of

    for network in NETWORKS.values():
        config = replace(network.config(), classes=11)
        ops = {node.name: node.op for node in graph_of(config).nodes}
        clues = Clues(
            tuple(
                LayerClue(name, _KINDS[type(ops[name])], tuple(variable.shape for variable in variables))
                for name, variables in variables_of(graph_of(config)).items()
            ),
            config.input_size,
        )
        proposed = [replace(each, **_dropout(config)) for each in network.candidates(clues)]
        assert config in proposed, network.name


def _dropout(config) -> dict[str, float]:
    return {"dropout": config.dropout} if hasattr(config, "dropout") else {}
