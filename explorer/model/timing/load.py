"""How many cores there are, and how many processes want them."""

import os


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1


def load() -> float | None:
    """Processes that wanted to run, on average over the last minute; None if the system does not tell."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):  # not on Windows
        return None


def crowding() -> float:
    """By how much longer one more process takes than alone, about; 1 if nobody wants the cores, or nobody knows."""
    return max(1.0, (1 + (load() or 0.0)) / cores())
