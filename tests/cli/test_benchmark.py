import json

import pytest

from tests.quick_rates import quicken

SMALL = ("benchmark", "--input-size", "79", "--width", "0.25", "--middle-repeats", "0", "--runs", "3")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    quicken(monkeypatch)


def test_as_table(run):
    status, out, err = run(*SMALL, "--batch", "2")
    assert (status, err) == (0, "")
    for words in (
        "2 images in a pass",
        "3 passes after 3",
        "Depthwise",
        "Other: between layers",
        "100.0 %",
        "Slowest layers",
        "MACs per byte",
        "float32, random weights",
        "on this machine: nothing is said of others",
    ):
        assert words in out


def test_as_json_once_for_each_batch(run):
    status, out, err = run(*SMALL, "--batch", "2", "--batch", "1", "--batch", "2", "--format", "json")
    assert (status, err) == (0, "")
    two, one = json.loads(out)
    assert (two["batch"], one["batch"]) == (2, 1)
    assert two["whole"]["macs"] == 2 * one["whole"]["macs"]
    assert {layer["name"] for layer in two["layers"]} == {layer["name"] for layer in one["layers"]}


def test_bad_numbers_end_in_a_message_and_status_2(run):
    assert run(*SMALL, "--batch", "0") == (2, "", "Error: batch must be a number from 1 to 64, got 0\n")
    assert run(*SMALL[:-1], "1")[::2] == (2, "Error: runs must be a number from 3 to 200, got 1\n")
