"""Connections and uploads by the hundred: what the web process holds meanwhile, and after all have left."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from threading import Event, Thread

from tests.browser.serving import PROCESSES, served
from tests.load.people.person import Person
from tests.load.processes import open_files, proportional_set_size
from tests.load.storms import half_asked, opened_and_dropped, silent, uploads

CONNECTIONS, SILENT = 1000, 500
UPLOADS, UPLOAD_MIB = 200, 20
_FORGOTTEN_AFTER_S = 1
"""Streamlit keeps the session of who left for two minutes, so that they can come back; here it is to be seen to go."""

_SETTLED_S = 10.0
_MIB = 1 << 20


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    with served(
        STREAMLIT_SERVER_WEBSOCKET_PING_INTERVAL="5",
        STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=str(_FORGOTTEN_AFTER_S),
    ) as address:
        process = PROCESSES[address]
        before = _settled(address)
        start = time.perf_counter()
        taken = opened_and_dropped(address, CONNECTIONS)
        seconds = time.perf_counter() - start
        yield (
            f"{CONNECTIONS:,} connections opened and dropped: taken; files and memory before and after",
            f"{taken:,} in {seconds:.1f} s; {_pair(before, _settled(address))}",
            "as before",
        )
        with silent(address, SILENT) as sockets, half_asked(address, SILENT):
            held = open_files(process)
            wait = asyncio.run(_look(address))
        yield (
            f"{2 * SILENT:,} connections that say nothing, or half a request: somebody else's first page meanwhile",
            f"{wait:.2f} s ({len(sockets):,} taken, {held:,} files; {_pair(before, _settled(address))})",
            "5 s; as before",
        )
        with _Peak(process) as peak:
            start = time.perf_counter()
            answers = Counter(asyncio.run(uploads(address, UPLOADS, UPLOAD_MIB * _MIB)))
            seconds = time.perf_counter() - start
        said = ", ".join(f"{count} times {status}" for status, count in sorted(answers.items()))
        yield (
            f"{UPLOADS} uploads of {UPLOAD_MIB} MB at once: the server's answers; files and memory, before and after",
            f"{said} in {seconds:.1f} s, at most {peak.bytes / _MIB:,.0f} MiB; {_pair(before, _settled(address))}",
            "served or refused; as before",
        )


class _Peak:
    """The most that a process takes in a block.

    Attributes:
        bytes: Proportional set size.
    """

    def __init__(self, process: int) -> None:
        self.bytes = 0
        self._process, self._ended = process, Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> "_Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            self.bytes = max(self.bytes, proportional_set_size(self._process))


async def _look(address: str) -> float:
    async with Person(address) as person:
        return await person.open()


def _settled(address: str) -> tuple[int, int]:
    """Files and bytes of the web process a while after; who left is let go of when somebody comes."""
    time.sleep(_SETTLED_S)
    asyncio.run(_look(address))
    return open_files(PROCESSES[address]), proportional_set_size(PROCESSES[address])


def _pair(before: tuple[int, int], after: tuple[int, int]) -> str:
    return f"{before[0]} and {after[0]} files, {before[1] / _MIB:.0f} and {after[1] / _MIB:.0f} MiB"
