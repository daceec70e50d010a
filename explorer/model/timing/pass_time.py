"""How long a pass takes while nothing else computes, also where something does."""

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

_MOST, _LONG_ENOUGH_S = 8, 0.5
"""Passes that are timed; a slow network's are long enough to be told by few."""

Clock = Callable[[], float]


def seconds_alone(
    run: Callable[[], object], threads: int, clock: Clock = perf_counter, cpu: Clock = process_time
) -> float:
    """Seconds of a pass on quiet cores, about: the median of a few after the first, which is slower.

    While a page is drawn the browser takes the cores for a second, and a pass lasts several times as long. What it
    computes is the same: on quiet cores its processor time is that of all its threads, from its begin to its end (to
    1 % for OpenVINO, from mini-Xception to Xception at 299 px).

    Args:
        run: A pass.
        threads: That it computes with.
        clock: Seconds.
        cpu: Seconds of the processor, of all threads of this process.
    """
    run()
    seconds: list[float] = []
    begin = clock()
    while len(seconds) < _MOST and clock() - begin < _LONG_ENOUGH_S:
        start, start_cpu = clock(), cpu()
        run()
        seconds.append(min(clock() - start, max((cpu() - start_cpu) / threads, 1e-6)))
    return median(seconds)
