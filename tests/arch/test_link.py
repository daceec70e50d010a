import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.arch.knobs import knobs
from explorer.configuration.link import from_query, to_query
from explorer.configuration.registry import NETWORKS, PRESETS
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

FIELDS = ["network", *knobs(XceptionConfig), "no_such_knob"]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_every_preset_survives_its_link(preset):
    reading = from_query(to_query(preset.config))
    assert reading.config == preset.config
    assert reading.ignored == ()


def test_every_knob_survives_the_link():
    config = XceptionConfig(
        input_size=128,
        width=0.35,
        stem_padding="same",
        middle_repeats=3,
        middle_convs=2,
        entry_convs=4,
        residual=False,
        kernel_size=7,
        depth_multiplier=2,
        segments=5,
        intermediate_activation="elu",
        classes=12,
        fully_connected=(64, 1),
        dropout=0.25,
    )
    query = to_query(config)
    assert set(query) == set(knobs(XceptionConfig))
    assert from_query(query).config == config


@pytest.mark.parametrize(
    ("query", "expected", "words"),
    [
        ({"width": "9"}, XceptionConfig(width=2.0), "from 0.25 to 2; 2.0 is shown"),
        ({"width": "nan"}, XceptionConfig(), "the default is shown"),
        ({"width": "-inf"}, XceptionConfig(width=0.25), "0.25 is shown"),
        ({"input_size": "31"}, XceptionConfig(input_size=32), "from 32 to 1,024 px; 32 is shown"),
        ({"input_size": "3e2"}, XceptionConfig(), "the default is shown"),
        ({"kernel_size": "4"}, XceptionConfig(kernel_size=3), "one of 3, 5, 7; 3 is shown"),
        ({"kernel_size": "100"}, XceptionConfig(kernel_size=7), "7 is shown"),
        ({"residual": "maybe"}, XceptionConfig(), "yes or no"),
        ({"segments": "0"}, XceptionConfig(segments=1), "1 is shown"),
        ({"fully_connected": "1,2,3,4"}, XceptionConfig(fully_connected=(1, 2, 3)), "1,2,3 is shown"),
        ({"intermediate_activation": "tanh"}, XceptionConfig(), "one of none, relu, elu"),
        ({"classes": "9" * 5000}, XceptionConfig(), "the default is shown"),
        ({"network": "resnet"}, XceptionConfig(), "no such network"),
        ({"network": "inception-v3", "width": "0.5"}, InceptionV3Config(), "no such knob"),
        ({"network": "inception-v3", "input_size": "71"}, InceptionV3Config(input_size=75), "75 is shown"),
    ],
)
def test_what_cannot_be_taken_is_mended_and_said(query, expected, words):
    reading = from_query(query)
    assert reading.config == expected
    assert len(reading.ignored) == 1
    assert words in reading.ignored[0]
    assert from_query(to_query(reading.config)).ignored == ()


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text() | st.sampled_from([*NETWORKS, "1e999", "０", "-0"])))
def test_no_link_can_break_the_app(query):
    reading = from_query(query)
    assert from_query(to_query(reading.config)).config == reading.config
    for sentence in reading.ignored:
        assert len(sentence) < 250
        assert not set(sentence) & set("<>`[]$*")
