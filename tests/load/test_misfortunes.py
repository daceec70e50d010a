"""What happens to the machine on which people are: the disk is full, files go, the clock is set."""

import ast
import asyncio
import os
import resource
import shutil
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

import explorer
from explorer.model.sources.store import cache_directory
from tests.browser.serving import PROCESSES, served
from tests.load.people.participant import LAYER, Participant, Record
from tests.load.people.person import Person
from tests.load.people.truth import truths
from tests.load.processes import workers

PACKAGE = Path(explorer.__file__).parent
WILD_CLOCK = Path(__file__).parent / "wild_clock"

SAID_WITHOUT_WEIGHTS = {
    "": "Turn the knobs at the side",
    "classify": "The weights of xception/kitchenware are not here yet",
    "explain": "Nobody trained this network",
    "feature_maps": "Nobody trained this network",
}


@pytest.fixture(scope="module")
def truth():
    (truth,) = truths(1, networks=2, lengths=2, layers=1)
    return truth


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache directory of the server's own."""
    folder = tmp_path_factory.mktemp("cache")
    for path in cache_directory().glob("kitchenware*.keras"):
        shutil.copy2(path, folder)
    return folder


@pytest.fixture(scope="module")
def address(cache):
    """A server whose wall clock is set back and forward all the time."""
    with served(XCEPTION_EXPLORER_CACHE=str(cache), PYTHONPATH=str(WILD_CLOCK)) as address:
        yield address


@contextmanager
def full_disk(process, most_bytes):
    """No file that the process writes may be larger."""
    soft, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most_bytes, hard))
    yield
    resource.prlimit(process, resource.RLIMIT_FSIZE, (soft, hard))


def test_no_file_reads_the_wall_clock_but_for_the_date_on_what_is_made():
    found = {path.relative_to(PACKAGE): _clocks(ast.parse(path.read_text())) for path in PACKAGE.rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {Path("clock.py"): {"now", "today"}}


def _clocks(tree):
    """What of `time` and `datetime` a file uses that follows the wall clock."""
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    }
    return (attributes | imported) & {"time", "time_ns", "localtime", "gmtime", "now", "today", "utcnow"}


def test_libraries_bear_a_wild_wall_clock(address, truth):
    record = Record()

    async def look():
        async with Participant(address, truth, record, seed=1) as participant:
            for deed in participant.everything_once():
                await deed

    asyncio.run(look())
    assert record.faults == []
    assert LAYER in record.waits


def test_weights_that_go_are_missed_in_a_sentence_and_answer_again_when_they_are_back(address, truth, cache, tmp_path):
    record = Record()

    async def look():
        async with Participant(address, truth, record, seed=2) as participant, Person(address) as person:
            await participant.go("Classify")
            await participant.bring_photograph()
            shutil.move(cache, tmp_path / "elsewhere")
            for worker in workers(PROCESSES[address]):  # what they hold is no help
                os.kill(worker, signal.SIGKILL)
            for page, words in SAID_WITHOUT_WEIGHTS.items():
                await person.open(f"/{page}?weights=kitchenware")
                assert person.screen.line(words)
                assert person.screen.errors == []
            shutil.move(tmp_path / "elsewhere", cache)
            await participant.go("Explain")
            await participant.look_elsewhere(LAYER)

    asyncio.run(look())
    assert record.faults == []
    assert LAYER in record.waits


def test_a_full_disk_is_said_and_nothing_is_lost(address):
    weights = bytes(300_000)

    async def look():
        async with Person(address) as person:
            await person.open("/classify?middle_repeats=5")
            await person.choose("Weights", "own file")
            with full_disk(PROCESSES[address], 100_000):
                await person.upload("mine.h5", weights)
                assert "could not be kept" in person.screen.errors[0]
                with pytest.raises(requests.HTTPError):
                    await person.put("large.jpg", bytes(3_000_000))
                await person.go("Architecture")
                assert person.screen.below("Parameters") == "18,055,448"
            await person.go("Classify")
            await person.choose("Weights", "own file")
            await person.upload("mine.h5", weights)
            assert "mine.h5 is neither HDF5 nor an archive" in person.screen.errors[0]

    asyncio.run(look())
