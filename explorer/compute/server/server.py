"""The compute server: accepts processes that ask, and asks the workers for them."""

import socket
import time
from collections.abc import Hashable
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from threading import Lock, Thread

from explorer.compute.choice import Compute
from explorer.compute.server.address import require_private
from explorer.compute.server.asking_process import AskingProcess
from explorer.errors import ConfigError

_BACKLOG = 64
_TELL_S = 0.2
"""Time between two looks at how questions stand."""

_SHARE = 10
"""Looking takes no more than one part in so many of a core, however many wait."""


class ComputeServer:
    """Listens at a socket."""

    def __init__(self, path: Path) -> None:
        """Makes the folder of the socket if it is not there, and listens.

        Raises:
            ConfigError: If others may enter the folder, or another server listens.
        """
        path.parent.mkdir(mode=0o700, exist_ok=True)
        require_private(path.parent)
        _clear_away(path)
        self._listener = Listener(str(path), family="AF_UNIX", backlog=_BACKLOG)
        self._lock = Lock()
        self._processes: set[AskingProcess] = set()

    def run(self, compute: Compute, *, are_workers_here: bool = True) -> None:
        """Accepts whoever connects, and has `compute` answer; does not return."""
        Thread(target=self._tell_standings, daemon=True).start()
        for number in count():
            connection = self._listener.accept()
            Thread(target=self._serve, args=(number, connection, compute, are_workers_here), daemon=True).start()

    def close(self) -> None:
        """Listens no longer; removes the socket."""
        self._listener.close()

    def _serve(self, number: int, connection: Connection, compute: Compute, are_workers_here: bool) -> None:
        def forget(part: Hashable) -> None:
            self._forget(process, part, compute)

        process = AskingProcess(number, connection, compute, forget, are_workers_here=are_workers_here)
        with self._lock:
            self._processes.add(process)
        try:
            process.serve()
        finally:
            with self._lock:
                self._processes.remove(process)
            process.tidy_up()

    def _forget(self, process: AskingProcess, part: Hashable, compute: Compute) -> None:
        """What a session brought goes with the last process in which one may still show it."""
        with self._lock:
            others = self._processes - {process}
        if not any(other.has_brought(part) for other in others):
            compute.forget(part)

    def _tell_standings(self) -> None:
        while True:
            start = time.monotonic()
            with self._lock:
                processes = list(self._processes)
            for process in processes:
                process.tell_standings()
            time.sleep(max(_TELL_S, _SHARE * (time.monotonic() - start)))


def _clear_away(path: Path) -> None:
    """Removes the socket that a server left that was killed.

    Raises:
        ConfigError: If a server listens to it.
    """
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            with suppress(FileNotFoundError):
                path.unlink()
            return
    raise ConfigError(f"Another compute server listens at {path}: end it, or choose another path.")
