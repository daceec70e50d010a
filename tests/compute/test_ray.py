"""Workers on a cluster of Ray: nodes on this machine; all but the first begin with an empty cache directory."""

import subprocess
import sys
from dataclasses import replace
from shutil import copyfile, rmtree

import numpy as np
import pytest

from explorer.arch.places.taps import last_tap
from explorer.compute import answers
from explorer.compute.answer import Stopped
from explorer.compute.choice import new_compute
from explorer.compute.in_process import InProcess
from explorer.compute.on_ray import cluster as cluster_module
from explorer.compute.on_ray import same_program
from explorer.compute.on_ray.cluster import Asked, RayPool, parse
from explorer.compute.question import Question
from explorer.configuration.registry import graph_of
from explorer.errors import ComputeError, ConfigError, WeightsError
from explorer.model.sources.known import WeightsFile
from explorer.model.sources.store import CACHE_VARIABLE, path_of
from explorer.networks.xception import KITCHENWARE
from explorer.vision.look import Look
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES
from tests.compute import asked
from tests.compute.test_pool import until

PATIENCE_S = 90.0
NODE = {"num_cpus": 1, "object_store_memory": 150 << 20, "memory": cluster_module.BYTES_EACH}


class Nodes:
    """A cluster. The first node, which has the weights, is the one that this process talks to."""

    def __init__(self, folder):
        from ray.cluster_utils import Cluster

        self.cluster = Cluster()
        self.cluster.add_node(include_dashboard=False, **NODE)
        self.folder = folder
        self.second = self.add("second")

    def add(self, name):
        # What the actors of a node share lies with the test's own files: a node that is killed cannot remove it.
        folders = {CACHE_VARIABLE: str(self.folder / name), "TMPDIR": str(self.folder)}
        return self.cluster.add_node(env_vars=folders, **NODE)

    def new_pool(self):
        return RayPool(Asked(self.cluster.address, None), 4, is_warmed=False)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")  # else Ray leaves a token in the home directory
        nodes = Nodes(tmp_path_factory.mktemp("caches"))
        yield nodes
        nodes.cluster.shutdown()


# This process talks to one cluster at a time: first what ends without one, then the tests that share a pool.


def test_nodes_of_another_version_are_refused(nodes, monkeypatch):
    other = replace(same_program.program(), version="0.0.9")
    monkeypatch.setattr(same_program, "_program", lambda: other)
    with pytest.raises(ComputeError, match=r"in this version\. .*explorer 0\.1\.0 is there, 0\.0\.9 here"):
        nodes.new_pool()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ray", Asked("local", None)),
        ("ray?workers=3", Asked("local", 3)),
        ("ray:auto", Asked("auto", None)),
        ("ray:head.example:6379?workers=40", Asked("head.example:6379", 40)),
        ("ray:[2001:db8::1]:6379", Asked("[2001:db8::1]:6379", None)),
        ("ray://head.example:10001", Asked("ray://head.example:10001", None)),
        *((text, None) for text in ("rays", "ray:", "ray:head", "ray?workers=0", "ray://head", "ray:1")),
    ],
)
def test_what_is_asked_of_ray_is_understood_or_refused(text, meant, monkeypatch):
    assert parse(text) == meant
    if meant is None:
        monkeypatch.setenv("XCEPTION_EXPLORER_COMPUTE", text)
        with pytest.raises(ConfigError, match="must be"):
            new_compute()


@pytest.mark.parametrize("address", ["ray:127.0.0.1:1", "ray://127.0.0.1:1"])
def test_a_cluster_that_is_not_there_is_said_to_be(address, monkeypatch):
    monkeypatch.setenv("XCEPTION_EXPLORER_COMPUTE", address)
    with pytest.raises(ComputeError, match=r"No cluster of Ray answers at .*127\.0\.0\.1:1: start one with"):
        new_compute()


@pytest.fixture(scope="module")
def pool(nodes):
    """Workers on the nodes; to start them takes longer than what they are asked."""
    pool = nodes.new_pool()
    yield pool
    pool.close()


def questions(source, count, folder=None):
    """About answers and maps of so many networks; with a folder they tell there on which node they began."""
    for number in range(count):
        sample = SAMPLES[number % len(SAMPLES)]
        config = replace(KITCHENWARE.config, middle_repeats=8 - number)
        look = Look(picture(sample.name, sample.file.read_bytes()), config, source)
        tap = last_tap(graph_of(config))
        for function, *further in ((answers.prediction,), (answers.heat_map, "grad-cam", tap, Target(1))):
            arguments = (look, *further)
            if folder is not None:
                function, arguments = asked.begun, (folder, f"{number}-{function.__name__}", function, *arguments)
            yield Question(function, arguments, (config, source), look.key)


