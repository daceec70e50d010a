import json
import re
import zipfile
from io import BytesIO

import numpy as np
import pytest

from explorer.configuration.registry import PRESETS
from explorer.networks.xception import KITCHENWARE
from explorer.ui.choose.subject_choice import Subject
from explorer.ui.explain.evidence_downloads import bundle
from explorer.ui.explain.question import Question
from explorer.vision.look import Look
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES
from tests.pages.test_pages import opened, pills, words

PAGE = "app_pages/explain.py"


def explain(**query: str):
    return opened(PAGE, weights="kitchenware", **query)


def pictures(app) -> dict:
    """What the browser is told to paint."""
    told = [json.loads(each.proto.json or "{}") for each in app.get("bidi_component")]
    return next(each for each in told if "nothing" in each)


def pressed(app, label: str):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_a_photograph_is_explained_and_asked_anew():
    app = explain()
    assert app.title[0].value == "Why cup?"
    said = words(app)
    badge = "pretrained: xception/kitchenware"
    for expected in ("made the network say **cup**", "at block14_sepconv2 (after ReLU)", badge, "1,083 px"):
        assert expected in said
    assert "RANDOM" not in said

    assert "The network runs at 150 px with 6 classes" in words(app)  # while the knobs say 299 px and 1,000
    app.selectbox(key="choice-layer").set_value("block8_sepconv3").run()
    app.selectbox(key="choice-stage").set_value("add").run()
    assert "at block8_sepconv3 (after the addition)" in words(app)
    app.selectbox(key="choice-target").set_value("fork").run()
    app.selectbox(key="choice-against").set_value("cup").run()
    app.selectbox(key="choice-method").set_value("layercam").run()
    assert not app.exception
    assert app.title[0].value == "Why fork rather than cup?"
    assert "difference of two logits" in words(app)
    asked = {name: app.query_params[name] for name in ("layer", "stage", "target", "against", "method")}
    assert asked == {
        "layer": "block8_sepconv3",
        "stage": "add",
        "target": "fork",
        "against": "cup",
        "method": "layercam",
    }


def test_a_link_asks_and_what_it_asks_in_vain_is_said():
    app = explain(layer="blok8_sepconv3", stage="act", target="fork", against="3", method="telepathy")
    assert app.title[0].value == "Why fork rather than knife?"
    assert app.selectbox(key="choice-layer").value == "block8_sepconv3"
    assert app.selectbox(key="choice-stage").value == "pointwise"
    said = words(app)
    for expected in ("the nearest are block8_sepconv3", "has the stages depthwise, pointwise, bn, add", "grad-cam is"):
        assert expected in said


def test_a_slow_method_says_how_long_and_waits():
    app = explain(method="faster-score-cam")
    assert "runs the network 11 times" in words(app)
    assert "What you see" not in [header.value for header in app.subheader]
    pressed(app, "Start")
    assert "made the network say **cup**" in words(app)
    app.selectbox(key="choice-target").set_value("spoon").run()
    assert "runs the network 11 times" in words(app)
    app.selectbox(key="choice-target").set_value("cup").run()
    assert "made the network say **cup**" in words(app), "what was computed once is still there"


def test_a_map_that_shows_nothing_says_why_and_offers_the_signed_one():
    app = explain(layer="block13_sepconv2", stage="add")
    assert "No cell speaks for cup" in words(app)
    assert not app.toggle(key="map_signed").value
    assert pictures(app)["nothing"].startswith("Nothing to paint")  # and not an even picture in the darkest colour
    pressed(app, "Show the signed map")
    assert not pictures(app)["nothing"]
    assert app.toggle(key="map_signed").value
    assert "Show the signed map" not in [button.label for button in app.button]


def test_scores_and_film():
    app = explain(layer="block13_sepconv2", middle_repeats="1")
    app.toggle(key="sanity_check").set_value(True).run()
    assert app.metric[0].label == "Rank correlation of the cells"
    app.toggle(key="film").set_value(True).run()
    assert not app.exception
    assert "Each frame has its own range" in words(app)
    pressed(app, "Start")
    assert "random orders" in words(app)


def test_random_weights_say_so_and_name_no_classes():
    app = explain(width="0.25", middle_repeats="1", target="cup")
    said = words(app)
    for expected in ("Nobody trained this network", "**Noise.**", "Width multiplier"):
        assert expected in said
    assert app.title[0].value.startswith("Why output ")
    assert not any("%" in option for option in app.selectbox(key="choice-target").options)


def test_a_network_of_branches_is_explained_at_what_its_head_pools_and_in_its_branches():
    app = opened(PAGE, network="inception-v3", layer="block8_sepconv3")
    assert not app.error
    assert "Nobody trained this network" in words(app)
    assert "at mixed10 (after the concatenation)" in words(app)
    app.selectbox(key="choice-layer").set_value("mixed9_branch3x3_2a_conv").run()
    app.selectbox(key="choice-stage").set_value("act").run()
    assert not app.exception
    assert "at mixed9_branch3x3_2a_conv (after ReLU)" in words(app)


def test_without_a_picture_the_page_asks_for_one():
    app = explain()
    pills(app, "picture_place").set_value("Upload").run()
    assert not app.exception
    assert "Choose a photograph" in app.info[0].value
    assert app.title[0].value == "Explain"


@pytest.fixture
def coffee() -> Subject:
    sample = SAMPLES[0]
    file = picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name)
    return Subject(Look(file, PRESETS["kitchenware"].config, KITCHENWARE), ["cup", *"fgkps"])


def test_the_bundle_holds_what_it_takes_to_find_it_again(coffee):
    question = Question(coffee, "saliency", None, Target(0))
    heat_map = question.heat_map
    packed = zipfile.ZipFile(BytesIO(bundle(question, heat_map, False)))
    facts = json.loads(packed.read("explanation.json"))
    assert facts["picture"]["sha256"] == coffee.picture.digest
    assert packed.read("picture/coffee.jpg") == coffee.picture.data
    assert "explain coffee.jpg" in facts["command"]
    np.testing.assert_array_equal(np.load(BytesIO(packed.read("map.npy"))), heat_map.values)


def test_a_layer_that_a_knob_takes_away_is_missed():
    app = explain(layer="block12_sepconv3")
    assert not app.toast
    app.slider(key="middle_repeats").set_value(7).run()
    assert not app.exception
    assert [toast.value for toast in app.toast] == [
        "block12_sepconv3 is not in this network: block13_sepconv2 is shown."
    ]
    assert "at block13_sepconv2 (after ReLU)" in words(app)
    app.slider(key="middle_repeats").set_value(6).run()
    assert not app.toast


def test_two_layers_stand_side_by_side_in_one_scale():
    app = explain(beside="layer", beside_layer="block13_sepconv1")
    assert not app.exception
    assert "Grad-CAM of cup at block13_sepconv1 (pointwise output)" in words(app)
    bars = [html.proto.body for html in app.get("html") if "Grad-CAM of cup at" in html.proto.body]
    assert len(bars) == 2
    ends = {re.findall(r"<[^>]*>([\d.e+-]+)</", bar)[-1] for bar in bars}
    assert len(ends) == 1, "one scale"
