"""What is dear to make: made when it is first asked for, once, however many threads ask."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class LazyValue(Generic[T]):
    """Calling it gives what `make` makes; if that raises, the next call tries again."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._lock = Lock()

    @property
    def is_made(self) -> bool:
        """Whether calling it costs nothing."""
        return bool(self._made)

    def __call__(self) -> T:
        """The one."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]
