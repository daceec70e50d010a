import csv
import json

import pytest
from streamlit.testing.v1 import AppTest

from explorer.configuration.named import title_of
from explorer.configuration.registry import NETWORKS, PAPER, PRESETS, graph_of
from explorer.configuration.token import from_token, to_token
from explorer.counting.comparison import comparison_data, totals_csv
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.networks.xception import XceptionConfig
from explorer.ui.links.parts.compared_link import USUAL, compared_words, read_compared

SMALL = XceptionConfig(input_size=150, classes=6, fully_connected=(64, 32))
NAMED = {title_of(config): config for config in (SMALL, PAPER, NETWORKS["inception-v3"].config())}
TALLIES = {title: tally(graph_of(config)) for title, config in NAMED.items()}


def test_totals_as_csv_are_plain_numbers_that_say_what_they_count():
    heading, *rows = csv.reader(totals_csv(TALLIES).splitlines())
    assert heading == ["Quantity", *NAMED]
    numbers = {name: cells for name, *cells in rows}
    assert numbers["Input"] == ["150 × 150 × 3", "299 × 299 × 3", "299 × 299 × 3"]
    assert numbers["Parameters"][1:] == ["22910480", "23851784"]
    assert numbers["Multiply-adds (MACs)"][1:] == ["8357403496", "5713216096"]
    assert numbers["Weights, float32 (bytes)"][1] == str(4 * 22_910_480)


def test_totals_as_json_hold_configurations_that_are_read_back():
    data = json.loads(json.dumps(comparison_data(NAMED, TALLIES)))
    assert [each["title"] for each in data["networks"]] == list(NAMED)
    assert data["networks"][1]["total"]["macs"] == 8_357_403_496
    assert sum(flow["params"] for flow in data["networks"][0]["flows"]) == TALLIES[title_of(SMALL)].params


@pytest.mark.parametrize("config", [SMALL, *(each.config for each in PRESETS.values())], ids=to_token)
def test_a_configuration_is_one_word_of_a_link(config):
    assert from_token(to_token(config)) == config
    assert " " not in to_token(config)


@pytest.mark.parametrize("word", ["", "knobs", "xceptio", "xception~width", "xception~depth.3", "xception~" * 200])
def test_a_word_that_is_no_configuration_is_refused(word):
    with pytest.raises(ConfigError):
        from_token(word)


def test_whatever_a_link_compares_something_can_be():
    assert compared_words("") == compared_words("x y z") == USUAL
    assert compared_words("vgg16 vgg16~classes.1000 knobs") == ("vgg16", "knobs"), "each once, as written here"
    read = read_compared({"compare": "vgg16 nothing knobs", "pins": "a b", "side": "left"})
    assert read.query == {"compare": "vgg16 knobs"}
    assert [sentence.split(":")[0] for sentence in read.ignored] == ["pins", "compare", "side"]
    assert len(compared_words(" ".join(list(NETWORKS)[:8]))) == 4


def test_the_comparison_can_be_taken_away():
    def panel():
        from explorer.configuration.registry import NETWORKS
        from explorer.ui.compare.export_panel import show_export

        show_export({name: NETWORKS[name].config() for name in ("xception", "vgg16")})

    page = AppTest.from_function(panel, default_timeout=30).run()
    assert not page.exception
    assert [button.proto.label for button in page.get("download_button")] == ["Comparison as one page"]
