"""A run of several stages of unlike passes: of each it is expected how long it takes, and what it was off so far."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from time import perf_counter

from explorer.compute.pace import Watch

_BELIEF = 0.1
"""What was expected counts as much as this share of the work seen at just that pace: small passes tell little."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Equal passes, after what makes them ready.

    Attributes:
        ready_s: Expected before the first pass, s.
        pass_s: Expected of each pass, s.
        passes: How many.
    """

    ready_s: float
    pass_s: float
    passes: int

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.ready_s + self.pass_s * self.passes


class StagedRun(Watch):
    """Stages one after the other.

    Its clock starts at the first pass that is seen: before that it waits for others, and makes ready.
    """

    def __init__(self, stages: Sequence[Stage], clock: Callable[[], float] = perf_counter) -> None:
        self._stages, self._clock = tuple(stages), clock
        self._ends = list(accumulate(stage.passes for stage in self._stages))
        self._whole = sum(stage.seconds for stage in self._stages)
        self._first: tuple[float, float] | None = None
        self._expected = self._seen_s = 0.0

    def saw(self, done: int) -> None:
        """So many passes are done by now."""
        expected = self._until(done)
        if expected == self._expected:
            return
        now = self._clock()
        self._first = self._first or (now, expected)
        self._expected, self._seen_s = expected, now - self._first[0]

    def share(self, total: int) -> float:
        """How much of all the work is done, from 0 to 1."""
        return self._expected / self._whole

    def left(self, total: int) -> float:
        """How long the rest will take, s, about: as expected, times what the work so far was off."""
        left = self._whole - self._expected
        if self._first is None:
            return left
        believed = _BELIEF * self._whole
        return left * (believed + self._seen_s) / (believed + self._expected - self._first[1])

    def ended(self, total: int | None = None) -> None:
        """The run is over; nothing is learnt from it for other work."""

    def _until(self, done: int) -> float:
        """Seconds that were expected up to the end of so many passes."""
        seconds, before = 0.0, 0
        for stage, end in zip(self._stages, self._ends, strict=True):
            passes = min(done, end) - before
            if passes <= 0:
                break
            seconds += stage.ready_s + passes * stage.pass_s
            before = end
        return seconds
