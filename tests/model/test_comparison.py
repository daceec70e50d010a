"""A described network held against a saved configuration, node by node."""

import json
from dataclasses import replace
from functools import cache, reduce

import keras
import pytest
from keras import layers

from explorer.arch.head import Head
from explorer.arch.ops import Activation, Dense, Flatten, GlobalMaxPool
from explorer.arch.preprocessing import SIGNED
from explorer.configuration.registry import PAPER, graph_of
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_graph import saved_graph
from explorer.model.keras_files.saved_operations import IDLE
from explorer.model.keras_files.saved_preprocessing import saved_preprocessing
from explorer.model.keras_model.build import build
from explorer.model.recognition.comparison import Agreement, Difference, compare
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.lightweight import LightweightConfig
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig

SMALL = {"input_size": 71, "classes": 3}
NARROW = XceptionConfig(**SMALL, width=0.25, middle_repeats=1, fully_connected=(5,), dropout=0.2)


def check(model: keras.Model, config) -> Agreement:
    return compare(graph_of(config), saved_graph(json.loads(model.to_json()), "test.keras"))


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
    agreement = check(build(graph_of(config)), config)
    assert agreement.own_head(graph_of(config)) is None
    assert all(node == layer for node, layer in agreement.layers.items())


def test_keras_own_xception_agrees_with_its_softmax():
    agreement = check(keras.applications.Xception(weights=None), PAPER)
    assert (agreement.own_head(graph_of(PAPER)), agreement.output) == (None, "softmax")
    # Keras names the shortcuts by counting: they are found by what they read.
    assert agreement.layers["block13_shortcut_conv"].startswith("conv2d")


def changed(kind: str, which: int = 0, **settings: object) -> keras.Model:
    """The narrow network with other settings in one of its layers of a kind."""
    met = []

    def change(layer):
        config = layer.get_config()
        if type(layer).__name__ == kind:
            met.append(layer)
            if len(met) == which + 1:
                config |= settings
        return type(layer).from_config(config)

    model = keras.models.clone_model(build(graph_of(NARROW)), clone_function=change)
    assert len(met) > which
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: changed("Conv2D", padding="same"), "block1_conv1 is conv2d with strides 2 x 2 and padding same"),
        (lambda: changed("Conv2D", strides=1), "block1_conv1 is conv2d with strides 1 x 1 and padding valid"),
        (lambda: changed("Conv2D", activation="relu"), "block1_conv1 is activation relu of block1_conv1"),
        (lambda: changed("Conv2D", use_bias=True), "block1_conv1 is conv2d.*, a bias"),
        (lambda: changed("Conv2D", filters=9), "block1_conv1 is conv2d.*, 9 filters .* the network has .*, 8 filters"),
        (lambda: changed("Activation", activation="tanh"), "block1_conv1_act is activation tanh"),
        (lambda: changed("BatchNormalization", epsilon=0.9), "block1_conv1_bn is batch_normalization with epsilon 0.9"),
        (lambda: changed("BatchNormalization", scale=False), "block1_conv1_bn is .*, without scale"),
        (lambda: changed("BatchNormalization", axis=1), "block1_conv1_bn is .* axis 1, which are not the channels"),
        (lambda: changed("SeparableConv2D", dilation_rate=2), "is separable_conv2d .*, dilation 2 x 2"),
        (lambda: changed("SeparableConv2D", 3, activation="relu"), "block3_sepconv2 is activation relu"),
        (lambda: changed("MaxPooling2D", pool_size=2), "is max_pooling2d of 2 x 2"),
        (lambda: footed(lambda x: layers.Resizing(71, 71)(x)), "layer resizing.* is a resizing"),
        (lambda: footed(lambda x: layers.RandomCrop(71, 71)(x)), "layer random_crop.* is a random_crop"),
        (lambda: footed(lambda x: keras.ops.square(x)), "is the operation Square"),
        (lambda: footed(lambda x: x[:, ::-1]), "is the operation GetItem"),
        (lambda: headed(lambda x: keras.ops.square(x)), "in the head is the operation Square"),
        (lambda: hidden(lambda x: keras.ops.leaky_relu(x, 0.5)), "activation leaky_relu of slope 0.5"),
        (lambda: hidden(lambda x: keras.ops.elu(x, 2.0)), "elu with settings of its own"),
        (lambda: hidden(keras.ops.gelu), "gelu in its approximation"),
        (lambda: headed(lambda x: keras.ops.softmax(x, axis=0)), "softmax over axis 0"),
        (lambda: headed(lambda x: x + layers.Dense(3)(x)), "is add of predictions and dense.*, where the network ends"),
        (lambda: headed(lambda x: layers.Activation("tanh")(x)), "its outputs are not logits"),
        (lambda: headed(lambda x: layers.Softmax()(layers.Dense(3, activation="softmax")(x))), "is activation softmax"),
    ],
)
def test_another_network_with_the_same_weights_is_refused_and_the_layer_named(model, message):
    with pytest.raises(Difference, match=message):
        check(model(), NARROW)


