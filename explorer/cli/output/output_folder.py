"""Several files that belong together, written into a folder: all of them or none."""

import errno
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from explorer.errors import ConfigError, OutputError

_UNFINISHED = ".unfinished-"


def folder_named(text: str | Path) -> Path:
    """What was given for `--output`.

    Raises:
        ConfigError: If it is empty, which to a file system means the current folder.
    """
    if not str(text):
        raise ConfigError("--output must be a folder, got '': name one, or . for the current one")
    return Path(text)


def check_folder(folder: Path, names: Iterable[str]) -> None:
    """Says at once, before anything is computed, that files of these names cannot be written into `folder`.

    Raises:
        ConfigError: If it is a file or a link to nothing, is in one, has no possible name, or holds folders of these
            names.
        OutputError: If nothing can be written there.
    """
    try:
        there = _nearest(folder)
        if not there.is_dir():
            what = "a file" if there.exists() else "a link to nothing"
            raise ConfigError(f"--output must be a folder, but {there} is {what}: name another")
        for name in names:
            if (folder / name).is_dir():
                raise ConfigError(f"--output is to hold a file {name}, but {folder / name} is a folder: name another")
    except OSError as error:
        raise ConfigError(f"--output cannot be {folder}: {error.strerror or error}. Name another folder") from error
    try:
        # Tried, not asked: permissions do not tell what a file system lets one do.
        tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=there).cleanup()
    except OSError as error:
        raise _not_written(folder, error) from error


def _nearest(folder: Path) -> Path:
    """What there is of the path `folder`, be it a link to nothing."""
    for place in (folder, *folder.parents):
        try:
            place.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        return place
    return Path()


def _not_written(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"{folder} could not be written: {error.strerror or error}.")


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes `files` by name into `folder`, made if it is not there; files of these names there are replaced.

    Whatever ends it, an interrupt as well, the folder is then as it was before, or holds all of them.

    Raises:
        OutputError: If it cannot be written.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as temporary:
            _exchange(folder, files, Path(temporary))
    except BaseException as error:
        for place in made:
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()
        if isinstance(error, OSError):
            raise _not_written(folder, error) from error
        raise


def _exchange(folder: Path, files: Mapping[str, bytes], temporary: Path) -> None:
    for name in files:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, f"{name} is a folder there")
    new, old = temporary / "new", temporary / "old"
    new.mkdir()
    old.mkdir()
    for name, data in files.items():
        (new / name).write_bytes(data)
    try:
        for name in files:
            if (folder / name).exists():
                os.replace(folder / name, old / name)
        for name in files:
            os.replace(new / name, folder / name)
    except BaseException:
        for name in files:
            if not (new / name).exists():
                (folder / name).unlink(missing_ok=True)
            if (old / name).exists():
                os.replace(old / name, folder / name)
        raise