def assert_same(answer, true):
    name = "logits" if hasattr(true, "logits") else "signed"
    np.testing.assert_array_equal(getattr(answer, name), getattr(true, name))
    assert np.ptp(getattr(answer, name)) > 0
    assert answer.provenance == true.provenance


def test_nodes_answer_as_this_process_does_and_nobody_notices_that_one_is_lost(nodes, pool, tmp_path):
    here, held = InProcess(), tmp_path / "held"
    held.mkdir()

    def begun_on(node):
        return [path.name.split()[1] for path in held.glob(f"{node} *")]

    until(lambda: len(pool.processes()) == 2, PATIENCE_S)
    asks = [pool.ask(question, str(n)) for n, question in enumerate(questions(KITCHENWARE, 4, tmp_path))]
    travelled = nodes.folder / "second" / KITCHENWARE.file_name
    until(travelled.exists, PATIENCE_S)
    assert travelled.read_bytes() == path_of(KITCHENWARE).read_bytes()
    (held / "wait").touch()
    asks += [pool.ask(question, str(n)) for n, question in enumerate(questions(KITCHENWARE, 4, held))]
    until(lambda: begun_on("second"), PATIENCE_S)
    (under_way,) = begun_on("second")
    nodes.cluster.remove_node(nodes.second, allow_graceful=False)
    (held / "wait").unlink()
    true = [here.ask(question).result() for question in questions(KITCHENWARE, 4)]
    for answer, expected in zip(asks, true * 2, strict=True):
        assert_same(answer.result(), expected)
    assert under_way in begun_on("first")
    until(lambda: len(pool.processes()) == 1, PATIENCE_S)
    nodes.add("third")
    until(lambda: len(pool.processes()) == 2, PATIENCE_S)


def test_a_file_of_ones_own_is_known_to_nodes_by_its_content_until_its_session_ends(pool, tmp_path):
    session = tmp_path / "session"
    session.mkdir()
    source = WeightsFile(session / "mine.keras", class_names=KITCHENWARE_NAMES)
    copyfile(path_of(KITCHENWARE), source.path)
    (question, _), here = questions(source, 1), InProcess()
    assert_same(pool.ask(question).result(), here.ask(question).result())
    source.path.unlink()
    assert pool.ask(question).result().top[0].label in KITCHENWARE_NAMES  # a network that is held needs no file
    rmtree(session)
    pool.forget(session)
    for _ in range(2):
        with pytest.raises(WeightsError, match=r"mine\.keras could not be read on the machine that asks"):
            pool.ask(question).result()


KITCHENWARE_NAMES = ("a", "b", "c", "d", "e", "f")


def test_errors_progress_and_the_end_of_a_long_question_travel_too(pool, tmp_path):
    with pytest.raises(ConfigError, match="expected something else, got 5"):
        pool.ask(Question(asked.refused, (5,))).result()
    with pytest.raises((AttributeError, RuntimeError, TypeError), match="pickle"):
        pool.ask(Question(asked.unsendable, ())).result()
    large = np.arange(500_000.0)
    answer = pool.ask(Question(asked.doubled, (large,))).result()["doubled"]
    np.testing.assert_array_equal(answer, 2 * large)
    assert not answer.flags.writeable
    long = pool.ask(Question(asked.many_passes, (tmp_path,), is_long=True), "a")
    until(lambda: long.progress is not None, PATIENCE_S)
    assert 0 < long.progress[0] < long.progress[1] == 1000
    workers = pool.processes()
    long.cancel()
    with pytest.raises(Stopped):
        long.result()
    assert set(workers) <= set(pool.processes())  # the second may have got ready meanwhile
    assert pool.ask(Question(asked.dies, (tmp_path, 1))).result() == 1


ASKS_ONE = """
import sys
from explorer.compute.choice import new_compute
from explorer.compute.question import Question
from tests.compute import asked

compute = new_compute()
print(compute.ask(Question(asked.dies, (sys.argv[1], 1))).result())
compute.close()
"""


def test_a_cluster_that_is_started_here_writes_nothing_among_the_answers(nodes, tmp_path, monkeypatch):
    monkeypatch.setenv("XCEPTION_EXPLORER_COMPUTE", "ray?workers=1")
    command = [sys.executable, "-W", "error", "-c", ASKS_ONE, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stdout) == (0, "1\n"), ended.stderr
