"""Where this program computes, and with how much of the machine."""

import os
from collections.abc import Hashable
from typing import Protocol, TypeVar

from explorer.compute.answer import Answer
from explorer.compute.question import Question
from explorer.errors import ConfigError
from explorer.model.budget import memory_budget
from explorer.model.lazy import LazyValue

R = TypeVar("R")

COMPUTE_VARIABLE = "XCEPTION_EXPLORER_COMPUTE"
"""`here`, `workers`, `workers:N`, `unix:PATH` of a compute server, or of Ray `ray`, `ray:auto`, `ray:HOST:PORT` or
`ray://HOST:PORT`.
"""

MOST_WORKERS = 8
"""As many as are started without being asked for."""

_BYTES_EACH = 3 << 29
"""Of the memory budget: libraries, and a network or two."""


class Compute(Protocol):
    """Where questions are answered."""

    @property
    def workers(self) -> int:
        """How many questions are answered at once."""

    def ask(self, question: Question[R], asker: str | None = None) -> Answer[R]:
        """The answer, on its way. `asker` is a session; without one it comes after everybody's."""

    def forget(self, part: Hashable) -> None:
        """Lets go of what is known by a key in which `part` stands."""

    def close(self) -> None:
        """Ends what was started."""


def usual_workers() -> int:
    """One for each core, as far as the memory budget goes; at least 2: a long question leaves one to the short ones.

    Each lets its libraries use all cores: a person alone waits least so, and of many the system lets each have a share.
    """
    return max(2, min(_cores(), MOST_WORKERS, memory_budget() // _BYTES_EACH))


def new_compute(usual: str = "workers", *, option: str | None = None, is_warmed: bool = True) -> Compute:
    """As an option says, else as the environment says.

    Args:
        usual: What is meant where both say nothing: workers, one for each core.
        option: What `--compute` says.
        is_warmed: Whether workers make themselves ready before anybody asks.

    Raises:
        ConfigError: If it is nothing of the kind, or Ray, which is not installed.
        ComputeError: If there is no such cluster of Ray, or its nodes do not run this program.
    """
    asked = (os.environ.get(COMPUTE_VARIABLE, "") if option is None else option).strip() or usual
    name, _, number = asked.partition(":")
    if asked == "here":
        from explorer.compute.in_process import InProcess

        return InProcess()
    if name == "workers" and (not number or (number.isascii() and number.isdecimal() and 1 <= int(number) <= 64)):
        from explorer.compute.workers.pool import WorkerPool

        workers = int(number) if number else usual_workers()
        return WorkerPool(workers, is_warmed=is_warmed)
    if name == "unix":
        from explorer.compute.server.address import socket_path
        from explorer.compute.server.client import ComputeClient

        return ComputeClient(socket_path(number))
    if name.startswith("ray"):
        from explorer.compute.on_ray.cluster import RayPool, parse

        if (cluster := parse(asked)) is not None:
            return RayPool(cluster, usual_workers())
    said_by = COMPUTE_VARIABLE if option is None else "--compute"
    raise ConfigError(
        f"{said_by} must be `here`, `workers`, `workers:N` with N from 1 to 64, `unix:PATH` with the socket of a "
        "compute server, or of Ray `ray`, `ray:auto`, `ray:HOST:PORT` or `ray://HOST:PORT`, with `?workers=N` or "
        f"without, got {asked[:80]!r}"
    )


compute = LazyValue(new_compute)
"""The one of this process, started when it is first asked for."""


def _cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1
