"""Workers that are processes of this machine, spawned, so that it works on every system.

Parent and worker talk over a pipe: a question goes in, how far it is comes out, then the answer. `None` asks it to end;
whatever comes while it computes asks it to stop.
"""

import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from explorer.compute.answer import Stopped
from explorer.compute.question import Question
from explorer.compute.workers.answering import reply_to, warm_up
from explorer.compute.workers.worker import Progressed, TookTooLong, WorkerDied

if TYPE_CHECKING:
    from explorer.compute.loaded_networks import LoadedNetworks

_STOP = "stop"
"""Sent while a long question runs: nobody wants the answer any more."""

_GRACE_S = 5.0
"""How long a stopped question has before its worker is ended."""

_LOOK_S = 0.05
"""Time between two looks at whether a running question is still wanted."""

_NICENESS = 5
"""The pages' own process goes first."""


@dataclass(frozen=True, slots=True)
class _Forget:
    """Asks a worker to let go of all that is known by a key in which `part` stands."""

    part: Hashable


class ProcessWorkers:
    """Starts them; they share a private folder for what all of them hold."""

    def __init__(self, most_bytes: int, *, is_warmed: bool) -> None:
        """Nothing is started yet.

        Args:
            most_bytes: What the networks that each keeps, and what pictures leave in them, may take.
            is_warmed: Whether each makes itself ready before anybody asks.
        """
        self._most_bytes = most_bytes
        self._is_warmed = is_warmed
        self._context = multiprocessing.get_context("spawn")
        self._folder = TemporaryDirectory(prefix="xception-explorer-", ignore_cleanup_errors=True)

    def start(self) -> "ProcessWorker":
        """A new one."""
        _block_interrupts()
        return ProcessWorker(self._context, self._most_bytes, self._is_warmed, Path(self._folder.name))

    def close(self) -> None:
        """Removes what they shared."""
        self._folder.cleanup()


class ProcessWorker:
    """A worker's process, seen from its parent."""

    is_ready = True  # what is sent while it starts waits in the pipe

    def __init__(self, context: Any, most_bytes: int, is_warmed: bool, shared: Path) -> None:
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, most_bytes, is_warmed, shared), daemon=True)
        self._process.start()
        self.started_at = time.monotonic()
        theirs.close()  # so that the pipe ends when the worker does

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return bool(self._process.is_alive())

    @property
    def process_id(self) -> int:
        """Of the process."""
        return int(self._process.pid)

    def ask(self, question: Question[Any], told: Callable[[Progressed], None], is_wanted: Callable[[], bool]) -> Any:
        """Its answer; see `explorer.compute.workers.worker.Worker`."""
        deadline = time.monotonic() + question.deadline_s
        stopped = False
        try:
            self._pipe.send(question)
            while True:
                if self._pipe.poll(_LOOK_S if question.is_long and not stopped else deadline - time.monotonic()):
                    message = self._pipe.recv()
                    if not isinstance(message, Progressed):
                        break
                    told(message)
                elif time.monotonic() >= deadline:
                    self._kill()
                    raise TookTooLong
                if question.is_long and not stopped and not is_wanted():
                    self._pipe.send(_STOP)
                    stopped = True
                    deadline = min(deadline, time.monotonic() + _GRACE_S)
        except (EOFError, OSError) as error:
            self._kill()
            raise WorkerDied from error
        return message.value()

    def forget(self, parts: list[Hashable]) -> None:
        """It lets go of what is known by them."""
        try:
            for part in parts:
                self._pipe.send(_Forget(part))
        except OSError:
            self._kill()

    def end(self) -> None:
        """Asks it to end, and ends it if it does not."""
        with suppress(OSError):
            self._pipe.send(None)
        self._process.join(1.0)
        self._kill()

    def kill(self) -> None:
        """Ends the process, from any thread."""
        self._process.kill()

    def _kill(self) -> None:
        self.kill()
        self._process.join()
        self._pipe.close()


def _block_interrupts() -> None:
    """In this thread, and in the workers that it starts, from their first moment: Ctrl-C is not their business."""
    if hasattr(signal, "pthread_sigmask"):  # not on Windows
        from multiprocessing.resource_tracker import ensure_running

        ensure_running()  # at its own start it would lift the block
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _serve(pipe: Connection, most_bytes: int, is_warmed: bool, shared: Path) -> None:
    """What the process does: answers until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business, which closes the pipe
    with suppress(OSError, AttributeError):  # not on Windows
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, args=(shared,), daemon=True).start()
    from explorer.compute.keys import mentions
    from explorer.compute.loaded_networks import LoadedNetworks
    from explorer.compute.mapped_values import MappedValues

    def look() -> None:
        if pipe.poll():
            if pipe.recv() is None:
                raise EOFError
            raise Stopped

    def tell(done: int, total: int) -> None:
        pipe.send(Progressed(done, total))

    loaded = LoadedNetworks(lambda: most_bytes, MappedValues(shared))
    if is_warmed:
        threading.Thread(target=_warm_up, args=(loaded,), daemon=True).start()
    with suppress(EOFError, OSError):
        while (message := pipe.recv()) is not None:
            if isinstance(message, _Forget):
                loaded.forget(lambda key, part=message.part: mentions(key, part))  # type: ignore[misc]
            elif isinstance(message, Question):
                pipe.send(reply_to(message, loaded, look=look, tell=tell, passed_on=(EOFError,)))
    parent = parent_process()
    if parent is not None and not parent.is_alive():
        _end_with_parent(shared)  # here too, for the end of this thread would cut that one off


def _end_with_parent(shared: Path) -> None:
    """Whatever is computed when the parent is killed is for nobody, and nobody else removes the folder."""
    if (parent := parent_process()) is not None:
        parent.join()
        shutil.rmtree(shared, ignore_errors=True)
        os._exit(1)


def _warm_up(loaded: "LoadedNetworks") -> None:
    from explorer.configuration.registry import DEFAULT_NETWORK
    from explorer.model.sources.store import available

    for source in available(DEFAULT_NETWORK)[:1]:
        warm_up(loaded, source)
