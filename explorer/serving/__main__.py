"""`python -m explorer.serving`: the app for many people on one machine."""

import argparse
import os
import sys

from explorer.compute.choice import COMPUTE_VARIABLE
from explorer.errors import ExplorerError
from explorer.serving.run import Serving, serve


def main() -> None:
    """Serves as the command line says, until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m explorer.serving", description=__doc__)
    parser.add_argument("--address", default="127.0.0.1", help="where to listen; 0.0.0.0 for everybody (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8501, choices=range(1, 65536), metavar="PORT", help="(8501)")
    parser.add_argument(
        "--web-processes", type=int, default=2, choices=range(1, 65), metavar="N", help="Streamlit servers (2)"
    )
    parser.add_argument(
        "--compute",
        default=os.environ.get(COMPUTE_VARIABLE) or "workers",
        help=f"where networks live, as {COMPUTE_VARIABLE} has it: workers, one a core, or workers:N (%(default)s)",
    )
    arguments = parser.parse_args()
    serving = Serving(arguments.address, arguments.port, arguments.web_processes, arguments.compute)
    try:
        sys.exit(serve(serving, lambda: print(f"Open {serving.url} in a browser. Ctrl-C ends it.", flush=True)))
    except ExplorerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
