"""Asking a compute server: what a web process has in place of workers of its own.

When the server ends, its successor is waited for and asked once more what was open. A question that two servers ended
under, and one that finds no server for a while, is refused with a sentence.
"""

import pickle
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Client, Connection
from pathlib import Path
from threading import Condition, Thread
from typing import Any, TypeVar

from explorer.compute.answer import Answer
from explorer.compute.choice import usual_workers
from explorer.compute.question import Question
from explorer.compute.server.address import require_private
from explorer.compute.server.messages import WELCOME, Asked, Cancelled, Forgotten, Received, Settled, Standing, sealed
from explorer.compute.server.outbox import Outbox
from explorer.compute.workers.packing import unpack
from explorer.errors import ComputeError, ConfigError

R = TypeVar("R")

MOST_TRIES = 2

PATIENCE_S = 60.0
"""How long a question waits for a server. A supervisor starts the next one within seconds, on a busy machine later."""

_WELCOME_S = 10.0
"""How long a server may take to accept a connection."""

_LOOK_S = 0.1
"""Time between two looks for a server."""

_CLOSED = "The connection to the workers was closed: start the program again."
_ENDED_TWICE = (
    "The process that computes ended twice while this was asked, perhaps for want of memory: choose a smaller network, "
    "or close what else runs on this machine."
)
_SILENT = (
    "The process that computes does not answer. Try again in a moment; if it stays so, whoever runs this program finds "
    "in its log why."
)


@dataclass(slots=True, eq=False)
class _Open:
    """A question without an answer.

    Attributes:
        message: It, pickled.
        answer: What it was exchanged for.
        tries: To how many servers it was sent.
        lost_at: Since when no server has it, in seconds of a monotonic clock.
        standing: How many go before it.
    """

    message: bytes
    answer: Answer[Any]
    tries: int = 0
    lost_at: float = field(default_factory=time.monotonic)
    standing: int = 0


class ComputeClient:
    """Asks the compute server at a socket. Threads share it."""

    def __init__(self, path: Path) -> None:
        """It is connected to as soon as it is there."""
        self.workers = usual_workers()  # as a server on this machine has, unless it was told otherwise
        self._path = path
        self._changed = Condition()
        self._open: dict[int, _Open] = {}
        self._outbox: Outbox | None = None
        self._tickets = count()
        self._is_open = True
        self._thread = Thread(target=self._run, name="compute client", daemon=True)
        self._thread.start()

    def ask(self, question: Question[R], asker: str | None = None) -> Answer[R]:
        """Sends a question; without an asker it comes after everybody's."""
        answer: Answer[R] = Answer()
        ticket = next(self._tickets)
        try:
            asked = _Open(pickle.dumps(Asked(ticket, sealed(question), asker)), answer)
        except Exception as error:  # a question that cannot be sent: the asker's bug
            answer.settle(error=error)
            return answer
        answer.waits_in(lambda: asked.standing, lambda: self._cancel(ticket))
        with self._changed:
            if not self._is_open:
                raise ComputeError(_CLOSED)
            self._open[ticket] = asked
            self._send(asked)
        return answer

    def forget(self, part: Hashable) -> None:
        """The workers let go of what is known by a key in which `part` stands; a server that has ended has done so."""
        self._say(Forgotten(part))

    def close(self) -> None:
        """Ends the connection; what is open is refused. The server goes on."""
        with self._changed:
            self._is_open = False
            if self._outbox is not None:
                self._outbox.end()
            self._changed.notify_all()
        self._thread.join()
        self._refuse(lambda asked: True, _CLOSED)

    def _say(self, message: object) -> None:
        with self._changed:
            if self._outbox is not None:
                self._outbox.put(pickle.dumps(message))

    def _cancel(self, ticket: int) -> None:
        with self._changed:
            has_server = self._outbox is not None
        if has_server:
            self._say(Cancelled(ticket))
        else:
            self._refuse_unwanted()

    def _send(self, asked: _Open) -> None:
        """Sends it if there is a server. The lock is held."""
        if self._outbox is not None:
            asked.tries += 1
            self._outbox.put(asked.message)

    def _run(self) -> None:
        """What the thread does: finds a server, listens to it, and finds the next one."""
        while (connection := self._connection()) is not None:
            outbox = Outbox(connection)
            with self._changed:
                self._outbox = outbox
                for asked in self._open.values():
                    self._send(asked)
            with suppress(EOFError, OSError):
                while self._is_open:
                    self._take(connection.recv())
            with self._changed:
                self._outbox = None
                for asked in self._open.values():
                    asked.standing, asked.answer.progress, asked.lost_at = 0, None, time.monotonic()
            outbox.close()
            self._refuse(lambda asked: asked.tries >= MOST_TRIES, _ENDED_TWICE)
            self._refuse_unwanted()

    def _connection(self) -> Connection | None:
        """To the server, once there is one; None at the end."""
        while self._is_open:
            try:
                require_private(self._path.parent)
                connection = Client(str(self._path), family="AF_UNIX")
                # The socket of a server that is being killed still takes connections, which nobody accepts.
                if connection.poll(_WELCOME_S) and connection.recv() == WELCOME:
                    return connection
                connection.close()
            except ConfigError as error:
                self._refuse(lambda asked: True, str(error))
            except (EOFError, OSError):
                self._refuse(lambda asked: time.monotonic() - asked.lost_at > PATIENCE_S, _SILENT)
            with self._changed:
                self._changed.wait_for(lambda: not self._is_open, _LOOK_S)
        return None

    def _take(self, message: Standing | Settled) -> None:
        """What the server said.

        Raises:
            OSError: If the shared memory of an answer is not there: it went with the server.
        """
        asked = self._open.get(message.ticket)
        if isinstance(message, Standing):
            if asked is not None:
                asked.standing, asked.answer.progress = message.before, message.progress
            return
        is_error = message.is_error
        try:
            value = unpack(message.packed)
        except OSError:
            raise
        except Exception as error:  # an answer that cannot be taken apart: the asker's bug
            value, is_error = error, True
        self._say(Received(message.ticket))
        with self._changed:
            self._open.pop(message.ticket, None)
        if asked is not None:
            asked.standing = 0
            asked.answer.settle(**{"error" if is_error else "value": value})

    def _refuse_unwanted(self) -> None:
        self._refuse(lambda asked: not asked.answer.is_wanted, "The question was cancelled.")

    def _refuse(self, is_meant: Callable[[_Open], bool], words: str) -> None:
        with self._changed:
            refused = [ticket for ticket, asked in self._open.items() if is_meant(asked)]
            answers = [self._open.pop(ticket).answer for ticket in refused]
        for answer in answers:
            answer.settle(error=ComputeError(words))
