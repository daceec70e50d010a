"""Where tables are printed."""

import sys

from rich.console import Console

_WIDTH = 120
"""Columns where nobody says how wide the terminal is."""


def terminal() -> Console:
    """Standard output, as wide as it is."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH)
