"""`python -m explorer.compute.server PATH`: workers that several web processes ask over a Unix socket."""

import argparse
import os
import signal
import sys
from contextlib import suppress
from threading import Thread

# TensorFlow's information is not the program's; its errors stay.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from explorer.compute.choice import COMPUTE_VARIABLE, new_compute
from explorer.compute.server.address import socket_path
from explorer.compute.server.server import ComputeServer
from explorer.errors import ConfigError, ExplorerError

_WORKERS = "workers"

_GRACE_S = 4.0
"""How long workers have to end what they do."""


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m explorer.compute.server", description=__doc__)
    parser.add_argument("path", help="the socket, in a folder that nobody else may enter")
    parser.add_argument(
        "--compute",
        default=_WORKERS,
        help=f"as {COMPUTE_VARIABLE} has it, of this process: workers:4, say ({_WORKERS})",
    )
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server = ComputeServer(socket_path(arguments.path))
        if arguments.compute.startswith("unix:"):
            raise ConfigError("A compute server has workers of its own: --compute must not be `unix:PATH`.")
        compute = new_compute(option=arguments.compute)
    except ExplorerError as error:
        sys.exit(str(error))
    with suppress(KeyboardInterrupt):
        server.run(compute, are_workers_here=arguments.compute.startswith(_WORKERS))
    server.close()
    closing = Thread(target=compute.close, daemon=True)
    closing.start()
    closing.join(_GRACE_S)
    os._exit(0)  # whatever workers still do: they end with this process


if __name__ == "__main__":
    main()
