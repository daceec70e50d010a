import csv
import re
from dataclasses import replace
from io import StringIO

import pytest

from explorer.arch.places.taps import find_tap, taps
from explorer.configuration.registry import PRESETS
from explorer.figures.real_numbers import significant
from explorer.networks.xception import KITCHENWARE
from explorer.ui.choose.subject_choice import Subject
from explorer.ui.features import separable_panel
from explorer.ui.features.channel_downloads import statistics_csv
from explorer.ui.features.channel_grid import channel_picture
from explorer.ui.features.layer_view import LayerView, layer_view
from explorer.ui.features.separable_lanes import cost
from explorer.ui.session import cache
from explorer.vision.features.channels import ordered
from explorer.vision.look import Look
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES
from tests.pages.test_pages import opened, pills, words

PAGE = "app_pages/feature_maps.py"


def feature_maps(**query: str):
    return opened(PAGE, weights="kitchenware", **query)


def facts(app) -> str:
    return " ".join(html.proto.body for html in app.get("html"))


def subheaders(app) -> list[str]:
    return [subheader.value for subheader in app.subheader]


def seen(layer: str, stage: str | None = None) -> LayerView:
    sample = SAMPLES[0]
    file = picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name)
    subject = Subject(Look(file, PRESETS["kitchenware"].config, KITCHENWARE), ["cup", *"fgkps"])
    return layer_view(subject, find_tap(subject.graph, layer, stage), Target(0))


def test_a_layer_opens_with_its_liveliest_channel_and_turns_its_sheets():
    app = feature_maps()
    view = seen("block2_sepconv1")
    numbers = ordered(view.statistics(contribution=False), "variance")
    assert app.selectbox(key="choice-layer").value == "block2_sepconv1"
    assert f"Channel {numbers[0]}" in subheaders(app)
    for expected in ("72 × 72", ">128<", ">11 px<"):
        assert expected in facts(app)
    app.pagination[0].set_value(2).run()
    assert app.query_params["sheet"] == "2"
    late = int(numbers[3])
    next(field for field in app.number_input if field.label.startswith("Channel")).set_value(late).run()
    assert not app.exception
    assert app.query_params["channel"] == str(late)
    assert "sheet" not in app.query_params, "the sheet on which it is found"
    assert f"Channel {late}" in subheaders(app)


@pytest.mark.parametrize("order", ["number", "mean", "sparsity", "contribution"])
def test_channels_come_in_the_order_that_is_asked_for(order):
    app = feature_maps(layer="block13_sepconv1")
    app.selectbox(key="choice-order").set_value(order).run()
    assert not app.exception
    first = ordered(seen("block13_sepconv1").statistics(contribution=order == "contribution"), order)[0]
    assert f"Channel {first}" in subheaders(app)


def test_every_output_of_a_layer_can_be_looked_at():
    app = feature_maps(layer="block13_sepconv1", order="number")
    graph = seen("block13_sepconv1").subject.graph
    for stage in [tap.stage for tap in taps(graph) if tap.layer == "block13_sepconv1"]:
        app.selectbox(key="choice-stage").set_value(stage).run()
        assert not app.exception, stage
        assert not app.error, stage
        assert "Channel 0" in subheaders(app)
        view = seen("block13_sepconv1", stage)
        assert view.signed == (stage != "act")
        assert f">{view.tap.shape[-1]:,}<" in facts(app)


def test_what_joins_the_shortcut_is_what_the_last_layer_of_its_module_makes():
    app = feature_maps(layer="block13_sepconv1", stage="add", order="number", panel="apart")
    assert "**block13_sepconv2, channel 0**" in words(app)


