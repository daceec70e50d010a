import json
import os
import subprocess
import sys

import pytest

from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.errors import BudgetError, ConfigError
from explorer.model.budget import BUDGET_VARIABLE, build_estimate, memory_budget, require
from explorer.model.keras_model.build import build
from explorer.networks.xception import XceptionConfig

SMALL = XceptionConfig(input_size=71, width=0.25, middle_repeats=0)

# Growth of a fresh process, so that nothing freed by other tests is used again.
GROWTH = """
import json, os
import keras
from explorer.networks.xception import XceptionConfig
from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.model.budget import build_estimate
from explorer.model.keras_model.build import build

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

build(graph_of(XceptionConfig(input_size=71, width=0.25, middle_repeats=0)))
graph = graph_of(XceptionConfig(fully_connected=(8192, 4096), middle_repeats=2))
before = resident()
model = build(graph)
print(json.dumps({"growth": resident() - before, "estimate": build_estimate(tally(graph))}))
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, 4 * 2**30),
        ("", 4 * 2**30),
        ("1000000", 1_000_000),
        ("4096 B", 4096),
        ("512MiB", 512 * 2**20),
        (" 1.5 gib ", 3 * 2**29),
        ("64KiB", 2**16),
        ("2TiB", 2**41),
    ],
)
def test_the_budget_is_a_number_of_bytes_or_a_size_with_its_unit(monkeypatch, text, expected):
    if text is None:
        monkeypatch.delenv(BUDGET_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(BUDGET_VARIABLE, text)
    assert memory_budget() == expected


@pytest.mark.parametrize("text", ["much", "-1", "0", "0.4", "4 GB", "1e9", "nan", "inf", "GiB", "1 2", "9" * 400])
def test_what_is_no_size_is_refused(monkeypatch, text):
    monkeypatch.setenv(BUDGET_VARIABLE, text)
    with pytest.raises(
        ConfigError, match=f"{BUDGET_VARIABLE} must be a number of bytes or a size .* got '{text[:40]}'"
    ):
        memory_budget()


def test_the_budget_is_the_last_size_that_passes(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, "1 GiB")
    require(2**30, "Building")
    with pytest.raises(BudgetError, match=rf"^Building may take 1.0 GiB .* estimate is 1.5 GiB: .* {BUDGET_VARIABLE}"):
        require(3 * 2**29, "Building")


def test_building_is_refused_before_it_begins(monkeypatch):
    estimate = build_estimate(tally(graph_of(SMALL)))
    monkeypatch.setenv(BUDGET_VARIABLE, str(estimate - 1))
    monkeypatch.setitem(sys.modules, "keras", None)  # importing Keras would fail
    with pytest.raises(BudgetError, match=r"make the network smaller"):
        build(graph_of(SMALL))


def test_the_largest_configuration_is_refused_by_default(monkeypatch):
    monkeypatch.delenv(BUDGET_VARIABLE, raising=False)
    largest = XceptionConfig(
        input_size=1024, width=2.0, middle_repeats=32, middle_convs=6, entry_convs=4, kernel_size=7,
        depth_multiplier=4, segments=1, classes=20_000, fully_connected=(8192, 8192, 8192),
    )  # fmt: skip
    with pytest.raises(BudgetError):
        build(graph_of(largest))


def test_the_estimate_is_an_upper_bound_but_no_wild_one():
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", BUDGET_VARIABLE: "8GiB"}
    done = subprocess.run([sys.executable, "-c", GROWTH], env=environment, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)
    assert measured["growth"] <= measured["estimate"] <= 2 * measured["growth"]
