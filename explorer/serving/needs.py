"""What serving needs of a machine: the balancer, the supervisor, and ports that nobody uses."""

import os
import shutil
import socket
from importlib.util import find_spec

from explorer.errors import ServingError

_FOR_ADMINISTRATORS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
"""Where packages put haproxy; a usual user's search path leaves some of them out."""

_LAST_PORT = 65535


def haproxy() -> str:
    """The path of the balancer's program.

    Raises:
        ServingError: If it is not installed.
    """
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), *_FOR_ADMINISTRATORS))
    if (path := shutil.which("haproxy", path=places)) is None:
        raise ServingError(
            "The balancer haproxy is not installed: `apt-get install haproxy` on Debian and Ubuntu, "
            "`brew install haproxy` on macOS. For one web process without it: `make app`."
        )
    return path


def require_supervisor() -> None:
    """Lets pass where the supervisor is installed.

    Raises:
        ServingError: If it is not, or this system has no use for it.
    """
    if os.name != "posix":
        raise ServingError("Several web processes need a Unix system; elsewhere: `streamlit run explorer/app.py`.")
    if find_spec("supervisor") is None:
        raise ServingError("supervisor is not installed: `pip install -r requirements-serving.txt`.")


def require_free(address: str, port: int) -> None:
    """Lets pass a port that one can listen at.

    Raises:
        ServingError: If it is taken, or the address is none of this machine.
    """
    try:
        _bind(address, port)
    except OSError as error:
        reason = error.strerror or error
        raise ServingError(f"Cannot listen at {address}, port {port} ({reason}): choose another.") from error


def free_ports(many: int, after: int) -> int:
    """The first of so many free ports in a row on the loopback address, above `after`.

    Raises:
        ServingError: If there are none.
    """
    first = after + 1
    while first + many - 1 <= _LAST_PORT:
        for port in range(first, first + many):
            try:
                _bind("127.0.0.1", port)
            except OSError:
                first = port + 1
                break
        else:
            return first
    raise ServingError(f"There are no {many} free ports in a row above {after}: choose a lower port.")


def _bind(address: str, port: int) -> None:
    family, kind, protocol, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)
