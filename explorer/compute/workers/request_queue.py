"""Who is answered next, and by which worker: short questions before long ones, askers in turn, where the network lives.

Only bookkeeping, without processes and clocks of its own; the caller holds a lock.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from explorer.compute.question import Question

_FOR_NETWORK_S = 0.5
"""How long a question waits for a busy worker that holds its network before another one loads it too."""

_FOR_PICTURE_S = 0.1
"""Likewise for one that holds what the picture left in it, which takes another a pass."""

_REMEMBERED = 64
"""Networks, and as many pictures, that a worker is thought to hold."""


@dataclass(slots=True, eq=False)
class Request:
    """A question that waits or runs.

    Attributes:
        question: What is asked.
        asker: Who asks: a session. None comes after everybody.
        asked_at: When, in seconds of a monotonic clock.
        ticket: Counts all requests.
        tries: How many workers died of it.
    """

    question: Question[Any]
    asker: str | None
    asked_at: float
    ticket: int
    tries: int = 0


@dataclass(slots=True, eq=False)
class Seat:
    """What is known of a worker: what it lately worked with, and what it does now.

    Attributes:
        running: What it does now.
        known: What it lately worked with.
        has_worker: Whether there is a worker; not while a lost one has no successor.
    """

    running: Request | None = None
    known: OrderedDict[Hashable, None] = field(default_factory=OrderedDict)
    has_worker: bool = True

    def holds(self, question: Question[Any]) -> bool:
        """Whether it has the network that is asked, or none is needed."""
        return question.network is None or question.network in self.known

    def takes(self, request: Request) -> None:
        """Notes what it begins."""
        self.running = request
        for key in (request.question.network, request.question.picture):
            if key is not None:
                self.known[key] = None
                self.known.move_to_end(key)
        while len(self.known) > 2 * _REMEMBERED:
            self.known.popitem(last=False)


class RequestQueue:
    """The requests that wait for the workers."""

    def __init__(self, seats: list[Seat]) -> None:
        """For these workers."""
        self.seats = seats
        self._waiting: list[Request] = []
        self._served: dict[str | None, int] = {}  # ticket of the last turn, by asker
        self._turn = 0

    def put(self, request: Request) -> None:
        """One more waits."""
        self._waiting.append(request)

    def remove(self, request: Request) -> bool:
        """Nobody wants the answer any more; False if it does not wait."""
        if request not in self._waiting:
            return False
        self._waiting.remove(request)
        return True

    def before(self, request: Request) -> int:
        """How many are answered before it."""
        order = self._in_order()
        return order.index(request) if request in order else 0

    def clear(self) -> list[Request]:
        """All that wait, which no longer do."""
        waiting, self._waiting = self._waiting, []
        return waiting

    @property
    def look_again_s(self) -> float | None:
        """After how long something may be for a worker that was not for it; None if nothing waits."""
        return _FOR_PICTURE_S if self._waiting else None

    def take(self, seat: Seat, now: float) -> Request | None:
        """What a worker without work is to do; None if all that waits is better left to others for the moment."""
        for request in self._in_order():
            if self._is_for(seat, request, now):
                self._waiting.remove(request)
                self._turn += 1
                self._served[request.asker] = self._turn
                seat.takes(request)
                if not self._waiting:
                    self._served.clear()
                return request
        return None

    def _in_order(self) -> list[Request]:
        """Short before long; of each asker the first question, of those the one whose asker waits longest, and on."""
        rounds: dict[tuple[bool, str | None], int] = {}
        keyed = []
        for request in self._waiting:
            of = (request.question.is_long, request.asker)
            rounds[of] = number = rounds.get(of, 0) + 1
            last = self._served.get(request.asker, 0)
            key = (request.asker is None, request.question.is_long, number, last, request.ticket)
            keyed.append((key, request))
        return [request for _, request in sorted(keyed, key=lambda pair: pair[0])]

    def _is_for(self, seat: Seat, request: Request, now: float) -> bool:
        question = request.question
        if question.is_long or request.asker is None:
            # One worker is kept for short questions.
            others = [each.running for each in self.seats if each is not seat and each.has_worker]
            busy = sum(each is not None and (each.question.is_long or each.asker is None) for each in others)
            if others and busy >= len(others):
                return False
        if question.is_one_of_many:
            return True
        if seat.holds(question) and (question.picture is None or question.picture in seat.known):
            return True
        better = [each for each in self.seats if each is not seat and _fit(each, question) > _fit(seat, question)]
        if any(each.running is None for each in better):
            return False
        patience = _FOR_PICTURE_S if seat.holds(question) else _FOR_NETWORK_S
        return not better or now - request.asked_at >= patience


def _fit(seat: Seat, question: Question[Any]) -> int:
    """How much of what a question needs a worker holds: nothing, the network, the picture in it as well."""
    if question.network is None or not seat.holds(question):
        return 0
    return 2 if question.picture is not None and question.picture in seat.known else 1
