"""How fast slow work goes on this machine: seconds a pass, learnt from what ran before, and what is left of a run."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

_MOST = 256
"""Paces that are kept."""

_WINDOW_S = 5.0
"""What is left of a run follows its passes of the last seconds: the machine may have got more or less to do."""

_ENOUGH_S = 0.4
"""From here on a run's own passes tell more than those of others; progress is told at most every 0.1 s."""


@dataclass(frozen=True, slots=True)
class Work:
    """Passes of one kind through one network.

    Attributes:
        kind: "occlusion", "deletion" and so on.
        times: How many times as long as a prediction a pass takes, about; what was seen counts for more.
        network: What the network is known by.
        macs: Multiply-adds of a prediction.
        share: Of the network that a pass goes through.
        start_s: How long the first work of this kind in this network makes ready, s.
    """

    kind: str
    times: float
    network: Hashable
    macs: int
    share: float = 1.0
    start_s: float = 0.0


class Pace:
    """What was seen of slow work, by kind and network. Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[Hashable, float] = OrderedDict()

    def seconds_per_pass(self, work: Work, prediction: Callable[[], float]) -> float:
        """As the same kind went in this network, else in another; else from a prediction.

        Not as other kinds went: how many times as long as a prediction they take is known to a third or so of each.

        Args:
            work: Of what.
            prediction: Measures how long a prediction in the network takes, s; called if nothing was seen.
        """
        with self._lock:
            known = (self._seen.get(key) for key in _keys(work))
            pace = next((each for each in known if each is not None), None)
        return (prediction() if pace is None else pace * work.macs) * work.times * work.share

    def seconds(self, work: Work, passes: int, prediction: Callable[[], float]) -> float:
        """How long so many passes will take, about; arguments as of `seconds_per_pass`."""
        with self._lock:
            start = 0.0 if _keys(work)[0] in self._seen else work.start_s
        return start + passes * self.seconds_per_pass(work, prediction)

    def learn(self, work: Work, passes: int, seconds: float) -> None:
        """The last run of a kind is the best guess for the next; `seconds` is how long `passes` took."""
        pace = seconds / passes / (work.macs * work.times * work.share)
        with self._lock:
            for key in _keys(work):
                self._seen[key] = pace
                self._seen.move_to_end(key)
            while len(self._seen) > _MOST:
                self._seen.popitem(last=False)


class Watch(Protocol):
    """One run of slow work, as who waits for it sees it."""

    def saw(self, done: int) -> None:
        """So many passes are done by now."""

    def share(self, total: int) -> float:
        """How much of all the work is done, from 0 to 1."""

    def left(self, total: int) -> float:
        """How long the rest will take, s, about."""

    def ended(self, total: int | None = None) -> None:
        """The run is over, with all its passes or stopped before; what can be learnt from it is."""


class Run(Watch):
    """A run of equal passes.

    Its clock starts at the first pass that is seen: before that it waits for others, loads and compiles.
    """

    def __init__(self, pace: Pace, work: Work, expected: float, clock: Callable[[], float] = perf_counter) -> None:
        """`expected` is how long a pass will take, s."""
        self._pace, self._work, self._expected, self._clock = pace, work, expected, clock
        self._first: tuple[float, int] | None = None
        self._lately: deque[tuple[float, int]] = deque()

    def saw(self, done: int) -> None:
        """So many passes are done by now."""
        if self._lately and self._lately[-1][1] == done:
            return
        now = self._clock()
        self._first = self._first or (now, done)
        self._lately.append((now, done))
        while len(self._lately) > 2 and self._lately[1][0] <= now - _WINDOW_S:
            self._lately.popleft()

    def share(self, total: int) -> float:
        """How much of all the work is done, from 0 to 1."""
        return self._done / total

    def left(self, total: int) -> float:
        """How long the rest will take, s, about."""
        return self.seconds_per_pass() * (total - self._done)

    @property
    def _done(self) -> int:
        return self._lately[-1][1] if self._lately else 0

    def seconds_per_pass(self) -> float:
        """Of the last passes; as expected while there are too few."""
        if self._lately:
            (then, before), (now, done) = self._lately[0], self._lately[-1]
            if now - then >= _ENOUGH_S:
                return (now - then) / (done - before)
        return self._expected

    def ended(self, total: int | None = None) -> None:
        """The run is over, with all its passes or stopped before; what can be learnt from it is."""
        if self._first is None:
            return
        then, before = self._first
        now, done = self._lately[-1] if total is None else (self._clock(), total)
        if done > before and now > then:
            self._pace.learn(self._work, done - before, now - then)


def _keys(work: Work) -> tuple[Hashable, ...]:
    return (work.kind, work.network), work.kind
