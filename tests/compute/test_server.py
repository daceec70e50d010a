"""A compute server in a process of its own, and several that ask it: clients in this process, and one to be killed."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from explorer.compute.answer import Stopped
from explorer.compute.choice import COMPUTE_VARIABLE, new_compute
from explorer.compute.question import Question
from explorer.compute.server import client as client_module
from explorer.compute.server.client import ComputeClient
from explorer.compute.workers import packing
from explorer.errors import ComputeError, ConfigError
from tests.compute import asked
from tests.compute.test_pool import shared_memory, until

TOP = Path(__file__).parents[2]

ANOTHER = """
import sys, time
from pathlib import Path
from explorer.compute.question import Question
from explorer.compute.server.client import ComputeClient
from tests.compute import asked

path, folder = map(Path, sys.argv[1:])
client = ComputeClient(path)
client.ask(Question(asked.remembers, (("image", "theirs"),), "network", ("theirs", "network")), "a").result()
client.ask(Question(asked.remembers, (("image", "both"),), "network", ("both", "network")), "a").result()
client.ask(Question(asked.many_passes, (folder,), is_long=True), "a").result()
"""
"""A process that asks; to be killed while its last question is under way."""


class Server:
    """A compute server, which can be killed and started anew."""

    def __init__(self, path: Path, compute: str) -> None:
        self.path, self.compute = path, compute
        self.start()

    def start(self) -> None:
        # Where there are no weights workers have nothing to make themselves ready with.
        environment = os.environ | {"XCEPTION_EXPLORER_CACHE": str(self.path.parent / "no weights")}
        command = [sys.executable, "-m", "explorer.compute.server", str(self.path), "--compute", self.compute]
        self.process = subprocess.Popen(command, cwd=TOP, env=environment, stderr=subprocess.PIPE, text=True)

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def started(path: Path, compute: str = "workers:2"):
    server = Server(path, compute)
    try:
        yield server
    finally:
        server.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with started(tmp_path_factory.mktemp("of one user") / "the socket") as server:
        yield server


@pytest.fixture
def clients(server):
    clients = ComputeClient(server.path), ComputeClient(server.path)
    yield clients
    for client in clients:
        client.close()


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_arrays_arrive_whole_and_leave_no_shared_memory(clients, size):
    before = shared_memory()
    sent = np.arange(size, dtype=np.float32)
    for client in clients:
        answer = client.ask(Question(asked.doubled, (sent,))).result()
        np.testing.assert_array_equal(answer["doubled"], 2 * sent)
        assert not answer["doubled"].flags.writeable
    assert shared_memory() == before


def test_what_a_worker_raises_is_raised_here_with_its_words(clients, tmp_path):
    with pytest.raises(ConfigError, match="expected something else, got 5"):
        clients[0].ask(Question(asked.refused, (5,))).result()
    with pytest.raises(LookupError, match="a bug") as raised:
        clients[0].ask(Question(asked.broken, ())).result()
    assert "asked.py" in raised.value.__notes__[0]
    for unsendable in (Question(lambda loaded: 1, ()), Question(asked.unsendable, ())):
        with pytest.raises((AttributeError, RuntimeError, TypeError), match="pickle"):
            clients[0].ask(unsendable).result()
    with pytest.raises(ComputeError, match="ended twice"):
        clients[0].ask(Question(asked.dies, (tmp_path, 2))).result()
    assert clients[0].ask(Question(asked.process, ())).result() > 0


def test_people_of_two_processes_take_turns_and_see_their_place(clients, tmp_path):
    one, other = clients
    first = [one.ask(Question(asked.held, (tmp_path,)), "a") for _ in range(2)]
    until(lambda: len(list(tmp_path.iterdir())) == 2)
    never = one.ask(Question(asked.busy, (tmp_path, 0.1, "never")), "a")
    ones = [one.ask(Question(asked.busy, (tmp_path, 0.1, "one's")), "a") for _ in range(3)]
    until(lambda: ones[-1].before == 3)
    others = other.ask(Question(asked.busy, (tmp_path, 0.1, "other's")), "a")
    until(lambda: (others.before, ones[-1].before) == (1, 4))  # the same name, and yet another person
    never.cancel()
    with pytest.raises(ComputeError, match="cancelled"):
        never.result()
    (tmp_path / "go").touch()
    for answer in (*first, *ones, others):
        answer.result()
    assert [answer.before for answer in ones] == [0, 0, 0]
    (tmp_path / "go").unlink()
    assert sorted(path.name.split(maxsplit=1)[1] for path in tmp_path.iterdir()) == [
        *["held"] * 2,
        *["one's"] * 3,
        "other's",
    ]


def test_a_long_question_tells_how_far_it_is_and_stops(clients, tmp_path):
    answer = clients[0].ask(Question(asked.many_passes, (tmp_path,), is_long=True), "a")
    until(lambda: answer.progress is not None)
    done, total = answer.progress
    assert 0 < done < total == 1000
    answer.cancel()
    with pytest.raises(Stopped):
        answer.result()


def test_what_is_forgotten_goes_once_nobody_shows_it_any_more(clients):
    one, other = clients

    def knows() -> bool:
        return one.ask(Question(asked.knows, (("image", "cat"),), "network"), "a").result()

    for client in clients:
        shown = Question(asked.remembers, (("image", "cat"),), "network", ("cat", "network"))
        client.ask(shown, "a").result()
    one.forget("cat")
    assert knows()
    other.forget("cat")
    other.ask(Question(asked.process, (), "network")).result()
    assert not knows()


def test_what_a_killed_process_asked_is_cancelled_and_what_it_brought_is_forgotten(server, clients, tmp_path):
    theirs, mine = tmp_path / "theirs", tmp_path / "mine"
    theirs.mkdir()
    mine.mkdir()
    shown = Question(asked.remembers, (("image", "both"),), "network", ("both", "network"))
    clients[0].ask(shown, "a").result()
    another = subprocess.Popen([sys.executable, "-c", ANOTHER, str(server.path), str(theirs)], cwd=TOP)
    until(lambda: (theirs / "began").exists(), 60)
    waits = clients[0].ask(Question(asked.many_passes, (mine,), is_long=True), "a")  # one long one at a time
    another.kill()
    another.wait()
    until(lambda: (mine / "began").exists())
    waits.cancel()
    for digest, is_known in (("theirs", False), ("both", True)):
        knows = Question(asked.knows, (("image", digest),), "network")
        until(lambda knows=knows, is_known=is_known: clients[0].ask(knows, "a").result() == is_known)


def test_a_server_that_was_killed_is_replaced_and_asked_once_more(server, clients, tmp_path):
    worker = clients[0].ask(Question(asked.process, ())).result()
    answers = [client.ask(Question(asked.held, (tmp_path,)), "a") for client in clients]
    until(lambda: len(list(tmp_path.iterdir())) == 2)
    server.end(signal.SIGKILL)
    answers.append(clients[0].ask(Question(asked.busy, (tmp_path, 0.1)), "a"))
    unwanted = clients[0].ask(Question(asked.busy, (tmp_path, 0.1)), "a")
    unwanted.cancel()
    with pytest.raises(ComputeError, match="cancelled"):
        unwanted.result()
    server.start()
    until(lambda: len(list(tmp_path.iterdir())) == 4, 60)  # once more
    (tmp_path / "go").touch()
    assert worker not in {answer.result() for answer in answers}
    until(lambda: not Path(f"/proc/{worker}").exists())

    answer = clients[0].ask(Question(asked.sleeps, (60,)), "a")
    for _ in range(2):
        clients[0].ask(Question(asked.process, ())).result()
        server.end(signal.SIGKILL)
        server.start()
    with pytest.raises(ComputeError, match="ended twice"):
        answer.result()
    assert clients[1].ask(Question(asked.process, ())).result() > 0


def test_an_answer_whose_memory_is_gone_is_asked_for_once_more(clients, monkeypatch):
    def gone(packed):
        monkeypatch.undo()
        raise FileNotFoundError(packed.shared)

    monkeypatch.setattr(client_module, "unpack", gone)
    sent = np.zeros(3_000_000, np.float32)
    assert clients[0].ask(Question(asked.doubled, (sent,))).result()["words"] == "two"
    assert client_module.unpack is not gone


def test_answers_of_workers_that_may_be_elsewhere_come_without_shared_memory(clients, tmp_path, monkeypatch):
    seen = []

    def unpack(packed):
        seen.append(packed.shared)
        return packing.unpack(packed)

    monkeypatch.setattr(client_module, "unpack", unpack)
    tmp_path.chmod(0o700)
    with started(tmp_path / "socket", "here"):
        elsewhere = ComputeClient(tmp_path / "socket")
        sent = np.arange(3_000_000, dtype=np.float32)
        for client in (elsewhere, clients[0]):
            answer = client.ask(Question(asked.doubled, (sent,))).result()
            np.testing.assert_array_equal(answer["doubled"], 2 * sent)
        elsewhere.close()
    assert [bool(shared) for shared in seen] == [False, True]


def test_without_a_server_one_is_waited_for_then_it_is_said(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv(COMPUTE_VARIABLE, f"unix:{tmp_path / 'socket'}")
    client = new_compute()
    monkeypatch.setattr(client_module, "PATIENCE_S", 0.2)
    with pytest.raises(ComputeError, match="does not answer"):
        client.ask(Question(asked.process, ())).result()
    tmp_path.chmod(0o755)
    with pytest.raises(ComputeError, match="its user's alone"):
        client.ask(Question(asked.process, ())).result()
    client.close()
    with pytest.raises(ComputeError, match="closed"):
        client.ask(Question(asked.process, ()))
    monkeypatch.setenv(COMPUTE_VARIABLE, f"unix:{'x' * 200}")
    with pytest.raises(ConfigError, match="1 to 100 bytes"):
        new_compute()


def test_a_server_ends_with_its_workers_and_a_second_one_or_an_open_folder_is_refused(tmp_path):
    path = tmp_path / "run" / "socket"
    with started(path) as server:
        client = ComputeClient(path)
        worker = client.ask(Question(asked.process, ())).result()
        with started(path) as second:
            second.process.wait(60)
            assert "Another compute server listens" in second.end()[1]
        answer = client.ask(Question(asked.sleeps, (60,)), "a")
        client.ask(Question(asked.process, ()), "a").result()
        code, said = server.end()
        assert (code, said) == (0, "")
        until(lambda: not Path(f"/proc/{worker}").exists())
        assert not path.exists()
        client.close()
        with pytest.raises(ComputeError):
            answer.result()
    path.parent.chmod(0o755)
    with started(path) as server:
        server.process.wait(60)
        assert "its user's alone" in server.end()[1]
