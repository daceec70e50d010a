"""An app on a free port of this machine, and a browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

APP = Path(__file__).parents[2] / "explorer" / "app.py"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_UNTIL_STILL = """still => new Promise(resolve => {
    const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, still) })
    const end = () => { watch.disconnect(); resolve() }
    let timer = setTimeout(end, still)
    watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true})
})"""

PROCESSES: dict[str, int] = {}
"""The server's process by its address."""


@contextmanager
def served(app: Path = APP, port: int | None = None, **environment: str) -> Iterator[str]:
    """Runs a Streamlit app, on a free port unless one is named; gives its address once the server answers."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)]
    server = subprocess.Popen(
        command,
        cwd=APP.parents[1],
        env=os.environ | {"XCEPTION_EXPLORER_COMPUTE": "workers"} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://localhost:{port}/_stcore/health", server)
        PROCESSES[f"http://localhost:{port}"] = server.pid
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"the server did not answer at {address}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium if there is one, else Playwright's own."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


def wait_until_still(page: Page, milliseconds: int = 500) -> None:
    """Waits until the page's script has run and for so long nothing on the page has changed."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)
    page.evaluate(_UNTIL_STILL, milliseconds)
