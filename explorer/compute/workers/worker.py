"""A worker as the pool sees it: started, asked one question after the other, ended. What carries it is its own affair.

What it tells while it works, and how it can fail, is the same for all that carry one.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

from explorer.compute.question import Question


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a long question is, in passes."""

    done: int
    total: int


class WorkerDied(Exception):
    """What carried the worker ended while it computed."""


class TookTooLong(Exception):
    """The deadline passed; the worker was ended."""


class Worker(Protocol):
    """Holds networks and answers. Used by one thread, but for what it says of itself."""

    @property
    def started_at(self) -> float:
        """When it was started, in seconds of the monotonic clock."""

    @property
    def is_ready(self) -> bool:
        """Whether it can be asked; one that waits for a place to run on cannot."""

    @property
    def is_alive(self) -> bool:
        """False once it ended, for whatever reason."""

    @property
    def process_id(self) -> int:
        """Of its process, on the machine that it runs on."""

    def ask(self, question: Question[Any], told: Callable[[Progressed], None], is_wanted: Callable[[], bool]) -> Any:
        """Its answer.

        Args:
            question: What is asked.
            told: Called with how far a long question is.
            is_wanted: Asked now and then: whether somebody still waits for a long question.

        Raises:
            WorkerDied: If it ended meanwhile.
            TookTooLong: If it did not answer in time; it is ended.
            Exception: What answering it raised, or what keeps the question or its answer from being sent.
        """

    def forget(self, parts: list[Hashable]) -> None:
        """It lets go of what is known by keys in which these stand, before it is asked anything else."""

    def end(self) -> None:
        """Asks it to end, and ends it if it does not."""

    def kill(self) -> None:
        """Ends it, from any thread: who asks it is told that it died."""


class WorkerSource(Protocol):
    """Where the pool gets its workers from."""

    def start(self) -> Worker:
        """A new worker. Called by several threads; returns at once, whether or not there is a place for it to run.

        Raises:
            ComputeError: If none can be had at the moment.
        """

    def close(self) -> None:
        """Gives back what workers shared; they have ended."""
