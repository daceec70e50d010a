"""A class of thirty for ten minutes, each with a photograph and a configuration of their own, every answer checked.

The people act every five seconds; their programs run on the same cores. Then the same with a worker killed every
twenty seconds. BENCH_LOAD_PEOPLE and BENCH_LOAD_SECONDS make a shorter one, for who works on it.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from statistics import median

from tests.browser.serving import PROCESSES, served
from tests.load.people.class_of_people import class_of_people
from tests.load.people.participant import LAYER, LENGTH, PAGE, SLIDER, Record
from tests.load.people.truth import Truth, truths
from tests.load.processes import memory, workers

PEOPLE = int(os.environ.get("BENCH_LOAD_PEOPLE", 30))
SECONDS = float(os.environ.get("BENCH_LOAD_SECONDS", 600))
THINK_S = 5.0
KILL_EVERY_S = 20.0
_ALONE_S, _ALONE_THINK_S = SECONDS / 10, 0.5
_KILLING_S = SECONDS / 5
_WARM_UP_S = 10.0
_MOMENTS = (SECONDS / 10, SECONDS / 2, SECONDS)
"""After so long the memory is looked at."""

BOUNDS_S = {SLIDER: (0.3, 1.0), PAGE: (0.5, 1.5), LAYER: (0.6, 2.0), LENGTH: (1.0, 3.0)}
"""Median, and what 95 % stay below."""

_WORST_S = 5.0
_GIB = 1 << 30


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    people = truths(PEOPLE, networks=7, lengths=3, layers=2)
    with served() as address:
        alone, many, taken, disturbed = asyncio.run(_measured(address, people))
    who = f"{PEOPLE} people for {SECONDS / 60:g} minutes"
    yield f"{who}: faults, and answers that were not their own, in {many.deeds:,}", _faults(many), "0"
    for what, (middle, most) in BOUNDS_S.items():
        times, single = sorted(many.waits[what]), median(alone.waits[what])
        yield (
            f"{who}: {what}, median and 95 % of {len(times):,}",
            f"{median(times):.2f} s, {_share(times, 0.95):.2f} s ({median(times) / single:.1f} x and "
            f"{_share(times, 0.95) / single:.1f} x one person alone, {single:.2f} s)",
            f"{middle} s, {most} s",
        )
    worst, what = max((max(times), what) for what, times in many.waits.items())
    yield f"{who}: the worst wait of anybody", f"{worst:.1f} s ({what})", f"{_WORST_S:.0f} s"
    moments = ", ".join(f"{seconds / 60:g}" for seconds in _MOMENTS)
    yield (
        f"{who}: memory of all processes (proportional), after {moments} minutes",
        ", ".join(f"{size / _GIB:.2f}" for size in taken) + " GiB",
        "flat, 4.5 GiB",
    )
    yield (
        f"the same with a worker killed every {KILL_EVERY_S:.0f} s: faults in {disturbed.deeds:,}",
        f"{_faults(disturbed)} (worst wait {max(max(times) for times in disturbed.waits.values()):.1f} s)",
        "0",
    )


async def _measured(address: str, people: Sequence[Truth]) -> tuple[Record, Record, list[int], Record]:
    """One person alone, all of them, the memory meanwhile, and all of them with workers killed."""
    await asyncio.sleep(_WARM_UP_S)
    process = PROCESSES[address]
    alone = await class_of_people(address, people[:1], _ALONE_S, _ALONE_THINK_S)
    many, taken = await asyncio.gather(class_of_people(address, people, SECONDS, THINK_S), _memory(process))
    killing = asyncio.create_task(_kill_workers(process))
    disturbed = await class_of_people(address, people, _KILLING_S, THINK_S)
    killing.cancel()
    return alone, many, taken, disturbed


async def _memory(process: int) -> list[int]:
    taken, passed = [], 0.0
    for moment in _MOMENTS:
        await asyncio.sleep(moment - passed)
        passed = moment
        taken.append(await asyncio.to_thread(memory, process))
    return taken


async def _kill_workers(process: int) -> None:
    generator = random.Random(0)
    while True:
        await asyncio.sleep(KILL_EVERY_S)
        if found := workers(process):
            with suppress(ProcessLookupError):
                os.kill(generator.choice(found), signal.SIGKILL)


def _share(times: Sequence[float], share: float) -> float:
    """What so large a share of sorted times stays below."""
    return times[min(len(times) - 1, int(share * len(times)))]


def _faults(record: Record) -> str:
    for each in record.faults:
        print(each, file=sys.stderr)
    return str(len(record.faults))
