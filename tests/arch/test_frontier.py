"""Budgets against the definition: every network counted by itself, every pair of settings compared."""

from dataclasses import replace

import pytest

from explorer.arch.knobs import Decimal, knobs
from explorer.configuration.registry import NETWORKS, PAPER, graph_of
from explorer.counting.frontier import Plane, Setting, plane_of, setting_of
from explorer.counting.limits import QUANTITIES, limit, limit_named, limits_of
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig

PARAMS, MACS, PEAK, WEIGHTS = QUANTITIES
INCEPTION = limits_of(InceptionV3Config())
LIMITS = (
    {PARAMS: 5_000_000},
    {MACS: INCEPTION[MACS]},
    {PEAK: INCEPTION[PEAK]},
    {WEIGHTS: 20 * 2**20},
    INCEPTION,
    {PARAMS: 22_910_480},  # exactly the paper's
    {PARAMS: 22_910_479},
    {PARAMS: 1},
    {PARAMS: 10**12},
)
OTHERS = (
    XceptionConfig(segments=16, input_size=150, classes=7),  # parameters do not grow with width alone
    XceptionConfig(residual=False, intermediate_activation="elu", middle_convs=1, stem_padding="same"),
    XceptionConfig(input_size=32, entry_convs=4, kernel_size=7, depth_multiplier=3, fully_connected=(4096,)),
)


def counted(config: XceptionConfig) -> dict[str, int]:
    whole = tally(graph_of(config))
    return {
        "params": whole.params,
        "macs": whole.macs,
        "peak_activation_bytes": whole.peak.bytes,
        "weight_bytes": whole.weight_bytes,
    }


def costs(setting: Setting) -> dict[str, float]:
    return {quantity.name: cost for quantity, cost in setting.costs.items()}


def places(settings: tuple[Setting, ...]) -> list[tuple[float, int]]:
    return [(setting.width, setting.repeats) for setting in settings]


def every(plane: Plane) -> list[Setting]:
    return [setting for row in plane.settings for setting in row]


def by_definition(costs_at: dict[tuple[float, int], dict[str, float]], limits: dict) -> list[tuple[float, int]]:
    """The admissible places than which no other has as much of both."""
    admissible = [
        place for place, costs in costs_at.items() if all(costs[q.name] <= most for q, most in limits.items())
    ]
    return sorted(
        (
            (width, repeats)
            for width, repeats in admissible
            if not any(w >= width and r >= repeats and (w, r) != (width, repeats) for w, r in admissible)
        ),
        key=lambda place: place[1],
    )


def test_every_setting_counted_by_itself_gives_the_same_frontiers():
    plane = plane_of(replace(PAPER, width=0.3, middle_repeats=5))
    counts = {
        (width, repeats): counted(replace(PAPER, width=width, middle_repeats=repeats))
        for width in [round(0.25 + 0.05 * step, 2) for step in range(36)]
        for repeats in range(33)
    }
    assert {(each.width, each.repeats): costs(each) for each in every(plane)} == counts
    for limits in LIMITS:
        assert places(plane.frontier(limits)) == by_definition(counts, limits)


@pytest.mark.parametrize("base", OTHERS)
def test_with_other_knobs_turned(base):
    plane = plane_of(base)
    for repeats in (0, 1, 2, 3, 32):
        for setting in plane.settings[repeats][repeats % 4 :: 7]:
            config = plane.config(setting)
            assert config == replace(base, width=setting.width, middle_repeats=repeats)
            assert costs(setting) == costs(setting_of(config)) == counted(config)
    counts = {(each.width, each.repeats): costs(each) for each in every(plane)}
    for limits in LIMITS:
        assert places(plane.frontier(limits)) == by_definition(counts, limits)
        for widest in plane.widest(limits):
            wider = [each for each in plane.settings[widest.repeats] if each.width > widest.width]
            assert widest.keeps(limits) and not any(each.keeps(limits) for each in wider)


def test_a_wider_network_can_have_fewer_parameters():
    params = [setting.costs[PARAMS] for setting in plane_of(OTHERS[0]).settings[8]]
    assert params != sorted(params)


def test_nothing_and_everything_is_admissible():
    plane = plane_of(PAPER)
    assert plane.frontier({PARAMS: 1}) == plane.widest({PARAMS: 1}) == ()
    assert plane.admissible({PARAMS: 1}) == 0
    assert places((plane.nearest({PARAMS: 1}),)) == [(0.25, 0)]
    assert places(plane.frontier({PARAMS: 10**12})) == [(2.0, 32)]
    assert plane.admissible({PARAMS: 10**12}) == 36 * 33


def test_a_second_time_nothing_is_counted(monkeypatch):
    plane = plane_of(PAPER)
    monkeypatch.setattr("explorer.counting.frontier.tally", None)
    assert plane_of(replace(PAPER, width=0.33, middle_repeats=0)) is plane


def test_networks_name_the_knobs_that_they_have():
    for network in NETWORKS.values():
        fields = knobs(network.config)
        assert network.width is None or isinstance(fields[network.width], Decimal)
        assert network.repeats is None or network.repeats.knob in fields
    with pytest.raises(ConfigError, match=r"MobileNet V1 has no knobs for both: choose Xception\."):
        plane_of(MobileNetConfig())


@pytest.mark.parametrize(
    ("quantity", "text", "value"),
    [
        (PARAMS, "5e6", 5_000_000),
        (PARAMS, " 5 m", 5_000_000),
        (PARAMS, "5,000,000", 5_000_000),
        (PARAMS, "4.35e8", 435_000_000),
        (PARAMS, ".5k", 500),
        (PARAMS, "0.0015k", 1.5),
        (MACS, "8.4G", 8_400_000_000),
        (PEAK, "20MB", 20_000_000),
        (PEAK, "20MiB", 20 * 2**20),
        (PARAMS, "xception", 22_910_480),
        (MACS, "inception-v3", 5_713_216_096),
        (PARAMS, '{"width": 1, "classes": 1000}', 22_910_480),
    ],
)
def test_limits_are_numbers_or_networks(quantity, text, value):
    assert limit_named(quantity, text) == value
    if text.strip()[0] in ".0123456789":
        assert limit(quantity, text) == value


@pytest.mark.parametrize("text", ["0", "5MiB", "5,5", "1e999999999", "5 or 6", "1" * 60, "٥"])
def test_other_limits_are_refused_in_words(text):
    with pytest.raises(ConfigError, match="--max-params must be a number above 0 such as 5e6 or 5M, or name a"):
        limit_named(PARAMS, text)
    with pytest.raises(ConfigError, match="the limit must be a number above 0 such as 5e6 or 5M, got "):
        limit(PARAMS, text)


@pytest.mark.parametrize("text", ["", "-5", "nan", "inf", "resnet5"])
def test_names_of_nothing_are_refused_in_words(text):
    with pytest.raises(ConfigError, match="no network, preset or readable file"):
        limit_named(PARAMS, text)
    with pytest.raises(ConfigError, match="the limit must be a number"):
        limit(PARAMS, text)
