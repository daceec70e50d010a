"""Which relatives of a network are timed so that the time of all others can be predicted."""

from collections.abc import Callable

from explorer.arch.knobs import Config
from explorer.counting.frontier import Plane

_WIDTHS, _REPEATS = 4, 2
"""Widths are as far apart as factors of two. Equal modules take equal time: two show how long one takes."""


def relatives(plane: Plane, fits: Callable[[Config], bool]) -> tuple[Config, ...]:
    """Up to four settings of the plane, from the narrowest to the widest that can be timed, in like steps by factors.

    Args:
        plane: All settings.
        fits: Whether one can be timed; if so, all that are narrower can.
    """
    row = next(row for row in plane.settings if row[0].repeats >= _REPEATS)
    widest = next((number for number in reversed(range(len(row))) if fits(plane.config(row[number]))), None)
    if widest is None:
        return ()
    widths = plane.widths[: widest + 1]
    wanted = (widths[0] * (widths[-1] / widths[0]) ** (step / (_WIDTHS - 1)) for step in range(_WIDTHS))
    nearest = (min(range(len(widths)), key=lambda number: abs(widths[number] - width)) for width in wanted)
    return tuple(plane.config(row[number]) for number in dict.fromkeys(nearest))
