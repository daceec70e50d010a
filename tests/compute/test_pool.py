import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from explorer.compute import question as question_module
from explorer.compute.answer import Stopped
from explorer.compute.question import Question
from explorer.compute.workers import packing
from explorer.compute.workers import pool as pool_module
from explorer.compute.workers.pool import WorkerPool
from explorer.compute.workers.process_worker import ProcessWorkers
from explorer.errors import ComputeError, ConfigError
from tests.compute import asked


@pytest.fixture(scope="module")
def pool():
    ensure_running()
    pool = WorkerPool(2, is_warmed=False)
    yield pool
    pool.close()


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def shared_memory() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("psm_*")}


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_arrays_arrive_whole_and_read_only_and_leave_no_shared_memory(pool, size):
    before = shared_memory()
    sent = np.arange(size, dtype=np.float32)
    answer = pool.ask(Question(asked.doubled, (sent,))).result()
    np.testing.assert_array_equal(answer["doubled"], 2 * sent)
    assert answer["words"] == "two"
    assert not answer["doubled"].flags.writeable
    assert shared_memory() == before


def test_what_a_worker_raises_is_raised_here_with_its_words(pool):
    with pytest.raises(ConfigError, match="expected something else, got 5"):
        pool.ask(Question(asked.refused, (5,))).result()
    with pytest.raises(LookupError, match="a bug") as raised:
        pool.ask(Question(asked.broken, ())).result()
    assert "asked.py" in raised.value.__notes__[0]


def test_what_cannot_be_sent_is_the_askers_error_and_the_pool_goes_on(pool):
    with pytest.raises((AttributeError, TypeError), match="pickle"):
        pool.ask(Question(lambda loaded: 1, ())).result()
    with pytest.raises((AttributeError, RuntimeError, TypeError), match="pickle"):
        pool.ask(Question(asked.unsendable, ())).result()
    assert pool.ask(Question(asked.process, ())).result() > 0


def test_where_shared_memory_is_small_arrays_come_through_the_pipe(monkeypatch):
    monkeypatch.setattr(packing.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    sent = {"array": np.arange(1_000_000.0)}
    packed = packing.pack(sent)
    assert not packed.shared
    np.testing.assert_array_equal(packing.unpack(packed)["array"], sent["array"])


def test_two_workers_answer_at_once_and_what_nobody_wants_any_more_is_not_begun(pool, tmp_path):
    first = [pool.ask(Question(asked.busy, (tmp_path, 0.5, "first")), "a") for _ in range(2)]
    until(lambda: len(list(tmp_path.iterdir())) == 2)
    never = pool.ask(Question(asked.busy, (tmp_path, 0.1, "never")), "b")
    last = pool.ask(Question(asked.busy, (tmp_path, 0.1, "last")), "c")
    assert (never.before, last.before) == (0, 1)
    never.cancel()
    assert len({answer.result() for answer in first}) == 2
    last.result()
    with pytest.raises(ComputeError, match="cancelled"):
        never.result()
    assert sorted(path.name.split()[1] for path in tmp_path.iterdir()) == ["first", "first", "last"]


def test_a_long_question_tells_how_far_it_is_stops_and_leaves_its_worker_alive(pool, tmp_path):
    before = {pool.ask(Question(asked.process, (), network)).result() for network in ("p", "q")}
    answer = pool.ask(Question(asked.many_passes, (tmp_path,), is_long=True), "a")
    until(lambda: answer.progress is not None)
    done, total = answer.progress
    assert 0 < done < total == 1000
    answer.cancel()
    assert answer.wait(2.0)
    with pytest.raises(Stopped):
        answer.result()
    assert pool.ask(Question(asked.process, (), "p")).result() in before


def test_a_question_that_its_worker_died_of_is_asked_once_more_then_refused(pool, tmp_path):
    assert pool.ask(Question(asked.dies, (tmp_path, 1))).result() == 1
    (tmp_path / "twice").mkdir()
    with pytest.raises(ComputeError, match="ended twice"):
        pool.ask(Question(asked.dies, (tmp_path / "twice", 2))).result()
    assert pool.ask(Question(asked.process, ())).result() != os.getpid()


def test_workers_killed_under_way_are_noticed_by_nobody(pool, tmp_path):
    with ThreadPoolExecutor(8) as people:
        asks = [
            people.submit(lambda n=n: pool.ask(Question(asked.busy, (tmp_path, 0.3)), str(n)).result())
            for n in range(8)
        ]
        until(lambda: len(list(tmp_path.iterdir())) >= 2)
        killed = pool.processes()
        os.kill(killed[0], signal.SIGKILL)
        assert len([each.result() for each in asks]) == 8
    assert killed[0] not in pool.processes()
    os.kill(pool.processes()[1], signal.SIGKILL)  # while it has nothing to do
    assert pool.ask(Question(asked.process, ())).result() > 0


def test_a_worker_past_the_deadline_is_ended(pool, monkeypatch):
    monkeypatch.setattr(question_module, "SHORT_S", 0.5)
    with pytest.raises(ComputeError, match="took longer than"):
        pool.ask(Question(asked.sleeps, (60,))).result()
    monkeypatch.undo()
    assert pool.ask(Question(asked.process, ())).result() > 0


def test_after_the_end_questions_are_refused_and_no_process_is_left():
    pool = WorkerPool(1, is_warmed=False)
    pool.ask(Question(asked.process, ())).result()
    (process,) = pool.processes()
    waits = pool.ask(Question(asked.sleeps, (0.2,)))
    pool.close()
    with pytest.raises(ComputeError, match="have ended"):
        pool.ask(Question(asked.process, ()))
    assert not Path(f"/proc/{process}").exists()
    assert waits.wait(1.0)


def test_closing_does_not_wait_for_what_computes(tmp_path):
    pool = WorkerPool(1, is_warmed=False)
    answer = pool.ask(Question(asked.busy, (tmp_path, 3000)))
    until(lambda: list(tmp_path.iterdir()))
    pool.close()
    with pytest.raises(ComputeError):
        answer.result()
    assert pool.processes() == []


class NoWorkers:
    """A source that has none at first, as a cluster that cannot be reached."""

    def __init__(self):
        self.processes, self.is_out = ProcessWorkers(1 << 28, is_warmed=False), True

    def start(self):
        if self.is_out:
            raise ComputeError("nothing answers")
        return self.processes.start()

    def close(self):
        self.processes.close()


def test_where_no_worker_can_be_had_who_waits_is_told_so_and_later_ones_are_answered(monkeypatch):
    monkeypatch.setattr(pool_module, "PATIENCE_S", 0.5)
    source = NoWorkers()
    pool = WorkerPool(2, source)
    try:
        with pytest.raises(ComputeError, match="nothing answers"):
            pool.ask(Question(asked.process, ())).result()
        monkeypatch.setattr(pool_module, "PATIENCE_S", 60.0)
        answer = pool.ask(Question(asked.process, ()))
        source.is_out = False
        assert answer.result() > 0
    finally:
        pool.close()
