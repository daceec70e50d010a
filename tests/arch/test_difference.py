"""Networks held against each other: what is told must follow from the graphs, and add up."""

import inspect
from itertools import product
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.arch import ops
from explorer.arch.graph import Node
from explorer.arch.knobs import Config
from explorer.configuration.registry import NETWORKS, PAPER, PRESETS, graph_of
from explorer.counting.differences.departures import departures
from explorer.counting.differences.difference import Difference, difference, summed
from explorer.counting.differences.sentences.operation_words import changes_words, noun
from explorer.counting.differences.sentences.telling import sentences
from explorer.counting.tally import Tally, tally
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig
from tests.strategies import configs, deterministic

TALLIES: dict[Config, Tally] = {
    config: tally(graph_of(config))
    for config in (
        *(network.config() for network in NETWORKS.values()),
        *(preset.config for preset in PRESETS.values()),
        XceptionConfig(middle_repeats=3, width=0.5, input_size=150),
        XceptionConfig(segments=4, residual=False, middle_convs=1),
        XceptionConfig(intermediate_activation="elu", entry_convs=3, kernel_size=5, fully_connected=(64,), dropout=0.1),
    )
}


def between(first: Config, second: Config) -> Difference:
    return difference(*(TALLIES.get(config) or tally(graph_of(config)) for config in (first, second)))


def told(first: Config, second: Config) -> list[str]:
    return [sentence.text for sentence in sentences(between(first, second))]


def test_rows_and_sentences_of_every_pair_add_up_to_the_difference_of_the_tallies():
    for first, second in product(TALLIES.values(), repeat=2):
        found = difference(first, second)
        whole = (second.params - first.params, second.macs - first.macs)
        assert found.costs == whole
        assert summed([summed([row.costs for row in rows]) for rows in found.by_kind.values()]) == whole
        names = [[layer.node.name for layer in network.layers] for network in (first, second)]
        assert sorted(row.first.node.name for row in found.rows if row.first) == sorted(names[0])
        assert sorted(row.second.node.name for row in found.rows if row.second) == sorted(names[1])
        costs = [sentence.costs for sentence in sentences(found) if sentence.costs is not None]
        assert not costs or summed(costs) == whole
        assert len(costs) <= 12
        assert all(changes_words(row) for row in found.by_kind["changed"])


@deterministic(150)
@given(st.data())
def test_any_two_configurations_of_a_network_are_told_and_add_up(data):
    config = data.draw(st.sampled_from([network.config for network in NETWORKS.values()]))
    first, second = (tally(graph_of(data.draw(configs(config)))) for _ in range(2))
    found = difference(first, second)
    assert found.costs == (second.params - first.params, second.macs - first.macs)
    costs = [sentence.costs for sentence in sentences(found) if sentence.costs is not None]
    assert not costs or summed(costs) == found.costs
    assert bool(found.differing) == (first.graph.nodes != second.graph.nodes)


def test_reversed_swaps_added_and_removed():
    for first, second in product(TALLIES.values(), repeat=2):
        there, back = difference(first, second), difference(second, first)
        for kind, opposite in (("added", "removed"), ("removed", "added"), ("changed", "changed"), ("same", "same")):
            assert {row.layer for row in there.by_kind[kind]} == {
                (row.second or row.first) if kind in ("added", "removed") else row.first
                for row in back.by_kind[opposite]
            }
        assert there.are_akin == back.are_akin


@pytest.mark.parametrize("counted", TALLIES.values(), ids=lambda counted: counted.graph.title)
def test_a_network_does_not_differ_from_itself(counted):
    found = difference(counted, counted)
    assert not found.differing
    assert sentences(found) == ()


def test_the_largest_pair_is_quick():
    first, second = (TALLIES[NETWORKS[name].config()] for name in ("resnet152", "xception-71"))
    started = perf_counter()
    sentences(difference(first, second))
    assert perf_counter() - started < 0.2


def facts(preset: str, *expected: tuple[str, ...]) -> None:
    """Each fact, in words of one sentence, in the order of their weight."""
    found = departures(PRESETS[preset])
    assert len(found) == len(expected) <= 8
    for sentence, words in zip(found, expected, strict=True):
        for word in words:
            assert word in sentence


def test_what_a_preset_departs_from_is_a_preset():
    assert {preset.departs_from for preset in PRESETS.values()} == {None, "paper", "googlenet"}


