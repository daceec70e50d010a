import math
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from explorer.arch.knobs import knobs
from explorer.errors import ConfigError
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

REFUSED = [
    ("input_size", 31, "input_size must be a whole number from 32 to 1,024 px, got 31"),
    ("input_size", 1025, "32 to 1,024 px, got 1025"),
    ("input_size", 299.0, "input_size must be a whole number .* got 299.0"),
    ("input_size", "299", "input_size must be .* got '299'"),
    ("input_size", True, "input_size must be .* got True"),
    ("input_size", None, "input_size must be .* got None"),
    ("classes", 1, "classes must be a whole number from 2 to 20,000, got 1"),
    ("classes", 20_001, "got 20001"),
    ("width", 0.249, "width must be a number from 0.25 to 2, got 0.249"),
    ("width", 2.001, "width must be .* got 2.001"),
    ("width", math.nan, "width must be .* got nan"),
    ("width", math.inf, "width must be .* got inf"),
    ("width", "1", "width must be .* got '1'"),
    ("width", True, "width must be .* got True"),
    ("depth_multiplier", 0, "depth_multiplier must be a whole number from 1 to 4, got 0"),
    ("depth_multiplier", 5, "got 5"),
    ("middle_repeats", -1, "middle_repeats must be a whole number from 0 to 32, got -1"),
    ("middle_repeats", 33, "got 33"),
    ("middle_convs", 0, "middle_convs must be a whole number from 1 to 6, got 0"),
    ("middle_convs", 7, "got 7"),
    ("entry_convs", 0, "entry_convs must be a whole number from 1 to 4, got 0"),
    ("entry_convs", 5, "got 5"),
    ("kernel_size", 4, "kernel_size must be one of 3, 5, 7, got 4"),
    ("kernel_size", 3.0, "kernel_size must be one of 3, 5, 7, got 3.0"),
    ("segments", 0, "segments must be depthwise or a whole number 1 and up, got 0"),
    ("segments", -4, "segments must be .* got -4"),
    ("segments", "many", "segments must be .* got 'many'"),
    ("residual", 1, "residual must be yes or no, got 1"),
    ("residual", "yes", "residual must be yes or no, got 'yes'"),
    ("intermediate_activation", "gelu", "intermediate_activation must be one of none, relu, elu, got 'gelu'"),
    ("stem_padding", "full", "stem_padding must be one of valid, same, got 'full'"),
    ("fully_connected", (1, 2, 3, 4), r"fully_connected must be at most 3 whole numbers .* got \(1, 2, 3, 4\)"),
    ("fully_connected", (0,), r"from 1 to 8,192 units, got \(0,\)"),
    ("fully_connected", (8193,), r"got \(8193,\)"),
    ("fully_connected", (True,), r"got \(True,\)"),
    ("fully_connected", 4096, "fully_connected must be .* got 4096"),
    ("dropout", -0.1, "dropout must be a number from 0 to 0.9, got -0.1"),
    ("dropout", 0.91, "dropout must be .* got 0.91"),
]

ACCEPTED = {
    "input_size": (32, 1024),
    "classes": (2, 20_000),
    "width": (0.25, 2.0),
    "depth_multiplier": (1, 4),
    "middle_repeats": (0, 32),
    "middle_convs": (1, 6),
    "entry_convs": (1, 4),
    "kernel_size": (3, 5, 7),
    "segments": (None, 1, 10**9),
    "residual": (True, False),
    "intermediate_activation": (None, "relu", "elu"),
    "stem_padding": ("valid", "same"),
    "fully_connected": ((), (1,), (8192, 8192, 8192)),
    "dropout": (0.0, 0.9),
}


@pytest.mark.parametrize(("field", "value", "message"), REFUSED)
def test_a_value_out_of_range_is_refused_by_name_range_and_value(field, value, message):
    with pytest.raises(ConfigError, match=message):
        XceptionConfig(**{field: value})


def test_both_ends_of_every_range_are_accepted_as_they_are():
    assert set(ACCEPTED) == set(knobs(XceptionConfig))
    for field, accepted in ACCEPTED.items():
        for value in accepted:
            taken = getattr(XceptionConfig(**{field: value}), field)
            assert (taken, type(taken)) == (value, type(value))


def test_every_field_has_a_knob_and_the_defaults_are_the_papers():
    assert [field.name for field in fields(XceptionConfig)] == list(knobs(XceptionConfig))
    defaults = XceptionConfig()
    assert (defaults.input_size, defaults.classes, defaults.middle_repeats) == (299, 1000, 8)
    assert defaults == XceptionConfig(
        width=1.0, depth_multiplier=1, middle_convs=3, entry_convs=2, kernel_size=3, segments=None, residual=True,
        intermediate_activation=None, stem_padding="valid", fully_connected=(), dropout=0.0,
    )  # fmt: skip


def test_spellings_of_one_value_give_one_configuration():
    spelled = XceptionConfig(width=1, segments="none", intermediate_activation="none", fully_connected=[100], dropout=0)
    normal = XceptionConfig(fully_connected=(100,))
    assert spelled == normal
    assert hash(spelled) == hash(normal)
    assert isinstance(spelled.width, float)
    assert isinstance(spelled.fully_connected, tuple)


def test_configurations_are_frozen_values_that_differ_in_every_field():
    base = XceptionConfig()
    others = {replace(base, **{field: values[-1]}) for field, values in ACCEPTED.items() if field != "residual"}
    others.add(replace(base, residual=False))
    assert len(others | {base}) == len(ACCEPTED) + 1
    with pytest.raises(FrozenInstanceError):
        base.width = 2.0


def test_inception_v3_begins_at_75_px():
    assert InceptionV3Config(input_size=75).input_size == 75
    with pytest.raises(ConfigError, match="input_size must be a whole number from 75 to 1,024 px, got 74"):
        InceptionV3Config(input_size=74)
