"""The machine that a network was timed on, and the two roofs that it sets."""

from dataclasses import dataclass

_BUSY = 0.25
"""Load per core from which on others take enough of the machine to be seen in the times."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and its rates, both measured twice while the network is timed; the higher ones count.

    Attributes:
        cpu: Name of the processor.
        cores: That the process may use.
        threads: That the engine computes with.
        cache_bytes: Its largest cache; 0 if the system does not tell.
        macs_per_s: Multiply-adds in float32 per second, the best of several products of matrices.
        arithmetic_by: What reached it, in words.
        bytes_per_s: Bytes read and written per second, the best of several passes over large arrays.
        memory_by: What reached it, in words.
        load: Processes that wanted to run, on average over the minute before; None if the system does not tell.
    """

    cpu: str
    cores: int
    threads: int
    cache_bytes: int
    macs_per_s: float
    arithmetic_by: str
    bytes_per_s: float
    memory_by: str
    load: float | None

    @property
    def ridge(self) -> float:
        """MACs per byte from which on arithmetic, and not memory, is the limit."""
        return self.macs_per_s / self.bytes_per_s

    def roof(self, intensity: float) -> float:
        """The highest rate, MACs per second, of a layer that does `intensity` MACs per byte that it moves.

        Source: Williams, Waterman and Patterson, Roofline, CACM 2009, doi:10.1145/1498765.1498785.
        """
        return min(self.macs_per_s, intensity * self.bytes_per_s)

    @property
    def caution(self) -> str:
        """A sentence if others used the machine; "" if not, or if nobody knows."""
        if self.load is None or self.load < _BUSY * self.cores:
            return ""
        return (
            f"The machine is busy: in the minute before, {self.load:.1f} processes wanted to run on {self.cores} "
            f"core{'' if self.cores == 1 else 's'}. Times are longer for it, and vary more."
        )
