"""Where computed values are kept for all who ask: so many bytes together, the least recently used go first."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from explorer.model.lazy import LazyValue

if TYPE_CHECKING:
    from cachetools import LRUCache

R = TypeVar("R")

_LEAST_BYTES = 4096
"""What a value counts at least, so that their number is bounded too."""


class SharedLRUCache:
    """Values by key, together at most a budget of bytes; one that alone is larger stands alone. Threads share it."""

    def __init__(self, budget: Callable[[], int], on_release: Callable[[], object] = lambda: None) -> None:
        """Bytes, asked for with the first value, and what is done after values had to go."""
        self._budget = LazyValue(budget)
        self._values = LazyValue(self._empty)
        self._on_release = on_release
        self._lock = Lock()
        self._in_the_making: dict[Hashable, Lock] = {}

    def find(self, key: Hashable) -> Any:
        """The value, or None."""
        values = self._values()
        with self._lock:
            return values.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        """Keeps `value`, not to be changed from now on."""
        values = self._values()
        with self._lock:
            values.pop(key, None)
            expected = len(values) + 1
            values[key] = value
            released = len(values) < expected
        if released:
            self._on_release()

    def forget(self, is_meant: Callable[[Hashable], bool]) -> None:
        """Lets go of the values whose keys are meant."""
        values = self._values()
        with self._lock:
            meant = [key for key in values if is_meant(key)]
            for key in meant:
                del values[key]
        if meant:
            self._on_release()

    def get(self, key: Hashable, make: Callable[[], R]) -> R:
        """The value; made if it is not here, and who asks for the same meanwhile waits for it.

        None, the answer where there is nothing to compute, is not remembered.
        """
        known: R | None = self.find(key)
        if known is not None:
            return known
        with self._lock:
            turn = self._in_the_making.setdefault(key, Lock())
        with turn:
            known = self.find(key)
            if known is not None:
                return known
            try:
                value = make()
                self.put(key, value)
            finally:
                with self._lock:
                    self._in_the_making.pop(key, None)
            return value

    def _empty(self) -> "LRUCache[Hashable, Any]":
        from cachetools import LRUCache

        budget = self._budget()
        return LRUCache(budget, getsizeof=lambda value: min(max(bytes_in(value), _LEAST_BYTES), budget))


def bytes_in(value: Any) -> int:
    """Bytes of the arrays and files in `value`: what has `nbytes` says so, of all else the parts are summed up."""
    if isinstance(size := getattr(value, "nbytes", None), int):
        return size
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(bytes_in, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(bytes_in, value))
    if is_dataclass(value):
        return sum(bytes_in(getattr(value, field.name)) for field in fields(value))
    return 0
