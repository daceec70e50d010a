"""A wall clock that is set back and forward by a day every second. Python imports this if its folder is on the path."""

import time

_DAY_S = 86_400
_WALL, _WALL_NS = time.time, time.time_ns


def _off() -> int:
    return (0, -_DAY_S, _DAY_S)[int(time.monotonic()) % 3]


time.time = lambda: _WALL() + _off()
time.time_ns = lambda: _WALL_NS() + _off() * 10**9
