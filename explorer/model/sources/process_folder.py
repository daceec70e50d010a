"""A folder of this process for what its sessions bring, and the end of those whose processes were killed."""

import atexit
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.model.lazy import LazyValue

if TYPE_CHECKING:
    from filelock import BaseFileLock

_PREFIX = "xception-explorer-uploads-"
_LOCK = ".lock"
"""Ends the name of the file beside a folder that its process keeps locked, from before the folder is made."""

_made: "list[tuple[Path, BaseFileLock]]" = []


def process_folder() -> Path:
    """The folder, which nobody else may enter, made when it is first asked for."""
    return _own()


@atexit.register
def remove_own() -> None:
    """Removes the folder of this process, which is about to end."""
    while _made:
        folder, lock = _made.pop()
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def bytes_in_all() -> int:
    """What lies in the folders of all processes of this user."""
    return sum(size for folder in _folders() for size in _sizes(folder))


def remove_left_over() -> None:
    """Removes the folders of processes that were killed, which could not do it themselves."""
    from filelock import FileLock, Timeout

    for folder in _folders():
        lock = FileLock(f"{folder}{_LOCK}", thread_local=False)
        with suppress(Timeout, OSError), lock.acquire(timeout=0):  # a living process holds it
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)


def _folders() -> list[Path]:
    return [path for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if not path.is_symlink() and path.is_dir()]


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        with suppress(OSError):  # it has just gone
            yield path.stat().st_size if path.is_file() else 0


def _new() -> Path:
    from filelock import FileLock

    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{secrets.token_hex(8)}"
    lock = FileLock(f"{folder}{_LOCK}", thread_local=False)
    lock.acquire()
    folder.mkdir(mode=0o700)
    _made.append((folder, lock))
    return folder


_own = LazyValue(_new)