def test_one_panel_is_open_and_the_link_says_which():
    app = feature_maps(layer="block3_sepconv1", channel="5")
    tabs = "choice-panel"
    assert app.session_state[tabs] == "Channels"
    assert "pointwise" not in words(app)
    app.session_state[tabs] = "Taken apart"
    app.query_params["panel"] = "apart"
    app.run()
    assert not app.exception
    assert "**block3_sepconv1, channel 5**: each input channel is filtered alone" in words(app)
    assert not any(box.key == "choice-order" for box in app.selectbox)
    assert "panel: must be one of channels, cell, apart" in words(feature_maps(panel="<b>"))
    plain = opened(PAGE, network="inception-v3", panel="apart")
    assert plain.session_state[tabs] == "Channels", "there is no pair to take apart"


def test_a_link_opens_a_channel_and_what_it_asks_in_vain_is_said():
    app = feature_maps(layer="block8_sepconv3", stage="bn", order="mean", channel="17", sheet="3")
    assert "Channel 17" in subheaders(app)
    assert (app.selectbox(key="choice-order").value, app.pagination[0].value) == ("mean", 3)
    said = words(feature_maps(layer="block8_sepconv3", channel="728", sheet="-1", order="<script>alert(1)</script>"))
    for expected in ("channel='728'", "has 0 to 727", "sheet='-1'", "has 1 to 12", "order: must be one of number"):
        assert expected in said
    assert "<script>" not in said


def test_another_layer_begins_anew_and_another_output_goes_on_with_the_same():
    app = feature_maps(layer="block14_sepconv2", channel="47", sheet="2", cell="1-4")
    app.selectbox(key="choice-stage").set_value("bn").run()
    assert (app.query_params["channel"], app.query_params["cell"]) == ("47", "1-4")
    app.selectbox(key="choice-layer").set_value("block3_sepconv1").run()
    assert not app.exception
    for name in ("channel", "sheet", "cell"):
        assert name not in app.query_params
    # What a link names together with another layer is that layer's.
    app.query_params["layer"], app.query_params["channel"] = "block4_sepconv1", "9"
    app.run()
    assert app.query_params["channel"] == "9"


def test_one_cell_is_chosen_for_all_panels(monkeypatch):
    told = []
    monkeypatch.setattr(separable_panel, "chosen_place", lambda place, *_, words, **__: told.append((place, words)))
    app = feature_maps(layer="block3_sepconv1", channel="5", panel="cell")
    values = seen("block3_sepconv1").values[..., 5]
    row, column = divmod(int(abs(values).argmax()), values.shape[1])
    assert f"The one in row {row}, column {column} holds" in words(app)
    app.query_params["cell"] = "3-12"
    app.run()
    assert f"The one in row 3, column 12 holds {significant(values[3, 12], 4)}" in words(app)
    app.session_state["choice-panel"], app.query_params["panel"] = "Taken apart", "apart"
    app.run()
    assert not app.exception
    assert told[-1] == ((3, 12), "row 3, column 12")
    # What a module hands on is smaller than what its last layer makes: the same place of both.
    feature_maps(layer="block13_sepconv2", stage="add", panel="apart", cell="1-4")
    assert told[-1] == ((2, 8), "row 1, column 4 (below: row 2, column 8)")


def test_the_number_of_multiplications_is_that_of_the_layers_halves():
    view = seen("block3_sepconv1")
    steps, _ = view.steps(5)
    separable, regular = (each for _, each, _ in cost(steps).ways)
    places = steps.total.size
    assert places * separable == sum(steps.macs)
    assert regular == 3 * 3 * 128 * 256
    times = f"{regular / separable:.1f}"
    assert cost(steps).ratio == f"The regular convolution takes {times} times as many as the separable one."


def test_inputs_are_shown_by_what_they_add_or_by_their_weights(monkeypatch):
    drawn = []
    monkeypatch.setattr(separable_panel, "steps_picture", lambda lanes, *_, **__: drawn.append(lanes))
    app = feature_maps(layer="block3_sepconv1", channel="5", panel="apart")
    view = seen("block3_sepconv1")
    for option, by in (("Inputs that add most", "part"), ("Largest weights", "weight")):
        pills(app, "lanes_by").set_value(option).run()
        assert not app.exception
        expected = [f"channel {number}" for number in view.steps(5, by)[0].inputs]
        assert [lane.title for lane in drawn[-1]] == expected


