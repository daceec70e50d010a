"""Everything that `make serve` starts, on free ports of this machine."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.serving import APP


class Balanced:
    """The balancer, web processes and compute server under their supervisor."""

    def __init__(self, folder: Path, web_processes: int, workers: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        self._said: list[str] = []
        command = [sys.executable, "-m", "explorer.serving", "--port", str(port)]
        environment = os.environ | {"TMPDIR": str(folder)}
        environment.pop("XCEPTION_EXPLORER_COMPUTE", None)
        self.process = subprocess.Popen(
            [*command, "--web-processes", str(web_processes), "--compute", f"workers:{workers}"],
            cwd=APP.parents[1],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self._said.extend(lines)

    @property
    def said(self) -> str:
        return "".join(self._said)

    def process_id(self, name: str) -> int:
        """Of the process that has that name now: compute, web-PORT, balancer."""
        return int(re.findall(rf"spawned: '{name}' with pid (\d+)", self.said)[-1])

    def kill(self, name: str) -> None:
        os.kill(self.process_id(name), signal.SIGKILL)

    def until_said(self, words: str, times: int = 1) -> None:
        until(lambda: len(re.findall(words, self.said)) >= times or self.process.poll() is not None, words)
        assert self.process.poll() is None, self.said


def until(condition: Callable[[], bool], words: str = "", seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, words
        time.sleep(0.05)


def descendants(process: int) -> set[int]:
    """Its children and theirs, as far as there are any now."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # has just ended
            continue
        children.setdefault(parent, set()).add(int(stat.parent.name))
    found, new = set(), {process}
    while new := set().union(*(children.get(each, set()) for each in new)):
        found |= new
    return found


@contextmanager
def balanced(folder: Path, web_processes: int = 2, workers: int = 2) -> Iterator[Balanced]:
    """Starts everything, with its files in `folder`; at the end nothing is left of it."""
    serving = Balanced(folder, web_processes, workers)
    try:
        serving.until_said("Open http")
        serving.until_said("web-[0-9]+ is UP", web_processes)
        yield serving
    finally:
        started = descendants(serving.process.pid)
        serving.process.send_signal(signal.SIGINT)
        code = serving.process.wait(60)
    assert code == 0, serving.said
    until(lambda: not any(Path(f"/proc/{each}").exists() for each in started), "nothing is left running")
    assert list(folder.iterdir()) == []
