"""An answer that is on its way."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

R = TypeVar("R")

ANSWERING = "answer"
"""Name of the threads of this process in which questions are answered."""


class Stopped(Exception):
    """Raised out of a long computation that nobody wants any more."""


class Answer(Generic[R]):
    """What a question was exchanged for.

    Attributes:
        progress: Passes done and passes in all, of a long question that runs; None before.
        is_wanted: Whether somebody still waits for it.
    """

    def __init__(self) -> None:
        self.progress: tuple[int, int] | None = None
        self.is_wanted = True
        self._settled = threading.Event()
        self._lock = threading.Lock()
        self._then: Callable[[], None] = lambda: None
        self._value: Any = None
        self._error: BaseException | None = None
        self._before: Callable[[], int] = lambda: 0
        self._cancel: Callable[[], None] = lambda: None

    def wait(self, seconds: float | None = None) -> bool:
        """Waits, at most so long; whether it is here."""
        return self._settled.wait(seconds)

    def then(self, act: Callable[[], None]) -> None:
        """Has `act` called once, when it is here: at once, or by who answers, who must not be kept waiting."""
        with self._lock:
            self._then = act
            is_here = self._settled.is_set()
        if is_here:
            act()

    @property
    def before(self) -> int:
        """How many questions are answered before it; 0 once it runs."""
        return 0 if self._settled.is_set() else self._before()

    def result(self) -> R:
        """The answer, once it is here.

        Raises:
            ComputeError: If it took too long, was cancelled, or its workers died.
            Exception: What answering it raised.
        """
        self._settled.wait()
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[no-any-return]

    def cancel(self) -> None:
        """Nobody wants it any more: it is not begun, or stopped after the present pass if it is long."""
        self.is_wanted = False
        self._cancel()

    def waits_in(self, before: Callable[[], int], cancel: Callable[[], None]) -> None:
        """For who answers: how its place is found, and what is done when it is cancelled."""
        self._before, self._cancel = before, cancel

    def settle(self, value: Any = None, error: BaseException | None = None) -> None:
        """For who answers: it is here."""
        self._value, self._error = value, error
        with self._lock:
            self._settled.set()
            then = self._then
        then()