def test_a_channel_is_maximized_and_its_value_rises():
    app = feature_maps(layer="block4_sepconv2", channel="5", panel="wants")
    app.select_slider(key="maximization_steps").set_value(16).run()
    next(button for button in app.button if button.label == "Start").click().run()
    assert not app.exception
    assert "**After 16 steps**" in words(app)
    assert "no photograph" in words(app)
    config = PRESETS["kitchenware"].config
    result = cache.finished("maximization", config, KITCHENWARE, "block4_sepconv2_pointwise", 5, 16, 0)
    assert result.after > result.before + 1


def test_random_weights_stand_on_the_pictures():
    app = feature_maps(width="0.25", middle_repeats="1", stage="depthwise", order="contribution")
    assert not app.exception
    assert "Nobody trained this network" in words(app)
    assert "Weights: random" in words(app)
    view = seen("block2_sepconv1")
    plain = channel_picture(view, [0, 1], common=True).picture
    object.__setattr__(view.subject, "look", replace(view.subject.look, weights=None))
    marked = channel_picture(view, [0, 1], common=True).picture
    assert marked.shape[0] > plain.shape[0], "a band beneath"


def test_convolutions_with_segments_and_a_depth_multiplier_are_taken_apart_too():
    knobs = {"width": "0.25", "middle_repeats": "0", "segments": "4", "depth_multiplier": "2", "kernel_size": "5"}
    app = feature_maps(**knobs, panel="apart")
    assert not app.exception
    assert "each output of the first half reads 4 input channels (*channel segments*" in words(app)
    app = feature_maps(**knobs, panel="kernels", channel="0")
    assert not app.exception
    assert "Its largest pointwise weight" in words(app)
    output = int(re.search(r"Output (\d+) reads 4 input channels", words(app))[1])
    assert "each through a slice of 5 × 5 weights" in words(app)
    assert f"→ output {output}" in facts(app)


def test_a_layer_that_is_no_separable_convolution_is_looked_at_without_taking_it_apart():
    app = opened(PAGE, network="inception-v3", layer="mixed4_branch7x7_2_conv", stage="act", panel="kernels")
    assert not app.exception
    assert not app.error
    assert "The kernels of mixed4_branch7x7_2_conv" in subheaders(app)
    assert "each through a slice of 1 × 7 weights of its own" in words(app)
    assert "Taken apart" not in [tab.label for tab in app.tabs]
    app.selectbox(key="choice-layer").set_value("mixed4").run()
    assert not app.exception
    assert "No kernels in mixed4" in subheaders(app)


def test_the_chosen_channels_kernel_is_outlined():
    app = feature_maps(layer="block3_sepconv1", stage="depthwise", channel="7", panel="kernels")
    assert not app.exception
    assert "The chosen channel's is outlined." in words(app)
    assert "Channel 7<" in facts(app)
    app = feature_maps(layer="block3_sepconv1", channel="7", panel="kernels")
    mixture = cache.separable_weights(seen("block3_sepconv1").subject.look, "block3_sepconv1").mixture
    output = int(abs(mixture[:, 7]).argmax())
    assert f"{significant(mixture[output, 7])}, is on output {output}. That one is outlined." in words(app)
    assert f"Channel {output}<" in facts(app)


def test_what_can_be_taken_away_is_whole():
    view = seen("block13_sepconv2")
    statistics = view.statistics(contribution=True)
    rows = list(csv.DictReader(StringIO(statistics_csv(statistics))))
    assert len(rows) == 1024
    assert float(rows[7]["variance"]) == statistics.variance[7]
    assert rows[7]["dead"] == str(statistics.dead[7])
