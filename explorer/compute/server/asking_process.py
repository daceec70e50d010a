"""A process that asks, as the compute server sees it: its open questions, and what is left to tidy up when it dies."""

import pickle
from collections.abc import Callable, Hashable
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

from explorer.compute.answer import Answer
from explorer.compute.choice import Compute
from explorer.compute.keys import brought_parts, mentions
from explorer.compute.server.messages import (
    WELCOME,
    Asked,
    Cancelled,
    Forgotten,
    Received,
    Settled,
    Standing,
    for_workers_elsewhere,
)
from explorer.compute.server.outbox import Outbox
from explorer.compute.workers.packing import Packed, give_back, pack


class AskingProcess:
    """One that is connected."""

    def __init__(
        self,
        number: int,
        connection: Connection,
        compute: Compute,
        forget: Callable[[Hashable], None],
        *,
        are_workers_here: bool,
    ) -> None:
        """One that has connected.

        Args:
            number: Tells its askers from those of others.
            connection: To it.
            compute: Answers.
            forget: Is told what a session of it took along.
            are_workers_here: Whether those who answer have this machine's shared memory.
        """
        self._number = number
        self._connection = connection
        self._compute = compute
        self._forget = forget
        self._are_workers_here = are_workers_here
        self._outbox = Outbox(connection)
        self._outbox.put(pickle.dumps(WELCOME))
        self._lock = Lock()
        self._is_here = True
        self._answers: dict[int, Answer[Packed]] = {}
        self._standings: dict[int, Standing] = {}
        self._handed: dict[int, Packed] = {}
        self._brought: set[Hashable] = set()

    def serve(self) -> None:
        """Answers until it goes."""
        try:
            with suppress(EOFError, OSError):
                while True:
                    self._take(self._connection.recv())
        finally:
            self._outbox.close()

    def tidy_up(self) -> None:
        """Once it has gone: cancels what it asked, frees what it did not receive, forgets what its sessions brought."""
        with self._lock:
            self._is_here = False
            open_answers, handed = list(self._answers.values()), list(self._handed.values())
        for answer in open_answers:
            answer.cancel()
        for packed in handed:
            give_back(packed)
        for part in self._brought:
            self._forget(part)

    def has_brought(self, part: Hashable) -> bool:
        """Whether a session of it may still show `part`."""
        return part in self._brought

    def tell_standings(self) -> None:
        """Tells how its open questions stand, where that has changed."""
        with self._lock:
            answers = list(self._answers.items())
        for ticket, answer in answers:
            standing = Standing(ticket, answer.before, answer.progress)
            with self._lock:
                is_news = ticket in self._answers and self._standings.get(ticket) != standing
                if is_news:
                    self._standings[ticket] = standing
            if is_news:
                self._outbox.put(pickle.dumps(standing))

    def _take(self, message: Any) -> None:
        """What it said."""
        if isinstance(message, Asked):
            self._ask(message)
        elif isinstance(message, Cancelled):
            if (answer := self._answers.get(message.ticket)) is not None:
                answer.cancel()
        elif isinstance(message, Received):
            with self._lock:
                packed = self._handed.pop(message.ticket)
            give_back(packed)
        elif isinstance(message, Forgotten):
            self._brought = {part for part in self._brought if not mentions(part, message.part)}
            self._forget(message.part)

    def _ask(self, message: Asked) -> None:
        question = message.question
        self._brought |= brought_parts(question.network) | brought_parts(question.picture)
        asker = None if message.asker is None else f"{self._number} {message.asker}"
        answer = self._compute.ask(question if self._are_workers_here else for_workers_elsewhere(question), asker)
        with self._lock:
            self._answers[message.ticket] = answer
        answer.then(lambda: self._hand_over(message.ticket, answer))

    def _hand_over(self, ticket: int, answer: Answer[Packed]) -> None:
        """Sends an answer that is here."""
        is_error = False
        try:
            packed = answer.result()
        except BaseException as error:
            packed, is_error = pack(error), True
        with self._lock:
            self._answers.pop(ticket)
            self._standings.pop(ticket, None)
            if is_here := self._is_here:
                self._handed[ticket] = packed
        if is_here:
            self._outbox.put(pickle.dumps(Settled(ticket, packed, is_error)))
        else:
            give_back(packed)
