"""Where a compute server listens: a Unix socket in a folder that only its owner may enter.

Both sides take apart pickles, which can run anything, so who may connect is who may run programs as this user. The
folder sees to that; a key in a file beside the socket would be read by the same people.
"""

import os
import socket
from pathlib import Path

from explorer.errors import ConfigError

_LONGEST = 100
"""Bytes of a path: systems have room for 104 to 108."""


def socket_path(text: str) -> Path:
    """The path of a socket.

    Raises:
        ConfigError: If this system has no such sockets, or the path is empty or too long for one.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise ConfigError("This system has no Unix sockets, which web processes ask a compute server over.")
    if not text or len(os.fsencode(text)) > _LONGEST:
        raise ConfigError(f"The path of a socket must have 1 to {_LONGEST} bytes, got {text[:160]!r}.")
    return Path(text)


def require_private(folder: Path) -> None:
    """Lets pass a folder that belongs to this user and that nobody else may enter.

    Raises:
        ConfigError: If others own or may enter it.
        OSError: If it is not there.
    """
    state = folder.stat()
    if state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise ConfigError(
            f"The folder of a compute server's socket must be its user's alone (mode 700), got "
            f"{state.st_mode & 0o777:o} of user {state.st_uid} for {folder}."
        )
