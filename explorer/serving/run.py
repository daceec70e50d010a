"""Everything that serves, started and ended: supervisor keeps the compute server, the web processes and haproxy."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from explorer.compute.server.address import socket_path
from explorer.model.budget import BUDGET_VARIABLE, memory_budget
from explorer.serving.needs import free_ports, haproxy, require_free, require_supervisor

_HERE = Path(__file__).parent
_COOKIE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"
_MOST_FILES = 65536


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served.

    Attributes:
        address: Where the balancer listens; 0.0.0.0 is every address of this machine.
        port: Likewise.
        web_processes: Streamlit servers behind it.
        compute: Where networks live, as `XCEPTION_EXPLORER_COMPUTE` has it for the compute server.
    """

    address: str
    port: int
    web_processes: int
    compute: str = "workers"

    @property
    def url(self) -> str:
        """Where one sees it on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.address, self.address)
        return f"http://{host}:{self.port}"


def serve(serving: Serving, ready: Callable[[], None]) -> int:
    """Serves until SIGINT, SIGTERM or SIGHUP; then nothing is left running.

    Args:
        serving: What.
        ready: Called when the first page can be opened.

    Returns:
        The supervisor's exit code.

    Raises:
        ServingError: If something that is needed is missing or taken.
        ConfigError: If the memory budget is no size, or the system's folder for temporary files has too long a path.
    """
    require_supervisor()
    balancer = haproxy()
    require_free(serving.address, serving.port)
    first = free_ports(serving.web_processes, serving.port)
    folder = Path(tempfile.mkdtemp(prefix="xception-explorer-"))
    try:
        socket_path(f"{folder}/compute")
        _write_balancer(folder, range(first, first + serving.web_processes))
        _raise_limit_of_open_files()
        environment = os.environ | {
            "SERVING_FOLDER": str(folder),
            "SERVING_PYTHON": sys.executable,
            "SERVING_APP": str(_HERE.parent / "app.py"),
            "SERVING_HAPROXY": balancer,
            "SERVING_ADDRESS": serving.address,
            "SERVING_PORT": str(serving.port),
            "SERVING_FIRST_WEB_PORT": str(first),
            "SERVING_WEB_PROCESSES": str(serving.web_processes),
            "SERVING_COMPUTE": serving.compute,
            "SERVING_WEB_BUDGET": str(memory_budget() // serving.web_processes),
            BUDGET_VARIABLE: str(memory_budget()),
            # Who is sent to another web process brings what the first one signed.
            _COOKIE_SECRET: os.environ.get(_COOKIE_SECRET) or secrets.token_hex(32),
        }
        return _supervise(environment, serving, ready)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_balancer(folder: Path, ports: range) -> None:
    servers = "".join(f"    server web-{port} 127.0.0.1:{port} cookie web-{port}\n" for port in ports)
    (folder / "haproxy.cfg").write_text((_HERE / "haproxy.cfg").read_text() + servers)


def _supervise(environment: dict[str, str], serving: Serving, ready: Callable[[], None]) -> int:
    # A session of its own: what a terminal sends goes through here, for supervisor takes a hang-up to mean a restart.
    # A pipe, for what supervisor writes its log to is opened once more for each process, a file from its beginning.
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(_HERE / "supervisord.conf")],
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda *_: supervisor.terminate())
    threading.Thread(target=_await, args=(serving, supervisor, ready), daemon=True).start()
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        with suppress(OSError):  # the terminal was closed
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    return supervisor.wait()


def _await(serving: Serving, supervisor: subprocess.Popen[bytes], ready: Callable[[], None]) -> None:
    """Calls `ready` once a web process answers through the balancer."""
    while supervisor.poll() is None:
        try:
            urllib.request.urlopen(f"{serving.url}/_stcore/health", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            ready()
            return


def _raise_limit_of_open_files() -> None:
    """As far as this user may: a person takes two of the balancer's and one of a web process."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
