"""What the tests ask of workers; these find the functions by name."""

import os
import time
from pathlib import Path

from explorer.errors import ConfigError


def process(loaded):
    return os.getpid()


def doubled(loaded, array):
    return {"doubled": 2 * array, "words": "two"}


def refused(loaded, value):
    raise ConfigError(f"expected something else, got {value}")


def broken(loaded):
    raise LookupError("a bug")


def busy(loaded, folder, seconds=0.2, note=""):
    """Computes for a while; leaves a file that tells when it began."""
    Path(folder, f"{time.monotonic_ns()} {note}").touch()
    time.sleep(seconds)
    return os.getpid()


def held(loaded, folder):
    """Computes until it is let go."""
    Path(folder, f"{time.monotonic_ns()} held").touch()
    while not Path(folder, "go").exists():
        time.sleep(0.02)
    return os.getpid()


def many_passes(loaded, folder, progress):
    Path(folder, "began").touch()
    for done in range(1, 1001):
        time.sleep(0.02)
        progress(done, 1000)
    return "all"


def dies(loaded, folder, times):
    """Ends its process the first so many times."""
    tries = len(list(Path(folder).glob("try *")))
    Path(folder, f"try {tries}").touch()
    if tries < times:
        os._exit(1)
    return tries


def sleeps(loaded, seconds):
    time.sleep(seconds)


def unsendable(loaded):
    return lambda: None


def remembers(loaded, key):
    loaded._left.put(key, "something")


def knows(loaded, key):
    return loaded._left.find(key) is not None


def begun(loaded, folder, note, function, *arguments):
    """Leaves a file that tells on which node, known by its cache directory, it began; then asks something else.

    As long as there is a file `wait` in the folder, it computes.
    """
    cache = Path(os.environ.get("XCEPTION_EXPLORER_CACHE", "")).name
    node = cache if cache in ("second", "third") else "first"
    Path(folder, f"{node} {note} {time.monotonic_ns()}").touch()
    time.sleep(0.1)
    while Path(folder, "wait").exists():
        time.sleep(0.02)
    return function(loaded, *arguments)
