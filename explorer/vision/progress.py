"""How a long computation tells how far it is, and how it is stopped."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with the steps that are done and their number after each step; what it raises ends the computation."""


def silent(done: int, total: int) -> None:
    """Tells nobody."""
