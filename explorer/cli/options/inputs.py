"""What commands are given to read: weights and pictures."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from explorer.arch.network import Network
from explorer.errors import ConfigError, ImageError, WeightsError
from explorer.model.sources.known import SOURCES, WeightsFile, WeightsSource, find_source
from explorer.model.sources.store import available, cache_directory
from explorer.vision.pictures.images import MAX_BYTES


def weights_asked_for(text: str | None, network: Network | None = None, others: tuple[str, ...] = ()) -> WeightsSource:
    """The weights of that name or in that file; the first of the network that are here if nothing was said.

    Args:
        text: What was said. A name goes before a file of that name.
        network: The network asked for; None if none was.
        others: What else the command takes, for the message.

    Raises:
        ConfigError: If there is neither such a name nor such a file.
        WeightsError: If nothing was said and none are here.
    """
    if text is None:
        here = available(network)
        if not here:
            if network is not None and not network.trained:
                raise WeightsError(f"Nobody published weights of {network.title}: give a file, or --weights random.")
            of_network, names = (f" of {network.title}", f" {network.trained[0].name}") if network else ("", "")
            raise WeightsError(
                f"There are no weights{of_network} in {cache_directory()} yet: "
                f"fetch some by `python -m explorer weights fetch{names}`."
            )
        return here[0]
    if (source := find_source(text, network)) is not None:
        return source
    known = (source.name for source in SOURCES.values() if network is None or source in network.trained)
    expected = f"--weights must be one of {', '.join((*known, *others))} or the path of a file"
    try:
        is_file = Path(text).is_file()
    except OSError as error:  # a name that is too long, a folder that must not be looked into
        raise ConfigError(f"{expected}, but {text!r} could not be read: {error.strerror or error}") from error
    if not is_file:
        raise ConfigError(f"{expected}, got {text!r}")
    return WeightsFile(Path(text))


def read_picture(path: Path) -> bytes:
    """The bytes of a file, no more of them than a picture may have and one to tell that there are more.

    Raises:
        ImageError: If it is no file, or cannot be read.
    """
    return read_with_state(path)[0]


def read_with_state(path: Path) -> tuple[bytes, os.stat_result]:
    """As `read_picture`, with the state of the file before it was read."""
    try:
        # Looked at before it is opened: to open a pipe that nobody writes into never ends.
        if not S_ISREG(path.stat().st_mode):
            raise ImageError("Expected a picture, but this is no file: give the path of one.")
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            return file.read(MAX_BYTES + 1), state
    except OSError as error:
        raise ImageError(f"The file could not be read: {error.strerror or error}.") from error


def state_of(file: os.stat_result) -> tuple[int, str]:
    """Size in bytes, and when the file was last changed (UTC): while both stay, it is taken to be the same."""
    try:
        changed = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=file.st_mtime_ns // 1000)
    except OverflowError:  # a time that no calendar has
        return file.st_size, str(file.st_mtime_ns)
    return file.st_size, changed.isoformat(timespec="microseconds")