def test_what_the_tutorial_from_scratch_did():
    facts(
        "from-scratch",
        ("2 shortcut convolutions in block3 and block4", "form a chain beside the main path", "costs nothing"),
        ("ReLU is missing", "block14", "negative values enter the global average", "costs nothing"),
        ("8 ReLUs", "and the addition, one in each of block5 to block12", "can never be negative", "costs nothing"),
        ("2 convolutions in block1", "same padding instead of valid", "150 px instead of 149 and 147 px"),
        ("Other map sizes reach 9 layers",),
        ("The parameter totals are equal; the networks are not: 22,910,480",),
    )
    assert "The input is 259 px instead of 299 px" in departures(PRESETS["from-scratch-259"])[4]


def test_what_the_lightweight_tutorial_did():
    facts(
        "lightweight",
        ("addition of block2 is missing", "shortcut convolution", "no shortcut", "8,704 parameters and 44.86 M MACs"),
        ("31 of 34 batch normalizations", "all but block2_sepconv1_bn, ", "not rescaled", "85,280 parameters fewer"),
        ("2 convolutions in block1", "same padding instead of valid", "150 px instead of 149 and 147 px"),
        ("2 shortcut convolutions in block3 and block4 have a bias", "undoes", "984 parameters more"),
        ("ReLU is added in block2", "never negative", "changes nothing", "costs nothing"),
        ("Other map sizes reach 8 layers",),
        ("22,817,480 parameters instead of 22,910,480",),
    )


def test_what_varies_the_paper_departs_by_its_head():
    assert departures(PRESETS["paper"]) == ()
    jft, kitchenware = (" ".join(departures(PRESETS[name])) for name in ("paper-jft", "kitchenware"))
    assert "2 fully-connected layers of 4,096 units" in jft
    assert "predictions has 17,000 units instead of 1,000" in jft
    assert "a fully-connected layer of 100 units, a ReLU and a dropout layer of rate 0.2" in kitchenware
    assert "The input is 150 px instead of 299 px" in kitchenware
    torchvision = " ".join(departures(PRESETS["googlenet-torchvision"]))
    assert "57 batch normalizations are added" in torchvision
    assert "kernels of 3 × 3 instead of 5 × 5" in torchvision


@pytest.mark.parametrize(
    ("second", "first_words"),
    [
        (XceptionConfig(middle_repeats=5), "3 modules fewer (Middle flow: block10 to block12); 4,855,032 parameters"),
        (XceptionConfig(middle_repeats=9), "A module more (Middle flow: block13); 1,618,344 parameters"),
        (XceptionConfig(residual=False), "12 additions are missing in block2 to block13, with 4 shortcut convolutions"),
        (XceptionConfig(segments=4), "34 separable convolutions in block2 to block14 are replaced by a 3 × 3 "),
        (XceptionConfig(kernel_size=5), "34 separable convolutions in block2 to block14 have kernels of 5 × 5 instead"),
        (
            XceptionConfig(middle_convs=2),
            "Missing in each of block5 to block12: a ReLU, a separable convolution of 728",
        ),
        (XceptionConfig(width=0.5), "2 convolutions, 4 shortcut convolutions and 34 separable convolutions in block1 "),
        (XceptionConfig(classes=6), "The fully-connected layer predictions has 6 units instead of 1,000; 2,036,706 "),
    ],
)
def test_a_turned_knob_is_told_in_its_own_words(second, first_words):
    found = told(PAPER, second)
    assert found[0].startswith(first_words)
    assert len(found) <= 3


def test_a_last_module_is_the_last_whatever_its_number():
    rows = between(PAPER, XceptionConfig(middle_repeats=5)).rows
    answers = {row.first.node.name: row.second and row.second.node.name for row in rows if row.first}
    assert (answers["block13_sepconv1"], answers["block10_sepconv1"]) == ("block10_sepconv1", None)


def test_networks_of_different_families_are_compared_in_their_totals_alone():
    first, last = told(PAPER, NETWORKS["inception-v3"].config())
    assert first.startswith("The networks share little: only 9 layers of 134 and 313")
    assert last.startswith("In all 23,851,784 parameters instead of 22,910,480 (+4.1 %)")
    assert "share little" not in told(*(NETWORKS[name].config() for name in ("resnet50", "resnet152")))[0]


def test_another_image_alone_makes_no_other_network():
    totals = told(MobileNetConfig(), MobileNetConfig(input_size=128))[-1]
    assert totals.startswith("The parameter totals are equal: ")


OPERATIONS = [
    each for each in vars(ops).values()
    if inspect.isclass(each) and issubclass(each, ops.Op) and not inspect.isabstract(each) and each.__name__[0] != "_"
]  # fmt: skip


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each not in (ops.Elementwise, ops.Activation)])
def test_every_operation_has_a_noun(operation):
    assert noun(Node("layer", operation.__new__(operation), (), "flow", "module"))
