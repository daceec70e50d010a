"""Weights files that people upload: on disk as long as their session lasts, and never in another's sight."""

import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from threading import Lock

import streamlit as st

from explorer.errors import WeightsError
from explorer.model.sources.process_folder import bytes_in_all, process_folder
from explorer.quantities import memory
from explorer.ui.session import cache

MOST_BYTES = 200 * 2**20
"""Of one file."""

MOST_TOGETHER = 1 << 30
"""Of all sessions' files together, those of other web processes included."""

_LONGEST_NAME = 80
_lock = Lock()


def keep_upload(name: str, data: bytes) -> Path:
    """Writes an uploaded file into this session's folder; its path.

    Raises:
        WeightsError: If it is too large, all sessions together keep too much, or it cannot be written.
    """
    if len(data) > MOST_BYTES:
        raise WeightsError(f"Expected a weights file of at most {memory(MOST_BYTES)}, got {memory(len(data))}.")
    try:
        folder = _folder()
    except OSError as error:
        raise _not_kept(name, data, error) from error
    path = folder / sha256(data).hexdigest()[:16] / _plain_name(name)
    if path.is_file():
        return path
    with _lock:
        together = bytes_in_all() + len(data)
        if together > MOST_TOGETHER:
            raise WeightsError(
                f"All sessions together may keep {memory(MOST_TOGETHER)} of weights files, and with this one it would "
                f"be {memory(together)}: try again when others have gone, or use the command line."
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            shutil.rmtree(path.parent, ignore_errors=True)  # a part of a file would pass for the file
            raise _not_kept(name, data, error) from error
    return path


def _not_kept(name: str, data: bytes, error: OSError) -> WeightsError:
    return WeightsError(
        f"{_plain_name(name)} could not be kept on the server's disk: {error.strerror or error}. Whoever runs the app "
        f"can free {memory(len(data))} where temporary files lie; then try again."
    )


def _plain_name(name: str) -> str:
    """A file's name without folders, and without what a file system or a page could take amiss."""
    plain = "".join(c if c.isalnum() or c in "._- " else "_" for c in name.replace("\\", "/").rpartition("/")[2])
    return plain[-_LONGEST_NAME:].lstrip(". ") or "weights"


def _release(folder: Path) -> None:
    """What a session that ends takes along: its files, and all that was computed with them."""
    cache.forget(folder)
    shutil.rmtree(folder, ignore_errors=True)


@st.cache_resource(scope="session", on_release=_release, show_spinner=False)
def _folder() -> Path:
    """This session's folder."""
    return Path(tempfile.mkdtemp(dir=process_folder()))
