"""What was timed on this machine, and a button that times the rest. All sessions share it: they share the machine."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

from explorer.arch.knobs import Config
from explorer.compute.pace import Work
from explorer.compute.staged_run import Stage, StagedRun
from explorer.configuration.registry import graph_of
from explorer.counting.measured.traffic import effort
from explorer.ui.session import cache
from explorer.ui.session.long_computation import Slow, offer

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing

RUNS = 10
"""Passes that count, of each network, unless a caller wants more."""

_TYPICAL = 0.3
"""From this share of the mean effort on a network is large enough to tell the pace, and soon run."""


@dataclass(frozen=True, slots=True)
class _Measurement(Slow):
    """The timing of networks.

    Attributes:
        configs: The networks.
        batch: Images in a pass.
        of_each: Passes of each network.
    """

    configs: tuple[Config, ...]
    batch: int
    of_each: int

    @property
    def words(self) -> str:
        """What it does, after its name."""
        if self.of_each == self.passes:
            return f"runs the network {self.passes} times"
        return f"runs each of them {self.of_each} times"

    @property
    def seconds(self) -> float:
        """The machine, and of each network what makes it ready and its passes."""
        return sum(stage.seconds for stage in self._stages())

    def run(self) -> StagedRun:
        """Begins to watch it."""
        return StagedRun(self._stages())

    def _stages(self) -> list[Stage]:
        """What is expected of the parts: efforts are known, and of a network that was timed, or is run now, the pace.

        Not before it is asked for, for it may have to be waited for: in its place on the page.
        """
        from explorer.model.timing.load import crowding
        from explorer.model.timing.needs import MACHINE_S, has_record, ready_s

        parts, longer = 2 if has_record() else 1, crowding()  # which a pace has in itself
        stages: list[Stage] = []
        for config in self.configs:
            ready = longer * ready_s(cache.tally(config)) + (0.0 if stages else MACHINE_S)
            as_one = partial(_as_one_runs, config, self.configs, self.batch)
            pass_s = cache.timing_pace().seconds_per_pass(_work(config, self.batch), as_one)
            stages += [Stage(ready / parts, pass_s, self.of_each // parts)] * parts
        return stages


def timing_of(config: Config, batch: int = 1) -> "Timing | None":
    """What was measured of the network with the engine that is chosen now; None if nothing was."""
    timing: Timing | None = cache.finished(*_key(config, batch))
    return timing


def forget(config: Config, batch: int) -> None:
    """Lets go of what was measured of the network."""
    cache.forget(_key(config, batch))


def timed(
    label: str, doing: str, configs: Sequence[Config], *, batch: int = 1, runs: int = RUNS, key: str
) -> "dict[Config, Timing] | None":
    """What was measured of all of them; else None, and a button that times those that are not timed yet.

    To be called outside of fragments, for a click in a fragment would not end a measurement.

    Args:
        label: What the button promises: "The measurement of 3 networks".
        doing: What the progress bar says.
        configs: The networks, each once.
        batch: Images in a pass.
        runs: Passes that count, of each network.
        key: Unique on the page.

    Raises:
        BudgetError: If one of them would not fit into the memory budget.
    """
    from explorer.model.timing.needs import require_memory

    known = {config: timing_of(config, batch) for config in configs}
    missing = tuple(config for config, timing in known.items() if timing is None)
    for config in missing:
        require_memory(graph_of(config), batch)
    missing = tuple(sorted(missing, key=lambda config: _effort(config, batch)))
    if missing:
        found = offer(label, doing, _measurement(missing, batch, runs), cache.timings(missing, batch, runs), key=key)
        for timing in found or ():
            cache.keep_finished(timing, *_key(timing.config, batch))
            cache.timing_pace().learn(_work(timing.config, batch), 1, timing.whole.median_s)
            known[timing.config] = timing
    told = {config: timing for config, timing in known.items() if timing is not None}
    return told if len(told) == len(known) else None


def _measurement(configs: tuple[Config, ...], batch: int, runs: int) -> _Measurement:
    from explorer.model.timing.needs import passes

    of_each = passes(runs)
    return _Measurement(
        _work(configs[0], batch),
        len(configs) * of_each,
        configs[0],
        None,
        configs=configs,
        batch=batch,
        of_each=of_each,
    )


def _as_one_runs(config: Config, configs: tuple[Config, ...], batch: int) -> float:
    """Seconds of a pass of `config` at the pace of one of `configs` of middle size, which is run for that.

    Once: others are estimated by that pace from then on, so that no knob that is turned waits for another network.
    """
    typical = fmean(_effort(each, batch) for each in configs) * _TYPICAL
    one = next(each for each in sorted(configs, key=lambda c: _effort(c, batch)) if _effort(each, batch) >= typical)
    seconds = cache.pass_seconds(one, None)
    cache.timing_pace().learn(_work(one, 1), 1, seconds)
    return seconds * _effort(config, batch) / _effort(one, 1)


def _effort(config: Config, batch: int) -> int:
    return effort(cache.tally(config), batch)


def _work(config: Config, batch: int) -> Work:
    """A pass of `batch` images, for the pace at which timed networks ran."""
    return Work("timing", 1.0, (config, batch), _effort(config, batch))


def _key(config: Config, batch: int) -> tuple[str, Config, int, str]:
    """What a result is known by."""
    from explorer.model.engines.choice import chosen_engine

    return ("timing", config, batch, chosen_engine().name)
