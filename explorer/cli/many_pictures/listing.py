"""Which pictures are meant: files, those in folders, and names from standard input."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from explorer.errors import ConfigError
from explorer.vision.pictures.formats import ENDINGS

STANDARD_INPUT = "-"
"""Stands for the names on standard input, one a line."""


@dataclass(slots=True)
class Listing:
    """Pictures in their order: as they were named, and of a folder by name, folders in it among them.

    Attributes:
        names: Their paths, and those of folders that could not be read.
        unreadable: Why not, by the folder's path.
        has_folder: Whether folders were looked through.
        others: Files in these that are no pictures by their names, or hidden.
        again: Folders that lead back to one that was looked through, by a link.
    """

    names: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    has_folder: bool = False
    others: int = 0
    again: list[str] = field(default_factory=list)


def listed(given: Sequence[str], lines: Iterable[bytes]) -> Listing:
    """The pictures that are meant.

    Args:
        given: Paths of files and folders, or `STANDARD_INPUT`.
        lines: What stands on standard input.

    Raises:
        ConfigError: If a path is empty, or there are no pictures.
    """
    found = Listing()
    seen: set[tuple[int, int]] = set()
    for text in given:
        texts = (os.fsdecode(line.rstrip(b"\r\n")) for line in lines) if text == STANDARD_INPUT else (text,)
        for each in texts:
            if each:
                _add(each, found, seen)
            elif text != STANDARD_INPUT:
                raise ConfigError("a picture or a folder must be named, got ''")
    if not found.names:
        where = "on standard input" if not found.has_folder else f"in {', '.join(given)}"
        others = f"; got {found.others:,} other files" if found.others else ""
        raise ConfigError(f"there are no pictures {where}: their names end in .{', .'.join(ENDINGS)}{others}")
    return found


def _add(text: str, found: Listing, seen: set[tuple[int, int]]) -> None:
    """A file as it is; of a folder all pictures, those in its folders too."""
    path = str(Path(text))
    if not os.path.isdir(path):
        found.names.append(path)
        return
    found.has_folder = True
    waiting = [(path, True)]  # the next one last
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            found.names.append(path)
            continue
        try:
            of_folder = os.stat(path)
            identity = of_folder.st_dev, of_folder.st_ino
            if identity in seen:
                found.again.append(path)
                continue
            seen.add(identity)
            waiting += reversed(_entries(path, found))
        except OSError as error:
            found.names.append(path)
            found.unreadable[path] = f"The folder could not be read: {error.strerror or error}."


def _entries(folder: str, found: Listing) -> list[tuple[str, bool]]:
    """Pictures and folders in a folder, by name."""
    entries = []
    with os.scandir(folder) as scan:
        for entry in scan:
            is_folder = _is_folder(entry)
            if entry.name.startswith(".") or not (is_folder or entry.name.lower().endswith(_ENDINGS)):
                found.others += not is_folder
            else:
                entries.append((entry.name, is_folder))
    entries.sort(key=lambda entry: os.fsencode(entry[0]))
    return [(os.path.join(folder, name), is_folder) for name, is_folder in entries]


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


_ENDINGS = tuple(f".{ending}" for ending in ENDINGS)
