"""The arithmetic between printed and counted numbers, and the accuracies that stand beside counted costs."""

import json
from pathlib import Path

import pytest

from explorer.arch.sources import TIMM_BENCHMARK, TORCHVISION
from explorer.configuration.registry import NETWORKS, PAPER, PRESETS, graph_of
from explorer.counting.published.accuracy import accuracy_points, without_accuracy
from explorer.counting.published.disagreements.batch_normalization import normalized_channels, normalized_outputs
from explorer.counting.published.disagreements.disagreement import Disagreement, printed
from explorer.counting.published.disagreements.listing import disagreements
from explorer.counting.published.disagreements.mobilenets import follows
from explorer.counting.published.disagreements.multiply_adds import profiler_terms
from explorer.counting.published.paper import training_settings
from explorer.counting.tally import tally
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.mobilenet import KERAS_DOCUMENTATION, SLIM
from explorer.networks.mobilenet import PAPER as MOBILENET_PAPER
from explorer.networks.resnet import ResNet50Config, ResNet152Config

DATA = Path(__file__).parent / "data"
MEASURED = json.loads((DATA / "networks.json").read_text())["networks"]
GOLDEN = json.loads((DATA / "golden_counts.json").read_text())["models"]


def about(words: str) -> Disagreement:
    (found,) = (each for each in disagreements() if words in each.claim)
    return found


def test_every_one_is_complete_and_what_is_not_known_is_called_unknown():
    assert len(disagreements()) == len({each.claim for each in disagreements()}) == 14
    for each in disagreements():
        assert each.source and each.counted and each.arithmetic and each.explanation.endswith(".")
        assert ("nknown" in each.explanation) == (each.verdict != "explained"), each.claim
        assert each.rows is None or {len(row) for row in each.rows.rows} == {len(each.rows.columns)}


def test_the_papers_parameters_are_the_trainable_ones():
    counted = tally(graph_of(PAPER))
    assert counted.params - 2 * normalized_channels(counted) == counted.trainable_params == 22_855_952
    assert about("22,855,952").arithmetic[0] == "22,910,480 = 22,855,952 trainable + 54,528 not"


def test_the_papers_inception_v3_follows_from_no_count():
    found = about("23,626,728")
    assert found.verdict == "unknown"
    # 23,851,784, 23,817,352 and 23,800,136, each less 23,626,728
    assert [line.split(" = ")[1].split(", w")[0] for line in found.arithmetic] == ["225,056", "190,624", "173,408"]
    # 770,776 / 23,626,728; 941,304 / 23,851,784; 961,400 / 23,817,352
    distances = about("within 3.5 %").arithmetic
    assert [percent in line for percent, line in zip(("3.26 %", "3.95 %", "4.04 %"), distances, strict=True)] == [
        True
    ] * 3


def test_of_the_summaries_one_number_fits_in_millions_and_the_other_in_nothing():
    # 23,851,784 / 230,000, / 23,000,000; 22,910,480 / 60,000, / 6,000,000
    assert [line.split(" = ")[1].split(",")[0] for line in about("ten thousand").arithmetic] == [
        "103.70",
        "1.04",
        "381.84",
        "3.82",
    ]


def test_inception_v3_of_keras_and_of_timm_have_the_same_weights():
    counted = tally(graph_of(InceptionV3Config()))
    channels = normalized_channels(counted)
    weights = counted.params - 3 * channels
    assert (channels, weights) == (17_216, 23_800_136)
    assert (
        weights + 2 * channels == MEASURED["inception-v3 (timm, torchvision without the auxiliary tower)"]["trainable"]
    )
    (figure,) = printed("inception-v3", "parameters", "timm")
    assert figure.value == weights + 2 * channels
    assert about("in timm").arithmetic[0].startswith("23,800,136 + 3 × 17,216 = 23,851,784")


@pytest.mark.parametrize(("name", "config"), [("resnet50", ResNet50Config()), ("resnet152", ResNet152Config())])
def test_keras_resnets_have_three_more_for_each_normalized_channel(name, config):
    counted = tally(graph_of(config))
    measured = MEASURED[f"{name} (torchvision)"]
    (figure,) = printed(name, "parameters", TORCHVISION)
    assert counted.params - 3 * normalized_channels(counted) == measured["trainable"] == figure.value
    if name == "resnet50":
        assert 3 * normalized_channels(counted) == 79_680