def headed(head) -> keras.Model:
    model = build(graph_of(NARROW))
    return keras.Model(model.input, head(model.output))


def hidden(activation) -> keras.Model:
    return headed(lambda x: layers.Dense(3)(activation(x)))


def footed(foot) -> keras.Model:
    image = keras.Input((71, 71, 3))
    return keras.Model(image, build(graph_of(NARROW))(foot(image)))


@pytest.mark.parametrize(
    "model",
    [
        lambda: headed(lambda x: layers.Softmax()(x)),
        lambda: changed("Dropout", rate=0.7),
        lambda: footed(lambda x: layers.RandomFlip()(x)),
        lambda: footed(lambda x: keras.Sequential([layers.RandomRotation(0.1), layers.GaussianNoise(1.0)])(x)),
        lambda: footed(lambda x: layers.Activation("linear")(layers.Identity()(x))),
        lambda: footed(lambda x: layers.Rescaling(1 / 255)(x) / 127.5 - 1),
    ],
    ids=["softmax", "dropout", "augmentation", "nested augmentation", "idle", "preprocessing"],
)
def test_what_changes_no_answer_of_the_base_is_accepted(model):
    assert check(model(), NARROW).own_head(graph_of(NARROW)) is None


# Wirings of one set of layers.


def rewired(*changes: tuple[str, int, str]) -> keras.Model:
    """The narrow network in which layers read others: (layer, number of the input, what it reads instead)."""
    saved = json.loads(build(graph_of(NARROW)).to_json())
    by_name = {layer["name"]: layer for layer in saved["config"]["layers"]}
    for name, number, source in changes:
        tensors = by_name[name]["inbound_nodes"][0]["args"][0]
        tensor = tensors[number] if isinstance(tensors, list) else tensors
        tensor["config"]["keras_history"][0] = source
    return saved


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        # Without an addition.
        ([("block6_sepconv1_act", 0, "block5_sepconv3_bn"), ("block6_shortcut_conv", 0, "block5_sepconv3_bn")], "bn"),
        # A shortcut that reads the shortcut before it, as in the widely copied tutorial.
        ([("block3_shortcut_conv", 0, "block2_shortcut_bn")], "block3_shortcut_conv is .* of block2_shortcut_bn"),
        # A ReLU left out, another passed twice.
        ([("block5_sepconv2", 0, "block5_sepconv1_bn")], "block5_sepconv2 is .* of block5_sepconv1_bn"),
        # The middle flow's shortcut begins one layer later.
        ([("block5_add", 1, "block5_sepconv1_act")], "block5_add is add of block5_sepconv3_bn and block5_sepconv1_act"),
    ],
    ids=["no addition", "chain of shortcuts", "a ReLU left out", "a shortcut from elsewhere"],
)
def test_another_wiring_of_the_same_layers_is_refused_and_the_node_named(changes, message):
    graph = saved_graph(rewired(*changes), "test.keras")
    with pytest.raises(Difference, match=message):
        compare(graph_of(NARROW), graph)


def test_the_order_of_an_addition_does_not_matter_and_that_of_a_concatenation_does():
    saved = rewired(("block5_add", 0, "block4_add"), ("block5_add", 1, "block5_sepconv3_bn"))
    compare(graph_of(NARROW), saved_graph(saved, "test.keras"))

    config = InceptionV3Config(input_size=75, classes=3)
    saved = json.loads(build(graph_of(config)).to_json())
    (mixed,) = (layer for layer in saved["config"]["layers"] if layer["name"] == "mixed1")
    mixed["inbound_nodes"][0]["args"][0].reverse()
    with pytest.raises(Difference, match="mixed1 is concat"):
        compare(graph_of(config), saved_graph(saved, "test.keras"))


