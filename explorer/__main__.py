"""`python -m explorer`."""

import signal

# As long as the program is not ready to be interrupted, an interrupt ends it at once.
interruptible = __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler
if interruptible:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import io
import os
import sys

# TensorFlow's information is not the program's; its errors stay. What this comes too late for is left out below.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from explorer.cli.greeting import leave_out_greeting
from explorer.cli.program import leave, main

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # None where it was closed. A character that the terminal does not have becomes a question mark.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    leave_out_greeting()
    if interruptible:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    except SystemExit as ended:
        leave(ended)
