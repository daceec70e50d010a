"""A file of one's own in the app: the answer is Keras' own, and the pages show what the file brings."""

import keras
import numpy as np
import pytest

from explorer.configuration.registry import graph_of
from explorer.model.keras_model.build import build
from explorer.networks.xception import XceptionConfig
from explorer.vision.pictures.images import decode, network_input
from explorer.vision.pictures.samples import SAMPLES
from tests.lively_weights import lively_weights
from tests.pages.test_pages import PAGES, opened, pills, words

CONFIG = XceptionConfig(input_size=71, width=0.25, middle_repeats=1, classes=3)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """A fine-tuned network: pixels from 0 to 1 come in, and its head is none that knobs describe."""
    graph = graph_of(CONFIG)
    base = build(graph)
    for node, arrays in lively_weights(graph).arrays.items():
        for variable in base.get_layer(node).weights:
            variable.assign(arrays[variable.name])
    keras.utils.set_random_seed(0)
    image = keras.Input((71, 71, 3))
    features = keras.Model(base.input, base.get_layer("avg_pool").input)
    x = features(keras.layers.Rescaling(1 / 255)(image))
    x = keras.layers.GlobalMaxPooling2D()(x)
    x = keras.layers.Dense(8, activation="tanh")(x)
    return keras.Model(image, keras.layers.Dense(3, activation="softmax")(x))


def test_a_file_is_uploaded_answers_as_keras_does_and_goes_on_to_the_other_pages(model, tmp_path):
    model.save(tmp_path / "mine.keras")
    app = opened(PAGES[2], width="0.25", middle_repeats="1")
    pills(app, "weights").set_value("own file").run()
    assert "It is read as data" in words(app)
    app.get("file_uploader")[0].set_value(("mine.keras", (tmp_path / "mine.keras").read_bytes(), "x")).run()
    assert not app.exception and not app.error
    app.text_input(key="own_class_names").set_value("ant, bee, cat").run()
    assert not app.exception and not app.error
    assert "pretrained: mine.keras" in words(app)
    assert {each.label: each.value for each in app.text_input if each.disabled}["Input size (px)"] == "71"
    picture = network_input(decode(SAMPLES[0].file.read_bytes()), 71)
    expected = model((picture + 1) * 127.5, training=False).numpy()[0]
    charts = " ".join(chart.proto.spec for chart in app.get("plotly_chart"))
    best = ("ant", "bee", "cat")[int(np.argmax(expected))]
    assert f"{100 * expected.max():.3f} %" in charts and best in charts
    app.switch_page(PAGES[3]).run()
    pills(app, "weights").set_value("own file").run()  # a browser goes on with the choice
    assert not app.exception and not app.error
    assert app.title[0].value == f"Why {best}?"
    app.switch_page(PAGES[4]).run()
    pills(app, "weights").set_value("own file").run()
    assert not app.exception and not app.error


def test_what_weights_alone_do_not_tell_is_asked(tmp_path):
    graph = graph_of(CONFIG)
    model = build(graph)
    for node, arrays in lively_weights(graph).arrays.items():
        for variable in model.get_layer(node).weights:
            variable.assign(arrays[variable.name])
    model.save_weights(tmp_path / "mine.weights.h5")
    app = opened(PAGES[2], width="0.25", middle_repeats="1")
    pills(app, "weights").set_value("own file").run()
    app.get("file_uploader")[0].set_value(("mine.weights.h5", (tmp_path / "mine.weights.h5").read_bytes(), "x")).run()
    assert "299 px is assumed" in words(app)
    next(each for each in app.number_input if each.label.startswith("Trained on pictures")).set_value(71).run()
    app.selectbox(key="own_preprocessing").set_value("0..255").run()
    assert not app.exception and not app.error
    assert "px is assumed" not in words(app)
    picture = network_input(decode(SAMPLES[0].file.read_bytes()), 71)
    logits = model((picture + 1) * 127.5, training=False).numpy()[0]
    shares = np.exp(logits - logits.max())
    charts = " ".join(chart.proto.spec for chart in app.get("plotly_chart"))
    assert f"{100 * shares.max() / shares.sum():.3f} %" in charts


def test_a_link_does_not_carry_the_file_and_says_so():
    assert "does not travel in a link" in words(opened(PAGES[2], weights="own file"))


def test_what_cannot_be_used_is_refused_in_words(tmp_path):
    app = opened(PAGES[2])
    pills(app, "weights").set_value("own file").run()
    app.get("file_uploader")[0].set_value(("broken.h5", b"\x89HDF\r\n\x1a\nnothing", "x")).run()
    assert not app.exception
    assert "broken.h5" in app.error[0].value
    next(button for button in app.button if button.label == "Remove broken.h5").click().run()
    assert not app.error


def test_files_in_the_folder_that_was_named_at_the_start_are_offered(model, tmp_path, monkeypatch):
    model.save(tmp_path / "ours.keras")
    (tmp_path / "notes.txt").write_text("no weights")
    monkeypatch.setenv("XCEPTION_EXPLORER_WEIGHTS", str(tmp_path))
    app = opened(PAGES[2], width="0.25", middle_repeats="1")
    pills(app, "weights").set_value("own file").run()
    offered = app.selectbox(key="own_weights_on_server")
    assert offered.options == ["none of them", "ours.keras"]
    offered.set_value("ours.keras").run()
    assert not app.exception and not app.error
    assert "pretrained: ours.keras" in words(app)
    next(button for button in app.button if button.label == "Remove ours.keras").click().run()
    assert "pretrained: ours.keras" not in words(app)
