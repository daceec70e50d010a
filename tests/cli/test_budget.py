import csv
import io
import json

import pytest

from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.model.budget import BUDGET_VARIABLE
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from tests.quick_rates import quicken


def test_the_frontier_at_224_px(run):
    status, out, err = run("budget", "--max-params", "5e6", "--input-size", "224", "--format", "json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert data["limits"] == {"params": 5_000_000}
    assert data["held"]["input_size"] == 224 and "width" not in data["held"]
    assert [(row["width"], row["middle_repeats"]) for row in data["frontier"]] == [
        (0.65, 0), (0.6, 1), (0.55, 2), (0.5, 4), (0.45, 7), (0.4, 11), (0.35, 15), (0.3, 24), (0.25, 32),
    ]  # fmt: skip
    for row in data["frontier"]:
        config = XceptionConfig(input_size=224, width=row["width"], middle_repeats=row["middle_repeats"])
        counted = tally(graph_of(config))
        assert (row["params"], row["macs"], row["peak_activation_bytes"], row["weight_bytes"]) == (
            counted.params, counted.macs, counted.peak.bytes, counted.weight_bytes,
        )  # fmt: skip
        assert row["params_of_limit"] == counted.params / 5_000_000 <= 1
    assert data["given"]["middle_repeats"] == 8 and not data["given"]["admissible"]


def test_like_another_network_limits_every_quantity_and_limits_of_their_own_go_before(run):
    inception = tally(graph_of(InceptionV3Config()))
    data = json.loads(run("budget", "--like", "inception-v3", "--max-peak-memory", "1GiB", "--format", "json")[1])
    assert data["limits"] == {
        "params": inception.params,
        "macs": inception.macs,
        "peak_activation_bytes": 2**30,
        "weight_bytes": inception.weight_bytes,
    }
    assert json.loads(run("budget", "--max-macs", "inception-v3", "--format", "json")[1])["limits"] == {
        "macs": inception.macs
    }


def test_as_table_and_as_csv(run):
    table = run("budget", "--max-params", "inception-v3")[1]
    assert "At the most 23,851,784 parameters" in table
    assert "22,910,480    96.1 %" in table
    assert "Width multiplier 1, Middle-flow modules 8: admissible" in table
    assert max(map(len, table.splitlines()[2:])) < 140
    rows = list(csv.DictReader(io.StringIO(run("budget", "--max-params", "inception-v3", "--format", "csv")[1])))
    assert {"width": "1.0", "middle_repeats": "8", "params": "22910480"}.items() <= rows[8].items()


def test_nothing_admissible_says_by_how_much(run):
    smallest = tally(graph_of(XceptionConfig(width=0.25, middle_repeats=0))).params
    words = (
        f"Nothing is admissible. Nearest is Width multiplier 0.25, Middle-flow modules 0: {smallest:,} parameters, "
        f"1 more than {smallest - 1:,} (+0.0 %)."
    )
    status, out, err = run("budget", "--max-params", str(smallest - 1))
    assert (status, out, err.strip()) == (1, "", words)
    status, out, err = run("budget", "--max-params", str(smallest - 1), "--format", "json")
    assert (status, json.loads(out)["frontier"], json.loads(out)["nearest"]["params"]) == (1, [], smallest)
    assert run("budget", "--max-params", str(smallest))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "a budget needs a limit, got none: give --like or one of --max-params, "),
        ("--max-params -5", "there is no network, preset or readable file '-5'"),
        ("--max-params 5MiB", "--max-params must be a number above 0 such as 5e6 or 5M"),
        ("--like resnet5", "there is no network, preset or readable file 'resnet5'"),
        ("--network mobilenet --max-params 5M", "MobileNet V1 has no knobs for both: choose Xception."),
        ("--max-params 5M --width 9", "--width must be a number from 0.25 to 2"),
    ],
)
def test_bad_arguments_end_in_a_message_and_status_2(run, arguments, words):
    status, out, err = run("budget", *arguments.split())
    assert (status, out) == (2, "")
    assert words in err


def test_milliseconds_are_predicted_and_say_so(run, monkeypatch):
    quicken(monkeypatch)
    monkeypatch.setenv(BUDGET_VARIABLE, "60 MiB")
    small = ("budget", "--input-size", "71", "--classes", "10", "--max-ms", "10000", "--max-params", "1M")
    status, out, err = run(*small, "--format", "json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert data["limits"] == {"params": 1_000_000, "predicted_ms": 10_000}
    assert data["predicted_ms"]["what"] == "Milliseconds, predicted from layers measured here"
    for row, timed in zip(data["frontier"], data["predicted_ms"]["from"], strict=False):
        assert row["predicted_ms"] > 0 and row["predicted_ms_of_limit"] < 1 and timed["measured_ms"] > 0
    table = run(*small)[1]
    assert "10,000.0 ms predicted" in table and "predicted from layers measured here, in " in table


def test_a_limit_of_time_is_refused_before_anything_is_measured(run):
    status, out, err = run("budget", "--max-ms", "20MiB")
    assert (status, out) == (2, "") and "the limit must be a number above 0 such as 5e6 or 20, got '20MiB'" in err
