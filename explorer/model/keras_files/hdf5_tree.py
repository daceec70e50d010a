"""A HDF5 file as plain data: its groups, the texts attached to them, its arrays.

The file is opened by another process (`hdf5_dump.py` says why), which costs about 0.3 s. This one only maps the
bytes that come out.
"""

import json
import math
import mmap
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from explorer.errors import WeightsError

_PROGRAM = Path(__file__).with_name("hdf5_dump.py")
_OUTPUT_FAILED = 3  # as in that program
# A file of 92 MB takes 0.3 s when it is cached, and seconds from a slow disk; a damaged one may take for ever.
_TIME_LIMIT_S = 30.0
_SLOWEST_BYTES_PER_S = 10e6


@dataclass(frozen=True, slots=True)
class Array:
    """A data set.

    Attributes:
        shape: Its shape.
        dtype: Its type in the file.
        finite: Whether no value is infinite or not a number.
        values: The values as read-only float32, paged in when used; None if the type is not a float.
    """

    shape: tuple[int, ...]
    dtype: str
    finite: bool
    values: np.ndarray | None = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the file, the root included.

    Attributes:
        path: Its path, "" for the root.
        texts: The attributes that Keras writes; each a text or a list of texts.
        groups: The groups in it, by name.
        arrays: The data sets in it, by name.
    """

    path: str
    texts: Mapping[str, str | list[str]]
    groups: "Mapping[str, Group]"
    arrays: Mapping[str, Array]

    def group(self, path: str) -> "Group | None":
        """The group at `path` below this one, None if there is none."""
        group: Group | None = self
        for name in path.split("/"):
            group = group.groups.get(name) if group else None
        return group

    def array(self, path: str) -> Array | None:
        """The array at `path` below this group, None if there is none."""
        parent, _, name = path.rpartition("/")
        group = self.group(parent) if parent else self
        return group.arrays.get(name) if group else None


def read_tree(path: Path, shown_as: str, leave_out: tuple[str, ...] = ()) -> Group:
    """The root of the HDF5 file at `path`.

    Args:
        path: The file.
        shown_as: What messages call it.
        leave_out: Names of top-level groups that are not wanted.

    Raises:
        WeightsError: The file is damaged, leads out of itself, or is larger than it can honestly be; or the temporary
            folder is full.
        OSError: The temporary folder cannot be written at all.
    """
    # -P keeps the program's own directory, with its modules named like the standard library's, off its path.
    command = [sys.executable, "-P", str(_PROGRAM), str(path), *leave_out]
    with tempfile.TemporaryFile() as out:
        try:
            result = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=_TIME_LIMIT_S + path.stat().st_size / _SLOWEST_BYTES_PER_S,
                # Its arithmetic is trivial; threads would only take address space.
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            )
        except subprocess.TimeoutExpired as error:
            raise WeightsError(f"{shown_as} is damaged: reading it did not end.") from error
        said = result.stderr.decode(errors="replace")
        if result.returncode == _OUTPUT_FAILED:
            raise temporary_folder_failed(shown_as, said.strip())
        if result.returncode == 1:
            raise RuntimeError(f"{_PROGRAM.name} failed:\n{said}")
        if result.returncode != 0:
            raise WeightsError(f"{shown_as} is damaged: the HDF5 library crashed on it.")
        return _map(out.fileno(), shown_as)


def temporary_folder_failed(shown_as: str, why: str) -> WeightsError:
    """What is raised where the file is blameless, but there was no room to unpack it."""
    return WeightsError(
        f"{shown_as} could not be read, because the temporary folder {tempfile.gettempdir()} could not be written: "
        f"{why}. Free some space there, or name another folder in TMPDIR."
    )


def _map(descriptor: int, shown_as: str) -> Group:
    """The tree in the output of `hdf5_dump.py`; its arrays keep the mapping alive."""
    data = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(data[-8:], "little")
    description = json.loads(data[-8 - length : -8])
    if "refused" in description:
        raise WeightsError(f"{shown_as} cannot be used: {description['refused']}.")
    # What is inside comes after what it is inside of.
    groups: dict[str, tuple[dict[str, Group], dict[str, Array]]] = {}
    root = None
    for path, texts in description["groups"].items():
        groups[path] = ({}, {})
        group = Group(path, texts, *groups[path])
        if root is None:
            root = group
        else:
            parent, name = _split(path)
            groups[parent][0][name] = group
    for path, entry in description["datasets"].items():
        shape, start = tuple(entry["shape"] or ()), entry["start"]
        values = None if start is None else np.frombuffer(data, "<f4", math.prod(shape), start).reshape(shape)
        parent, name = _split(path)
        groups[parent][1][name] = Array(shape, entry["dtype"], entry["finite"], values)
    assert root is not None  # the root is always described
    return root


def _split(path: str) -> tuple[str, str]:
    """Path of the group and name in it."""
    parent, _, name = path.rpartition("/")
    return parent, name
