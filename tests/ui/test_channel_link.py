from dataclasses import replace

import pytest

from explorer.configuration.registry import PAPER
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.ui.links.parts.channel_link import read_channels
from explorer.ui.widgets.steps_picture import read_place


@pytest.mark.parametrize(
    ("query", "view", "taken"),
    [
        ({"channel": "0", "sheet": "1", "order": "mean"}, {}, {"channel": "0", "sheet": "1", "order": "mean"}),
        ({"channel": "127", "sheet": "2"}, {}, {"channel": "127", "sheet": "2"}),
        ({"channel": "128", "sheet": "3"}, {}, {}),
        ({"channel": "2047", "sheet": "32"}, {"layer": "block14_sepconv2"}, {"channel": "2047", "sheet": "32"}),
        ({"channel": "1536"}, {"layer": "block14_sepconv2", "stage": "depthwise"}, {}),
        ({"channel": "007"}, {}, {"channel": "7"}),
        ({"channel": "9" * 9_999, "sheet": "1e3", "order": ""}, {}, {}),
        ({"channel": "-1", "sheet": "0", "order": "__proto__"}, {}, {}),
        ({"channel": "²", "sheet": " 1"}, {}, {}),
        ({"cell": "147-0"}, {}, {}),
        ({"cell": "71-05"}, {}, {"cell": "71-5"}),
        ({"cell": "4-18", "channel": "5"}, {"layer": "block13_sepconv2", "stage": "add"}, {"channel": "5"}),
        ({"cell": "3"}, {}, {}),
        ({"cell": "²-1"}, {}, {}),
        # A stage that this page's usual layer lacks is no reason to lose the rest.
        ({"channel": "5"}, {"stage": "add"}, {"channel": "5"}),
    ],
)
def test_only_channels_and_sheets_that_there_are_come_from_a_link(query, view, taken):
    read = read_channels(query, PAPER, view)
    assert read.query == taken
    assert len(read.ignored) == len(query) - len(taken)
    assert all(len(sentence) < 200 for sentence in read.ignored)


def test_a_stage_that_the_network_lacks_loses_nothing_else():
    chain = replace(PAPER, residual=False)
    assert read_channels({"channel": "5"}, chain, {"stage": "add"}).query == {"channel": "5"}
    assert read_channels({"channel": "63"}, InceptionV3Config(), {}).query == {"channel": "63"}
    assert read_channels({"channel": "64"}, InceptionV3Config(), {}).query == {}


def test_only_pixels_that_there_are_come_from_the_browser():
    assert read_place({"row": 3, "column": 0}, (4, 5)) == (3, 0)
    for value in (None, 3, {}, {"row": 4, "column": 0}, {"row": -1, "column": 0}, {"row": "1", "column": 1}):
        assert read_place(value, (4, 5)) is None
    assert read_place({"row": True, "column": 1}, (4, 5)) is None
