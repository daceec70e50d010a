"""Values whose arrays lie in files that several processes map: what all of them hold is in memory once.

A file is written by the process that makes the value, and read by the others; it belongs to the program's own folder.
"""

import mmap
import pickle
import tempfile
from collections.abc import Callable, Hashable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

T = TypeVar("T")

_ALIGNED = 64
"""Arrays begin at multiples of so many bytes, as NumPy's own do."""


class MappedValues:
    """Values by key, in a folder that only this program's processes write to. They may share it."""

    def __init__(self, folder: Path) -> None:
        """`folder` is there, and private: what lies in it is trusted."""
        self._folder = folder

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value, its arrays read-only views of a file; made by the first process that asks, while others wait.

        Where there is no room for the file it is the value itself.

        Args:
            key: Written out by `repr`, tells values apart.
            make: Makes a value that can be pickled.
        """
        path = self._path(key)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                value = make()
                if not _written(path, value):
                    return value
        known: T = _read(path)
        return known

    def _path(self, key: Hashable) -> Path:
        return self._folder / f"{sha256(repr(key).encode()).hexdigest()}.arrays"


def _written(path: Path, value: Any) -> bool:
    """Lengths, the pickled value, then its arrays, each aligned; False if the disk is full."""
    found: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=found.append)
    parts = [memoryview(pickled), *(buffer.raw() for buffer in found)]
    head = pickle.dumps([part.nbytes for part in parts])
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                for part in (memoryview(len(head).to_bytes(8, "little")), memoryview(head), *parts):
                    file.write(part)
                    file.write(bytes(-file.tell() % _ALIGNED))
            except OSError:
                Path(file.name).unlink()
                return False
        Path(file.name).replace(path)
    except OSError:
        return False
    return True


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    place = 0

    def next_part(size: int) -> memoryview:
        nonlocal place
        part = mapped[place : place + size]
        place += size + -size % _ALIGNED
        return part

    lengths = pickle.loads(next_part(int.from_bytes(next_part(8), "little")))
    pickled, *arrays = [next_part(length) for length in lengths]
    return pickle.loads(pickled, buffers=arrays)
