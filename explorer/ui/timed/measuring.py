"""What was timed on this machine, and a button that times the rest. All sessions share it: they share the machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from explorer.arch.knobs import Config
from explorer.compute.pace import Pace, Run, Work
from explorer.configuration.registry import graph_of
from explorer.ui.session import cache
from explorer.ui.session.long_computation import Slow, offer

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing

_RUNS = 10
"""Passes that count, of each network."""


class _Run(Run):
    """What is left is told from the passes alone: not from what is made ready, or measured of the machine, between.

    Passes through several networks differ: they are taken to be as long as their multiply-adds are many.
    """

    def __init__(self, work: Work, expected: float, macs: Sequence[int], stretch: int) -> None:
        """`macs` are those of each pass; so many passes are a `stretch` that nothing interrupts."""
        super().__init__(Pace(), work, expected)
        self._macs, self._stretch = macs, stretch

    def saw(self, done: int) -> None:
        if not done:
            return
        if self._lately and (self._lately[-1][1] - 1) // self._stretch != (done - 1) // self._stretch:
            self._lately.clear()
        super().saw(done)

    def seconds_per_pass(self) -> float:
        """Of those that are left."""
        lately = super().seconds_per_pass()
        if lately == self._expected:  # of all passes, for there are too few to go by
            return lately
        before, done = self._lately[0][1], self._lately[-1][1]
        return lately * mean(self._macs[done:] or self._macs[-1:]) / mean(self._macs[before:done])


@dataclass(frozen=True, slots=True)
class _Timing(Slow):
    """Passes of which nothing is learnt for other work: between them the machine is measured.

    Attributes:
        macs: Multiply-adds of each pass.
        ready_s: What making the networks ready takes, s.
    """

    macs: tuple[int, ...]
    ready_s: float

    @property
    def seconds(self) -> float:
        """The passes, as long as predictions, the machine, and what makes the networks ready."""
        from explorer.model.timing.needs import MACHINE_S

        return MACHINE_S + self.ready_s + self.passes * self.work.times * self._prediction()

    def run(self) -> Run:
        """Begins to watch it."""
        from explorer.model.timing.needs import WARM_UP

        return _Run(self.work, self.work.times * self._prediction(), self.macs, WARM_UP + _RUNS)


def timing_of(config: Config, batch: int = 1) -> "Timing | None":
    """What was measured of the network with the engine that is chosen now; None if nothing was."""
    timing: Timing | None = cache.finished(*_key(config, batch))
    return timing


def forget(config: Config, batch: int) -> None:
    """Lets go of what was measured of the network."""
    cache.forget(_key(config, batch))


def timed(
    label: str, doing: str, configs: Sequence[Config], *, batch: int = 1, key: str
) -> "dict[Config, Timing] | None":
    """What was measured of all of them; else None, and a button that times those that are not timed yet.

    To be called outside of fragments, for a click in a fragment would not end a measurement.

    Args:
        label: What the button promises: "The measurement of 3 networks".
        doing: What the progress bar says.
        configs: The networks, each once.
        batch: Images in a pass.
        key: Unique on the page.

    Raises:
        BudgetError: If one of them would not fit into the memory budget.
    """
    from explorer.model.timing.needs import passes, ready_seconds, require_memory

    known = {config: timing_of(config, batch) for config in configs}
    missing = tuple(config for config, timing in known.items() if timing is None)
    for config in missing:
        require_memory(graph_of(config), batch)
    if missing:
        macs = [max(cache.tally(config).macs, 1) for config in missing]
        # The first is the one of which a prediction is timed: the others take as much longer as they do more MACs.
        times = batch * sum(macs) / macs[0] / len(missing)
        work = Work("timing", times, (missing, batch), macs[0])
        of_passes = tuple(each for each in macs for _ in range(passes(_RUNS)))
        ready_s = sum(ready_seconds(graph_of(config)) for config in missing)
        slow = _Timing(work, len(of_passes), missing[0], None, of_passes, ready_s)
        found = offer(label, doing, slow, cache.timings(missing, batch, _RUNS), key=key)
        for timing in found or ():
            cache.keep_finished(timing, *_key(timing.config, batch))
            known[timing.config] = timing
    told = {config: timing for config, timing in known.items() if timing is not None}
    return told if len(told) == len(known) else None


def _key(config: Config, batch: int) -> tuple[str, Config, int, str]:
    """What a result is known by."""
    from explorer.model.engines.choice import chosen_engine

    return ("timing", config, batch, chosen_engine().name)