def test_a_layer_at_two_places_is_refused():
    # In mixed0 the first convolutions of two branches compute alike, but each has weights of its own.
    config = InceptionV3Config(input_size=75, classes=3)
    saved = json.loads(build(graph_of(config)).to_json())
    for layer in saved["config"]["layers"]:
        if layer["name"] == "mixed0_branch3x3dbl_1_bn":
            layer["inbound_nodes"][0]["args"][0]["config"]["keras_history"][0] = "mixed0_branch1x1_1_conv"
    with pytest.raises(Difference, match=r"mixed0_branch1x1_1_conv stands at the places of .* and "):
        compare(graph_of(config), saved_graph(saved, "test.keras"))


def test_a_head_of_its_own_is_read():
    model = build(graph_of(NARROW))
    base = model.get_layer("block7_sepconv2_act").output
    head = [
        layers.GlobalMaxPooling2D(),
        layers.Dropout(0.5),
        layers.Dense(7, activation="gelu", name="hidden"),
        layers.Dense(4, activation="sigmoid", name="last"),
    ]
    agreement = check(keras.Model(model.input, reduce(lambda x, layer: layer(x), head, base)), NARROW)
    assert agreement.own_head(graph_of(NARROW)) == Head((GlobalMaxPool(), Dense(7), Activation("gelu"), Dense(4)))
    assert (agreement.head_layers[1:], agreement.output) == (("hidden", "hidden", "last"), "sigmoid")
    headless = check(keras.Model(model.input, base), NARROW)
    assert (headless.head, headless.output) == ((), "logits")


@pytest.mark.parametrize(
    ("convolution", "last", "pool", "is_own"),
    [
        ({}, layers.Reshape((3,), name="l"), layers.GlobalAveragePooling2D, True),
        ({"padding": "same", "activation": "sigmoid"}, layers.Flatten(name="l"), layers.GlobalAveragePooling2D, True),
        ({"use_bias": False}, layers.Flatten(name="l"), layers.GlobalAveragePooling2D, False),
        ({"kernel_size": 3, "padding": "same"}, layers.Flatten(name="l"), layers.GlobalAveragePooling2D, False),
        ({"filters": 1}, layers.Flatten(name="l"), layers.GlobalAveragePooling2D, False),
        ({}, layers.Flatten(name="l"), layers.GlobalMaxPooling2D, False),
    ],
)
def test_a_head_that_ends_in_a_convolution_is_mobilenets_own_or_refused_by_its_layer(convolution, last, pool, is_own):
    config = MobileNetConfig(input_size=71, alpha=0.25, classes=3)
    below = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(71, 71, 3), alpha=0.25)
    x = layers.Reshape((1, 1, 256))(pool()(below.output))
    model = keras.Model(
        below.input, last(layers.Conv2D(**{"filters": 3, "kernel_size": 1, "name": "c", **convolution})(x))
    )
    if is_own:
        assert check(model, config).own_head(graph_of(config)) is None
    else:
        with pytest.raises(Difference, match="its layer c in the head is conv2d"):
            check(model, config)


def test_pooling_that_keeps_its_dimensions_before_flatten_is_pooling():
    model = build(graph_of(NARROW))
    x = layers.GlobalAveragePooling2D(keepdims=True)(model.get_layer("block7_sepconv2_act").output)
    x = layers.Dense(3)(layers.Dense(5, activation="relu")(layers.Flatten()(x)))
    assert check(keras.Model(model.input, x), NARROW).own_head(graph_of(NARROW)) is None
    x = layers.Dense(3)(layers.Flatten()(model.get_layer("block7_sepconv2_act").output))
    own = check(keras.Model(model.input, x), NARROW).own_head(graph_of(NARROW))
    assert own == Head((Flatten(), Dense(3)))


