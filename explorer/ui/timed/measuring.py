"""What was timed on this machine, and a button that times the rest. All sessions share it: they share the machine."""

from collections.abc import Sequence
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
    """What is left is told from the passes alone: before the first one the machine is measured."""

    def saw(self, done: int) -> None:
        if done:
            super().saw(done)


class _Timing(Slow):
    """Passes of which nothing is learnt for other work: between them the machine is measured."""

    __slots__ = ()

    @property
    def seconds(self) -> float:
        """The passes, as long as predictions, and the machine."""
        from explorer.model.timing.needs import MACHINE_S

        return MACHINE_S + self.passes * self.work.times * self._prediction()

    def run(self) -> Run:
        """Begins to watch it."""
        return _Run(Pace(), self.work, self.work.times * self._prediction())


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
    from explorer.model.timing.needs import passes, require_memory

    known = {config: timing_of(config, batch) for config in configs}
    missing = tuple(config for config, timing in known.items() if timing is None)
    for config in missing:
        require_memory(graph_of(config), batch)
    if missing:
        macs = [max(cache.tally(config).macs, 1) for config in missing]
        # The first is the one of which a prediction is timed: the others take as much longer as they do more MACs.
        times = batch * sum(macs) / macs[0] / len(missing)
        work = Work("timing", times, (missing, batch), macs[0])
        slow = _Timing(work, len(missing) * passes(_RUNS), missing[0], None)
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
