"""Workers on a cluster of Ray. A cluster of two nodes on this machine, the second without weights, is what is asked."""

import time
from dataclasses import replace

import numpy as np
import pytest

from explorer.arch.places.taps import last_tap
from explorer.compute import answers
from explorer.compute.in_process import InProcess
from explorer.compute.on_ray import cluster as cluster_module
from explorer.compute.on_ray.cluster import Asked, RayPool
from explorer.compute.question import Question
from explorer.configuration.registry import graph_of
from explorer.model.sources.known import WeightsFile
from explorer.model.sources.store import CACHE_VARIABLE
from explorer.networks.xception import KITCHENWARE
from explorer.vision.look import Look
from explorer.vision.methods.target import Target
from explorer.vision.pictures.picture import picture
from explorer.vision.pictures.samples import SAMPLES
from explorer.vision.results import Prediction
from tests.compute import asked
from tests.compute.test_pool import until

STORE_BYTES = 150 << 20


@pytest.fixture(scope="module")
def ray_cluster(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")  # else Ray leaves a token in the home directory
        from ray.cluster_utils import Cluster

        cluster = Cluster()
        add = dict(num_cpus=1, object_store_memory=STORE_BYTES, memory=cluster_module.BYTES_EACH)
        cluster.add_node(include_dashboard=False, **add)
        caches = [tmp_path_factory.mktemp("caches") / name for name in ("second", "third")]
        cluster.more = lambda number: cluster.add_node(env_vars={CACHE_VARIABLE: str(caches[number])}, **add)
        cluster.caches = caches
        cluster.second = cluster.more(0)
        yield cluster
        cluster.shutdown()


def looks(source, count):
    config = source.config if not isinstance(source, WeightsFile) else KITCHENWARE.config
    for number in range(count):
        sample = SAMPLES[number % len(SAMPLES)]
        yield Look(
            picture(sample.name, sample.file.read_bytes()), replace(config, middle_repeats=8 - number // 2), source
        )


def questions(source, count, folder):
    """Pairs: about an answer and a map of so many networks, each asked by a worker's way and by this process'."""
    for look in looks(source, count):
        tap = last_tap(graph_of(look.config))
        for what in ((answers.prediction, look), (answers.heat_map, look, "grad-cam", tap, Target(1))):
            yield (
                Question(asked.begun, (folder, *what), (look.config, source), look.key),
                Question(*(what[0], what[1:])),
            )


def assert_same(answer, true):
    name = "logits" if isinstance(true, Prediction) else "signed"
    np.testing.assert_array_equal(getattr(answer, name), getattr(true, name))
    assert np.ptp(getattr(answer, name)) > 0
    assert answer.provenance == true.provenance


def test_nodes_answer_as_this_process_does_and_one_that_is_lost_is_not_noticed(ray_cluster, tmp_path, capfd):
    pool = RayPool(Asked(ray_cluster.address, None), 4, is_warmed=False)
    here = InProcess()
    try:
        until(lambda: len(pool.processes()) == 2, 60)
        asks = [
            (pool.ask(there, str(number)), true)
            for number, (there, true) in enumerate(questions(KITCHENWARE, 4, tmp_path))
        ]
        until((tmp_path / "second").exists, 60)
        until((ray_cluster.caches[0] / KITCHENWARE.file_name).exists, 60)  # the weights travelled
        (tmp_path / "second").unlink()
        until((tmp_path / "second").exists, 60)
        ray_cluster.remove_node(ray_cluster.second, allow_graceful=False)
        start = time.monotonic()
        for answer, true in asks:
            assert_same(answer.result(), here.ask(true).result())
        print(time.monotonic() - start)
        until(lambda: len(pool.processes()) == 1, 60)
        ray_cluster.more(1)
        until(lambda: len(pool.processes()) == 2, 60)
        print(time.monotonic() - start)
    finally:
        pool.close()
