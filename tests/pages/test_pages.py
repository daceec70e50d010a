import json
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.compute import answers
from explorer.compute.loaded_networks import LoadedNetworks
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS, PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.figures.real_numbers import significant
from explorer.model.sources.store import path_of
from explorer.networks.xception import KITCHENWARE
from explorer.ui.session import cache
from explorer.vision.checks.covering import Box
from explorer.vision.look import Look
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES
from tests.quick_rates import quicken

APP = Path(__file__).parents[2] / "explorer" / "run.py"
PAGES = tuple(f"app_pages/{name}.py" for name in ("architecture", "compare", "classify", "explain", "feature_maps"))


def opened(page: str = PAGES[0], **query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    if page != PAGES[0]:
        app.switch_page(page).run()
    assert not app.exception
    return app


def pills(app: AppTest, key: str):
    return next(group for group in app.get("button_group") if group.key == key)


def words(app: AppTest) -> str:
    return " ".join(element.value for kind in (app.markdown, app.caption, app.info, app.warning) for element in kind)


# One for each network, and the several of Xception.
SHOWN = [*dict.fromkeys([*(p.name for n in NETWORKS.values() for p in n.presets[:1]), "paper-jft", "kitchenware"])]


def headline(app):
    """The numbers on the cards."""
    body = next(html.proto.body for html in app.get("html") if "Multiply-adds (MACs)" in html.proto.body)
    cards = re.findall(r"<div[^>]*>([^<]+)</div>", body)
    return cards[1::4]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", DEFAULT_NETWORK.presets, ids=lambda preset: preset.name)
def test_every_page_shows_every_preset(page, preset):
    app = opened()
    pills(app, "preset").set_value(preset.name).run()
    assert pills(app, "preset").value == preset.name
    app.switch_page(page).run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("network", list(NETWORKS.values())[1:], ids=lambda network: network.name)
def test_pages_that_count_show_every_network(network):
    for page in PAGES[:2]:
        app = opened(page)
        app.selectbox(key="network").set_value(network.name).run()
        assert not app.exception
        assert not app.error
        assert network.title in " ".join(title.value for title in app.title) or page == PAGES[1]


def test_networks_and_their_presets_are_one_choice_of_two_levels_by_title():
    app = opened()
    assert app.selectbox(key="network").options == [network.title for network in NETWORKS.values()]
    levels = [set(pills(app, "preset").options), set(app.selectbox(key="network").options)]
    assert levels[0] == {"As in the paper", "Paper, JFT", "Kitchenware, 6 classes"} and not levels[0] & levels[1]
    pills(app, "preset").set_value("kitchenware").run()
    assert (app.slider(key="input_size").value, app.text_input(key="fully_connected").value) == (150, "100")
    assert headline(app)[0] == f"{tally(graph_of(PRESETS['kitchenware'].config)).params:,}"
    app.selectbox(key="network").set_value("from-scratch").run()
    assert "form a chain beside the main path" in words(app)
    assert app.query_params["network"] == "from-scratch", "the link holds the name, whatever the title"
    app.switch_page(PAGES[1]).run()
    assert app.selectbox(key="network").value == "from-scratch"
    app.switch_page(PAGES[0]).run()
    app.selectbox(key="network").set_value("xception").run()
    assert headline(app)[0] == "22,910,480"
    assert "network" not in app.query_params
    app.slider(key="input_size").set_value(128).run()
    assert pills(app, "preset").value is None and "Your own settings." in words(app)
    pills(app, "preset").set_value("paper").run()
    assert app.slider(key="input_size").value == 299


def test_a_second_click_before_the_browser_knows_of_the_first_takes_nothing_back():
    """It comes with all knobs as the browser still shows them."""
    app = opened()
    pills(app, "preset").set_value("kitchenware").run()
    app.slider(key="input_size").set_value(299)
    app.slider(key="dropout").set_value(0.0)
    app.text_input(key="classes").set_value("1000")
    app.text_input(key="fully_connected").set_value("").run()
    assert (app.slider(key="input_size").value, app.text_input(key="fully_connected").value) == (150, "100")
    assert headline(app)[0] == f"{tally(graph_of(PRESETS['kitchenware'].config)).params:,}"
    assert pills(app, "preset").value == "kitchenware"


def test_a_quick_second_turn_that_brings_the_preset_of_before_the_first_is_a_turn():
    app = opened()
    app.slider(key="middle_repeats").set_value(9).run()
    app.slider(key="middle_repeats").set_value(10)
    pills(app, "preset").set_value("paper").run()
    assert (app.slider(key="middle_repeats").value, pills(app, "preset").value) == (10, None)
    app.slider(key="middle_repeats").set_value(8).run()
    app.slider(key="middle_repeats").set_value(7)
    pills(app, "preset").set_value(None).run()
    assert app.slider(key="middle_repeats").value == 7
    pills(app, "preset").set_value("paper").run()
    assert app.slider(key="middle_repeats").value == 8
    app.slider(key="middle_repeats").set_value(9).run()
    app.slider(key="middle_repeats").set_value(7).run()
    assert app.slider(key="middle_repeats").value == 7, "back to where it stood before the preset"


def test_numbers_follow_the_knobs():
    app = opened()
    app.slider(key="middle_repeats").set_value(0).run()
    assert headline(app) == ["9,963,728", "3.71 G", "38.0 MiB", "12"]
    assert "passes through" in " ".join(html.proto.body for html in app.get("html"))


def test_a_broken_link_is_mended_and_what_was_ignored_is_said():
    app = opened(width="9", kernel_size="4", nonsense="<script>", input_size="150", sample="nobody")
    assert (app.slider(key="width").value, app.slider(key="input_size").value) == (2.0, 150)
    said = words(app)
    for expected in ("2.0 is shown", "must be one of 3, 5, 7", "no such knob", "sample: must be one of"):
        assert expected in said
    assert "<script>" not in said
    assert app.query_params["input_size"] == "150"
    assert "nonsense" not in app.query_params
    app.button(key="close_ignored").click().run()
    assert "The link was mended" not in words(app)


def test_what_was_typed_wrong_is_explained_in_place():
    app = opened()
    app.text_input(key="fully_connected").set_value("100,many").run()
    assert "Expected at most 3 whole numbers" in app.error[0].value
    app.text_input(key="fully_connected").set_value("99999").run()
    assert "8192 is used" in app.error[0].value
    assert not app.exception


def test_layers_can_be_searched():
    app = opened()
    app.text_input(key="layer_words").set_value("block7 sepconv2").run()
    assert list(app.dataframe[0].value["name"]) == ["block7_sepconv2_act", "block7_sepconv2", "block7_sepconv2_bn"]
    app.text_input(key="layer_words").set_value("no such layer").run()
    assert any("No layer matches" in info.value for info in app.info)


def test_build_and_verify_agrees_line_by_line():
    app = opened(input_size="71", width="0.25", middle_repeats="1")
    next(button for button in app.button if button.label == "Build and verify").click().run()
    assert "Keras agrees" in app.success[0].value
    assert set(app.dataframe[-1].value["Agrees"]) == {"yes"}


def drawing(app) -> str:
    """What the browser is told to draw of the network."""
    told = [json.loads(each.proto.json or "{}") for each in app.get("bidi_component")]
    return "".join(flow["svg"] for each in told if "flows" in each for flow in each["flows"])


def test_the_drawing_shows_costs_as_colours_and_the_link_says_so():
    app = opened(heat="macs")
    assert pills(app, "choice-heat").value == "macs"
    macs = tally(graph_of(DEFAULT_NETWORK.config())).module_tallies[0].macs
    assert "hot" in drawing(app)
    assert f"{macs:,} multiply-adds, {100 * macs / tally(graph_of(DEFAULT_NETWORK.config())).macs:.1f} % of" in drawing(
        app
    )
    assert any("MACs for one image, logarithmic" in html.proto.body for html in app.get("html"))
    pills(app, "choice-heat").set_value("params").run()
    assert app.query_params["heat"] == "params"
    pills(app, "choice-heat").set_value("flow").run()
    assert "heat" not in app.query_params
    assert 'class="card hot"' not in drawing(app)


def test_the_drawing_is_coloured_by_measured_time_and_by_a_pictures_energy(monkeypatch):
    quicken(monkeypatch)
    app = opened(heat="time", weights="kitchenware", middle_repeats="1", input_size="80")
    assert 'class="card hot"' not in drawing(app)
    next(button for button in app.button if button.label == "Start").click().run()
    assert not app.exception and not app.error
    assert "of the measured pass" in drawing(app) and app.query_params["heat"] == "time"
    assert any("Measured time, logarithmic" in html.proto.body for html in app.get("html"))
    pills(app, "choice-heat").set_value("energy").run()
    assert not app.exception and not app.error
    assert "root mean square" in drawing(app) and "<image" not in drawing(app)
    assert "altered: xception/kitchenware" in words(app) and "**Activation energy** for *Coffee*" in words(app)
    app.slider(key="depth_multiplier").set_value(2).run()
    assert "Nobody trained this network" in words(app) and "**random weights**" in words(app)


def test_a_photograph_runs_through_the_drawing_on_request(monkeypatch):
    app = opened(weights="kitchenware", middle_repeats="3")
    assert 'role="img"' not in drawing(app)
    app.toggle(key="live_switch").set_value(True).run()
    assert not app.exception
    assert app.query_params["live"] == "1"
    # 299 px and 1,000 classes, as the drawing has it: the trained weights fit all but the head.
    assert "altered: xception/kitchenware" in words(app)
    assert "The head is that of xception/kitchenware" in words(app)
    sample = SAMPLES[0]
    of = replace(PRESETS["kitchenware"].config, input_size=299, middle_repeats=3)
    look = Look(picture(sample.title, sample.file.read_bytes(), sample.alt, sample.file.name), of, KITCHENWARE)
    maps = answers.module_maps(LoadedNetworks(), look)
    drawn = drawing(app)
    assert drawn.count("<image") == 1 + len(maps)
    for each in maps:
        low, high = (significant(float(value)) for value in (each.strength.min(), each.strength.max()))
        assert f"mean absolute activation {low} to {high}, largest at the" in drawn
    app.selectbox(key="choice-sample").set_value("chelsea").run()
    assert app.query_params["sample"] == "chelsea"
    assert drawing(app) != drawn
    app.slider(key="middle_repeats").set_value(2).run()
    assert drawing(app).count("<image") == len(maps)
    app.slider(key="depth_multiplier").set_value(2).run()
    assert "Nobody trained this network" in words(app)
    assert "RANDOM WEIGHTS" in drawing(app)
    next(button for button in app.button if button.label == "Back to the trained settings").click().run()
    assert "pretrained: xception/kitchenware" in words(app)
    assert "RANDOM WEIGHTS" not in drawing(app)
    monkeypatch.setenv("XCEPTION_EXPLORER_MEMORY_BUDGET", "10 MiB")
    app.slider(key="middle_repeats").set_value(9).run()
    assert "the estimate is" in app.error[0].value
    assert "<image" not in drawing(app)
    assert "block5 … block13" in drawing(app)


def test_what_would_not_fit_is_refused_with_the_estimate(monkeypatch):
    monkeypatch.setenv("XCEPTION_EXPLORER_MEMORY_BUDGET", "10 MiB")
    app = opened()
    next(button for button in app.button if button.label == "Build and verify").click().run()
    assert "the estimate is" in app.error[0].value


def test_samples_are_classified_and_the_badge_says_by_which_weights():
    assert path_of(KITCHENWARE), "fetch them: python -m explorer weights fetch kitchenware"
    app = opened(PAGES[2], weights="kitchenware")
    assert "every picture is forced into one of them" in words(app)
    assert "pretrained: xception/kitchenware" in words(app)
    app.slider(key="middle_repeats").set_value(5).run()
    assert "altered: xception/kitchenware" in words(app)
    assert "first 5 of 8" in words(app)
    app.slider(key="width").set_value(0.5).run()
    assert "no classes are shown" in words(app)
    next(button for button in app.button if button.label == "Back to the trained settings").click().run()
    assert "pretrained: xception/kitchenware" in words(app)
    assert not app.exception


def test_uploads_good_and_bad_together():
    coffee = (APP.parents[1] / "assets" / "samples" / "coffee.jpg").read_bytes()
    app = opened(PAGES[2], weights="kitchenware")
    pills(app, "picture_place").set_value("Upload").run()
    files = [("a.jpg", coffee, "image/jpeg"), ("b.jpg", b"just text", "image/jpeg"), ("c.png", coffee, "image/png")]
    app.get("file_uploader")[0].set_value(files).run()
    assert not app.exception
    assert "not a picture" in app.error[0].value
    table = app.dataframe[0].value
    assert list(table["Picture"]) == ["a.jpg", "c.png"]
    assert set(table["Class"]) == {"cup"}
    app.switch_page(PAGES[3]).run()
    assert not app.exception
    assert app.title[0].value == "Why cup?", "the one that is open goes on to the other pages"


def test_the_newest_upload_is_shown_and_each_can_be_opened_and_removed(monkeypatch):
    gone = []
    monkeypatch.setattr(cache, "forget", gone.append)
    coffee, cat = (sample.file.read_bytes() for sample in SAMPLES[:2])
    app = opened(PAGES[2], weights="kitchenware")
    pills(app, "picture_place").set_value("Upload").run()
    for name, data in (("coffee.jpg", coffee), ("cat.jpg", cat)):
        app.get("file_uploader")[0].set_value([(name, data, "image/jpeg")]).run()
        assert not app.exception
        assert f"{name}, " in words(app), "the newest is shown"
    app.button(key="page open 1").click().run()
    assert "coffee.jpg, 600 × 400 px" in words(app)
    app.switch_page(PAGES[3]).run()
    assert app.title[0].value == "Why cup?"
    app.switch_page(PAGES[2]).run()
    app.button(key="page remove 1").click().run()
    assert not app.exception
    assert gone == [sha256(coffee).hexdigest()], "with all that was made of it"
    assert "cat.jpg, 451 × 300 px" in words(app)
    app.get("file_uploader")[0].set_value([("coffee.jpg", coffee, "image/jpeg")]).run()
    app.button(key="page remove all").click().run()
    assert set(gone) == {sha256(data).hexdigest() for data in (coffee, cat)}
    assert "Choose a photograph" in words(app)
    assert not app.dataframe and not app.get("plotly_chart")


def test_a_link_does_not_carry_an_upload_and_asks_for_it_again():
    app = opened(PAGES[2], weights="kitchenware")
    pills(app, "picture_place").set_value("Upload").run()
    app.get("file_uploader")[0].set_value([("a.jpg", SAMPLES[1].file.read_bytes(), "image/jpeg")]).run()
    assert app.query_params["sample"] == "upload"
    for page in PAGES[2:]:
        again = opened(page, weights="kitchenware", sample="upload")
        assert "The picture of this link was uploaded, and is gone" in words(again)
        assert not again.get("plotly_chart") and not again.error
    pills(again, "picture_place").set_value("Samples").run()
    assert not again.exception
    assert "is gone" not in words(again)
    assert "sample" not in again.query_params


def test_before_the_network_guesses_it_is_said_what_a_sample_shows():
    app = opened(PAGES[2], weights="kitchenware", sample="chelsea")
    assert "None of the 6 classes is in this picture" in words(app)
    plate = next(button for button in app.button if button.label == "Plate 1")
    plate.click().run()
    assert "Its makers labelled this picture **plate**" in words(app)
    assert app.query_params["sample"] == "0004"


@pytest.mark.parametrize("page", [PAGES[2], PAGES[3]])
def test_a_link_covers_a_place_and_the_probabilities_before_and_after_are_the_engines(page):
    app = opened(page, weights="kitchenware", cover="0.3,0.2,0.7,0.5", filling="chelsea")
    assert not app.exception
    source, other = (picture(each.title, each.file.read_bytes()) for each in SAMPLES[:2])
    loaded = LoadedNetworks()
    look, filling = (Look(each, KITCHENWARE.config, KITCHENWARE) for each in (source, other))
    before = answers.prediction(loaded, look).probabilities[0]
    after = answers.covered_prediction(loaded, look, Box(0.3, 0.2, 0.7, 0.5), filling).probabilities[0]
    (table,) = (each.proto.body for each in app.get("html") if "Covered" in each.proto.body)
    assert re.findall(r">cup</th>(.*?)</tr>", table)[0].count(f"{100 * before:.1f}") == 1
    assert f"{100 * after:.1f}" in re.findall(r">cup</th>(.*?)</tr>", table)[0]
    assert "60 × 45 of the 150 × 150 px" in words(app)
    app.toggle(key="cover_switch").set_value(False).run()
    assert not app.exception
    assert "cover" not in app.query_params
    app.toggle(key="cover_switch").set_value(True).run()
    assert app.query_params["cover"] == "0.3,0.2,0.7,0.5", "as it was"


def test_without_weights_the_page_offers_to_fetch_them(monkeypatch, tmp_path):
    monkeypatch.setenv("XCEPTION_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    app = opened(PAGES[2])
    assert "are not here yet" in app.info[0].value
    assert any(button.label.startswith("Fetch xception/imagenet") for button in app.button)


def test_the_numbers_wait_for_no_library():
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
from explorer.ui.session import first_paint

before, loaded = set(sys.modules), set()
first_paint.let_numbers_appear = lambda: loaded.update(sys.modules)
assert not AppTest.from_file({str(APP)!r}, default_timeout=60).run().exception
assert "explorer.ui.architecture.headline" in loaded
print(*(loaded - before) & {{"numpy", "pandas", "plotly", "PIL", "tensorflow", "openvino"}})
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


def test_counting_needs_no_tensorflow():
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(APP)!r}, default_timeout=60).run()
app.slider(key="middle_repeats").set_value(3).run()
app.switch_page("app_pages/compare.py").run()
assert not app.exception
print("tensorflow" in sys.modules, "keras" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", "False"]


def test_the_first_run_of_a_plain_link_draws_every_knob_once_as_all_others_do():
    def knobs_at_the_side(app):
        side = app.sidebar
        return [
            *(each.value for each in side.subheader),
            *(
                (each.proto.id, each.value)
                for each in (*side.slider, *side.select_slider, *side.button_group, *side.text_input, *side.button)
            ),
        ]

    app = opened()
    first = knobs_at_the_side(app)
    assert len(first) > 14
    assert first == knobs_at_the_side(app.run())
    assert not app.exception


def test_knobs_show_what_the_weights_set_and_keep_what_a_person_set():
    app = opened(input_size="128", width="0.5")
    app.switch_page(PAGES[2]).run()
    fixed = {each.label: each.value for each in app.text_input if each.disabled}
    assert fixed["Input size (px)"] == "150"
    assert fixed["Classes"] == "6"
    assert app.slider(key="width").value == 0.5, "not the weights' business"
    app.switch_page(PAGES[0]).run()
    assert (app.slider(key="input_size").value, app.slider(key="width").value) == (128, 0.5)
    app.switch_page(PAGES[3]).run()
    next(button for button in app.button if button.label == "Take these settings everywhere").click().run()
    app.switch_page(PAGES[0]).run()
    assert not app.exception
    assert app.slider(key="input_size").value == 150
    assert app.text_input(key="fully_connected").value == "100"


def test_a_knob_that_weights_set_is_unlocked_runs_as_the_person_has_it_and_is_locked_again():
    app = opened(PAGES[2], weights="kitchenware", freed="input_size,width", input_size="128")
    assert "freed: 'width': weights set no such knob" in words(app)
    assert app.query_params["freed"] == "input_size"
    assert app.slider(key="input_size").value == 128
    assert "Trained at 150 px, run at 128 px" in words(app) and "pretrained: xception/kitchenware" in words(app)
    assert "set by kitchenware, which fits no other value" in words(app), "said before classes are unlocked"
    app.button(key="unlock classes").click().run()
    assert app.text_input(key="classes").value == "1000", "the person's own"
    assert "no classes are shown" in words(app)
    app.button(key="lock classes").click().run()
    assert "pretrained: xception/kitchenware" in words(app)
    app.button(key="lock input_size").click().run()
    assert "freed" not in app.query_params and "run at 128 px" not in words(app)
    app.button(key="unlock classes").click().run()
    app.switch_page(PAGES[3]).run()
    assert app.text_input(key="classes").value == "1000", "on every page where weights run"
    next(button for button in app.button if button.label == "Back to the trained settings").click().run()
    assert app.title[0].value == "Why cup?"
    assert not app.exception


def test_no_page_shows_a_knob_that_does_nothing_there():
    app = opened(middle_repeats="0")
    assert app.slider(key="dropout") and "Works in training alone" in words(app)
    assert "Changes nothing now: *Middle-flow modules* is 0" in words(app)
    app.selectbox(key="network").set_value("inception-v1").run()  # for which nobody trained any weights
    app.slider(key="dropout").set_value(0.2).run()
    app.switch_page(PAGES[2]).run()
    assert "dropout" not in [slider.key for slider in app.slider]
    app.switch_page(PAGES[0]).run()
    assert app.slider(key="dropout").value == 0.2


def test_random_weights_lead_back_to_trained_ones():
    app = opened(PAGES[2], network="from-scratch")
    next(button for button in app.button if button.label.startswith("Back to trained weights: Xception")).click().run()
    assert "pretrained: xception/" in words(app)
    assert not app.exception


def test_choosing_a_network_sets_the_knobs_as_its_paper_does():
    app = opened(input_size="32")
    for name, expected in (("vgg16", "138,357,544"), ("inception-v3", "23,851,784"), ("mini-xception", "58,423")):
        app.selectbox(key="network").set_value(name).run()
        assert not app.exception and not app.error
        assert headline(app)[0] == expected


def test_a_second_network_answers_beside_the_first():
    app = opened(PAGES[2], weights="kitchenware", middle_repeats="4", beside="as-trained")
    said = words(app)
    assert "altered: xception/kitchenware" in said and "pretrained: xception/kitchenware" in said
    assert not app.exception
    app.selectbox(key="choice-beside").set_value("nothing").run()
    assert "pretrained: xception/kitchenware" not in words(app)
    app = opened(PAGES[2], beside="nobody/nothing")
    assert "beside: must be one of" in words(app)


def test_a_configuration_that_was_pinned_on_one_page_is_compared_on_another():
    app = opened(middle_repeats="3")
    app.button(key="pin").click().run()
    assert app.query_params["pins"] == "xception~middle_repeats.3"
    app.slider(key="middle_repeats").set_value(8).run()
    app.switch_page(PAGES[1]).run()
    choice = app.multiselect[0]
    assert any("Pinned: Xception" in option for option in choice.options)
    assert "Equal ones are shown once" in words(app), "the knobs stand as the paper has them"
    choice.set_value(["mobilenet", "xception~middle_repeats.3"]).run()
    assert "Equal ones" not in words(app)
    assert app.query_params["compare"] == "mobilenet xception~middle_repeats.3"
    assert any("4,253,864" in html.proto.body for html in app.get("html"))
    assert not app.exception


def test_a_link_compares_what_it_names_and_says_what_it_cannot():
    app = opened(PAGES[1], compare="vgg16 nonsense mobilenet~alpha.0.5", side="printed")
    assert "compare: must be up to 4 configurations" in words(app)
    assert app.query_params["compare"] == "vgg16 mobilenet~alpha.0.5"
    assert "batch normalization" in words(app), "the side that the link names is open"
    assert not app.exception


def test_a_tutorials_network_says_how_it_departs_from_the_paper():
    assert "block2 is missing, with a shortcut convolution" in words(opened(network="lightweight"))
    assert "instead of" not in words(opened())
