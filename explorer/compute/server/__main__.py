"""`python -m explorer.compute.server PATH`: workers that several web processes ask over a Unix socket."""

import argparse
import os
import signal
import sys
from contextlib import suppress

# TensorFlow's information is not the program's; its errors stay.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from explorer.compute.choice import usual_workers
from explorer.compute.pool import WorkerPool
from explorer.compute.server.address import socket_path
from explorer.compute.server.server import ComputeServer
from explorer.errors import ExplorerError


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m explorer.compute.server", description=__doc__)
    parser.add_argument("path", help="the socket, in a folder that nobody else may enter")
    parser.add_argument("--workers", type=int, choices=range(1, 65), metavar="1..64", help="as many as cores without")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server = ComputeServer(socket_path(arguments.path))
        pool = WorkerPool(arguments.workers or usual_workers())
    except ExplorerError as error:
        sys.exit(str(error))
    with suppress(KeyboardInterrupt):
        server.run(pool)
    server.close()
    os._exit(0)  # at once, whatever the workers do: they end with this process


if __name__ == "__main__":
    main()