def test_every_idle_layer_is_idle_in_keras():
    # As far as the installed Keras has them; the others are those of Keras 2.
    import numpy as np

    arguments = {
        **dict.fromkeys(("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "RandomRotation"), (0.5,)),
        **dict.fromkeys(("RandomZoom", "RandomContrast", "RandomBrightness", "RandomHue", "RandomSaturation"), (0.5,)),
        **dict.fromkeys(("RandomSharpness", "RandomColorDegeneration", "GaussianNoise"), (0.5,)),
        "RandomTranslation": (0.5, 0.5),
        "RandomPosterization": (4,),
    }
    picture = np.random.default_rng(0).uniform(0, 255, (2, 8, 8, 3)).astype(np.float32)
    found = 0
    for name in sorted(IDLE - {"InputLayer"}):
        if cls := getattr(layers, name, None):
            result = cls(*arguments.get(name, ()))(picture, training=False)
            np.testing.assert_array_equal(np.asarray(result), picture, err_msg=name)
            found += 1
    assert found >= 25


# Whatever a configuration holds.


@pytest.mark.parametrize("value", [None, {}, [], [1, [2]], "x" * 10_000, 10**400, True, -1, 0.5, float("nan")])
@pytest.mark.parametrize(
    "setting", ["strides", "padding", "dilation_rate", "groups", "epsilon", "activation", "pool_size", "axis", "units"]
)
def test_any_setting_is_read_or_refused(setting, value):
    saved = json.loads(narrow())
    for layer in saved["config"]["layers"]:
        if setting in layer["config"]:
            layer["config"][setting] = value
    read_or_refused(saved)


@pytest.mark.parametrize("value", [None, {}, [], [[]], [1], "x", ["x"], [["x", 0, 0]], [{}], [{"args": 3}], 10**400])
@pytest.mark.parametrize("key", ["inbound_nodes", "config", "class_name", "name", "module"])
def test_any_wiring_is_read_or_refused(key, value):
    for number in (0, 1, 20, -1):
        saved = json.loads(narrow())
        saved["config"]["layers"][number][key] = value
        read_or_refused(saved)
    for part in ("layers", "input_layers", "output_layers"):
        saved = json.loads(narrow())
        saved["config"][part] = value
        read_or_refused(saved)


def read_or_refused(saved) -> None:
    try:
        compare(graph_of(NARROW), saved_graph(saved, "test.keras"))
    except (WeightsError, Difference) as error:
        assert len(str(error)) < 700


@cache
def narrow() -> str:
    return build(graph_of(NARROW)).to_json()


def functional(name: str, *inner: dict, reads: tuple[str, ...] = ()) -> dict:
    config = {
        "name": name,
        "layers": list(inner),
        "input_layers": [[inner[0]["config"]["name"], 0, 0]],
        "output_layers": [[inner[-1]["config"]["name"], 0, 0]],
    }
    calls = [[[source, 0, 0, {}] for source in reads]] if reads else []
    return {"class_name": "Functional", "config": config, "name": name, "inbound_nodes": calls}


def layer(cls: str, name: str, *reads: str, **settings: object) -> dict:
    calls = [[[source, 0, 0, {}] for source in reads]] if reads else []
    return {"class_name": cls, "config": {"name": name, **settings}, "name": name, "inbound_nodes": calls}


IMAGE = layer("InputLayer", "image", batch_input_shape=[None, 71, 71, 3])


def test_a_layer_that_reads_itself_is_refused():
    saved = functional("m", IMAGE, layer("Add", "a", "image", "b"), layer("ReLU", "b", "a"))
    with pytest.raises(WeightsError, match=r"its layer '[ab]' reads itself"):
        saved_graph(saved, "test.h5")


def test_a_model_used_twice_is_refused_before_it_is_opened():
    # Twenty models, each of which uses the one inside it twice, would be a million layers.
    inner = functional("m0", IMAGE, layer("ReLU", "r", "image"))
    for number in range(1, 20):
        inner = {**inner, "inbound_nodes": [[["image", 0, 0, {}]], [[f"m{number - 1}", 0, 0, {}]]]}
        inner = functional(f"m{number}", IMAGE, inner)
    with pytest.raises(WeightsError, match="uses the model 'm18' inside it 2 times"):
        saved_graph(inner, "test.h5")


def test_models_nested_too_deep_are_refused():
    inner = functional("m", IMAGE, layer("ReLU", "r", "image"), reads=("image",))
    for _ in range(3000):
        inner = functional("m", IMAGE, inner, reads=("image",))
    with pytest.raises(WeightsError, match="nested too deep"):
        saved_graph(inner, "test.h5")


def test_a_long_chain_is_no_deep_nesting():
    chain = [layer("ReLU", f"r{n}", f"r{n - 1}" if n else "image") for n in range(15_000)]
    assert len(saved_graph(functional("m", IMAGE, *reversed(chain[:-1]), chain[-1]), "test.h5").nodes) == 15_001


def test_too_many_layers_are_refused_in_time():
    chain = [layer("Rescaling", f"r{n}", f"r{n - 1}" if n else "image", scale=1.0) for n in range(19_000)]
    graph = saved_graph(functional("m", IMAGE, *chain), "test.h5")
    with pytest.raises(Difference, match="it ends before"):
        compare(graph_of(NARROW), graph)
    more = [layer("ReLU", f"a{n}", f"a{n - 1}" if n else "r18999") for n in range(2_000)]
    with pytest.raises(WeightsError, match="too many layers"):
        saved_graph(functional("m", IMAGE, *chain, *more), "test.h5")


def test_layers_of_the_same_weights_in_two_models_are_told_apart_by_their_models():
    inner = functional("m", IMAGE, layer("ReLU", "r", "image"), reads=("image",))
    graph = saved_graph(functional("outer", IMAGE, inner, layer("ReLU", "r", "m")), "test.h5")
    assert [node.path for node in graph.nodes[1:]] == ["m/r", "r"]


def test_what_is_dropped_in_training_takes_no_part():
    config = replace(NARROW, dropout=0.0)
    assert check(build(graph_of(NARROW)), config).own_head(graph_of(config)) is None


# The form of Keras 1 and 2.


def as_keras_2(saved: dict) -> dict:
    """A functional model's configuration as Keras 2 wrote it."""
    layers = []
    for each in saved["config"]["layers"]:
        config = dict(each["config"])
        if each["class_name"] == "InputLayer":
            config["batch_input_shape"] = config.pop("batch_shape")
        calls = []
        for call in each["inbound_nodes"]:
            tensors = call["args"][0] if isinstance(call["args"][0], list) else call["args"]
            calls.append([[*tensor["config"]["keras_history"], {}] for tensor in tensors])
        # What TensorFlow 1.13 called it.
        name = each["class_name"].replace("BatchNormalization", "BatchNormalizationV1")
        layers.append({"class_name": name, "config": config, "name": each["name"], "inbound_nodes": calls})
    ends = {key: [saved["config"][key]] for key in ("input_layers", "output_layers")}
    return {"class_name": "Model", "config": {"name": "model", "layers": layers, **ends}}


def test_keras_2_form_is_read_flat_and_nested_behind_operations_of_tensorflow():
    flat = as_keras_2(json.loads(narrow()))
    assert compare(graph_of(NARROW), saved_graph(flat, "test.h5")).own_head(graph_of(NARROW)) is None

    # Keras 2 counts the making of a model as its first call, and keeps constants in the arguments.
    halved = layer("TFOpLambda", "tf.math.truediv", function="math.truediv")
    halved["inbound_nodes"] = [["image", 0, 0, {"y": 127.5, "name": None}]]
    shifted = layer("TFOpLambda", "tf.math.subtract", function="math.subtract")
    shifted["inbound_nodes"] = [["tf.math.truediv", 0, 0, {"y": 1.0, "name": None}]]
    nested = {**flat, "name": "model", "inbound_nodes": [[["tf.math.subtract", 0, 0, {"training": False}]]]}
    last = layer("Softmax", "softmax")
    last["inbound_nodes"] = [[["model", 1, 0, {}]]]
    graph = saved_graph(functional("outer", IMAGE, halved, shifted, nested, last), "test.h5")
    agreement = compare(graph_of(NARROW), graph)
    assert (agreement.own_head(graph_of(NARROW)), agreement.output) == (None, "softmax")
    assert saved_preprocessing(graph, {}, "test.h5") == SIGNED


def test_batch_normalization_by_each_batch_is_refused():
    saved = as_keras_2(json.loads(narrow()))
    for each in saved["config"]["layers"]:
        if each["name"] == "block3_sepconv1_bn":
            each["inbound_nodes"][0][0][3]["training"] = True
    with pytest.raises(Difference, match=r"block3_sepconv1_bn is .* called with training=True"):
        compare(graph_of(NARROW), saved_graph(saved, "test.h5"))
    for each in saved["config"]["layers"]:
        each["config"]["trainable"] = False  # frozen, it never does
    compare(graph_of(NARROW), saved_graph(saved, "test.h5"))
