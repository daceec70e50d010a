"""In which circumstances networks were timed, in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.quantities import memory

if TYPE_CHECKING:
    from explorer.counting.measured.timing import Timing


def circumstances(timings: "Sequence[Timing]") -> str:
    """When, on which machine, by which engine, in how many passes; in one sentence as far as that is the same."""
    moments: dict[str, list[str]] = {}
    for timing in timings:
        moments.setdefault(_place(timing), []).append(timing.moment)
    sentences = (f"**Measured** {' and '.join(dict.fromkeys(when))} {place}" for place, when in moments.items())
    return " ".join((*sentences, "Weights are random: the time does not depend on them."))


def _place(timing: "Timing") -> str:
    machine = timing.machine
    cache_words = f", largest cache {memory(machine.cache_bytes)}" if machine.cache_bytes else ""
    load = "" if machine.load is None else f" Load before: {machine.load:.1f}."
    return (
        f"on {machine.cpu}, {machine.cores} cores{cache_words}; {timing.engine_title} {timing.engine_version}, "
        f"{machine.threads} threads, float32, images in a pass: {timing.batch}; {timing.whole.runs} passes after "
        f"{timing.warm_up} to warm up.{load}"
    )