def test_timms_rule_gives_all_that_it_prints():
    rows = about("8.40 GMACs").rows.rows
    assert len(rows) == sum(bool([*printed(name, "MACs", TIMM_BENCHMARK)]) for name in NETWORKS) == 9
    for name, macs, outputs, total, timm in rows:
        macs, outputs, total = (int(cell.replace(",", "")) for cell in (macs, outputs, total))
        assert total == macs + 2 * outputs and f"{total / 1e9:.2f}" == timm, name
    xception = tally(graph_of(PAPER))
    assert normalized_outputs(xception) == 21_137_152
    assert xception.macs + 2 * normalized_outputs(xception) == 8_399_677_800


def test_torchvisions_gflops_are_multiply_adds():
    found = about("GFLOPS")
    assert found.arithmetic[0].endswith(f"= {MEASURED['resnet50 (torchvision)']['macs']:,}")
    for name, macs, torchvision in found.rows.rows:
        assert f"{int(macs.replace(',', '')) / 1e9:.2f}" == torchvision, name


@pytest.mark.parametrize(
    ("model", "config"),
    [("keras.applications.Xception", PAPER), ("from-scratch", PRESETS["from-scratch"].config)],
)
def test_profiler_counts_what_is_said(model, config):
    profile = next(each["tf_profiler"] for each in GOLDEN if each["model"] == model)
    assert sum(profiler_terms(tally(graph_of(config))).values()) == profile["total_float_ops"]


def test_five_of_slims_sixteen_mobilenets_do_not_follow():
    figures = [*printed("mobilenet", "MACs", SLIM)]
    wrong = {
        (figure.config.alpha, figure.config.input_size)
        for figure in figures
        if not follows(figure.value / 1e6, tally(graph_of(figure.config)).macs)
    }
    assert len(figures) == 16
    assert wrong == {(0.75, 224), (0.75, 192), (0.75, 160), (0.75, 128), (0.25, 192)}
    assert [row[-1] for row in about("317 million").rows.rows].count("no") == 5


def test_the_papers_mobilenets_follow_and_keras_529_does_not():
    for figure in printed("mobilenet", "MACs", MOBILENET_PAPER):
        assert follows(figure.value / 1e6, tally(graph_of(figure.config)).macs), figure
    figures = {figure.config: figure.value for figure in printed("mobilenet", "MACs", KERAS_DOCUMENTATION)}
    wrong = [config for config, macs in figures.items() if not follows(macs / 1e6, tally(graph_of(config)).macs)]
    assert {(config.alpha, figures[config]) for config in wrong} == {(1.0, 529e6)} and len(wrong) == 4


def test_eighteen_comes_of_cutting_off():
    assert [line.split(" px")[0] for line in about("18 × 18").arithmetic] == [
        "299 → 147 → 74 → 37 → 19",
        "147 → 73 → 36 → 18",
    ]


def test_accuracies_are_shares_with_a_source_at_the_cost_of_their_own_configuration():
    points = accuracy_points()
    assert len({(point.config, point.source) for point in points}) == len(points)
    for point in points:
        told = [value for value in (point.top1, point.top5) if value is not None]
        assert told == sorted(told) and told and all(0 < value < 1 for value in told) and point.source
        counted = tally(graph_of(point.config))
        assert (point.params, point.macs) == (counted.params, counted.macs)
    measured = {
        ("MobileNet V1", "alpha 0.75"): MEASURED["mobilenet alpha 0.75"],
        ("Xception-71", ""): MEASURED["xception-71 (timm xception71)"],
        ("Xception", ""): MEASURED["xception (timm legacy_xception, Keras)"],
        ("Inception V3", ""): MEASURED["inception-v3 (Keras)"],
        ("VGG-16", ""): MEASURED["vgg16 (Keras, torchvision)"],
    }
    for point in points:
        known = measured.get((point.network, point.turned))
        assert known is None or (point.params, point.macs) == (known["total"], known["macs"])
    (googlenet,) = (point for point in points if point.network == "Inception V1")
    assert googlenet.config == PRESETS["googlenet-torchvision"].config
    assert without_accuracy() == (
        "Xception from scratch",
        "Lightweight Xception",
        "mini-Xception",
    )


def test_training_settings_as_the_paper_gives_them():
    rows = {setting: on for setting, *on in training_settings().rows}
    assert rows["Optimizer"] == ["SGD", "RMSprop"]
    assert rows["Initial learning rate"] == ["0.045", "0.001"]
    assert rows["Weight decay (L2), Xception"] == ["1 × 10⁻⁵"] * 2
    assert rows["Weight decay (L2), Inception V3"] == ["4 × 10⁻⁵"] * 2
    assert rows["Dropout before the logistic regression"] == ["0.5", "none"]
