import json
from dataclasses import asdict

import pytest

from explorer.configuration.named import config_named, title_of
from explorer.configuration.registry import NETWORKS, PAPER, PRESETS, graph_of
from explorer.counting.report import as_data
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig


def test_names_json_and_what_tally_prints_name_the_same_configurations(tmp_path):
    assert config_named("xception") == PAPER
    assert config_named("kitchenware") == PRESETS["kitchenware"].config
    assert config_named('{"network": "mobilenet", "alpha": 0.5}') == MobileNetConfig(alpha=0.5)
    turned = XceptionConfig(middle_repeats=4, fully_connected=(64, 32), input_size=150)
    assert config_named(json.dumps(asdict(turned))) == turned
    file = tmp_path / "mine.json"
    for config in (turned, *(network.config() for network in NETWORKS.values())):
        file.write_text(json.dumps(as_data(config, tally(graph_of(config)))))
        assert config_named(str(file)) == config


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("resnet5", "no network, preset or readable file 'resnet5': choose one of xception, "),
        ('{"width": 900}', "width must be"),
        ('{"width": "wide"}', "width must be"),
        ('{"width": null}', "width must be"),
        ('{"width": {}}', "width must be"),
        ('{"depth": 3}', "Xception has no knob 'depth'"),
        ('{"network": 3}', "no network '3'"),
        ('{"network"', "expected a JSON object"),
        ("[" * 100_000, "no network, preset or readable file"),
    ],
)
def test_whatever_names_no_configuration_is_refused_in_words(text, says):
    with pytest.raises(ConfigError, match=says.replace("[", r"\[")):
        config_named(text)


def test_titles_say_what_was_turned():
    assert title_of(PAPER) == PRESETS["paper"].title
    assert title_of(MobileNetConfig(alpha=0.3)) == "MobileNet V1 (Width multiplier alpha 0.3)"
