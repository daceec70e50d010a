"""Questions answered in this process, each in a thread of its own: for the command line, and for tests."""

import threading
import time
from collections.abc import Hashable
from contextvars import copy_context
from typing import Any, TypeVar

from explorer.compute.answer import ANSWERING, Answer, Stopped
from explorer.compute.keys import mentions
from explorer.compute.question import Question
from explorer.model.lazy import LazyValue

R = TypeVar("R")

_LAST_ANSWER_S = 1.0


class InProcess:
    """Holds the networks itself. Threads share it.

    Attributes:
        workers: Questions that are worth asking at once: libraries share the cores out.
    """

    workers = 1

    def __init__(self) -> None:
        self._loaded: LazyValue[Any] = LazyValue(_loaded_networks)
        self._running: dict[Answer[Any], threading.Thread] = {}

    def ask(self, question: Question[R], asker: str | None = None) -> Answer[R]:
        """Begins to answer."""
        answer: Answer[R] = Answer()
        # What NumPy is to do where numbers overflow stands in the context.
        context = copy_context()
        thread = threading.Thread(
            target=context.run, args=(self._answer, question, answer), name=ANSWERING, daemon=True
        )
        self._running[answer] = thread
        thread.start()
        return answer

    def forget(self, part: Hashable) -> None:
        """Lets go of what is known by a key in which `part` stands."""
        self._loaded().forget(lambda key: mentions(key, part))

    def close(self) -> None:
        """Waits a second for what runs, of which nobody wants the rest any more."""
        running = list(self._running.items())
        for answer, _ in running:
            answer.cancel()
        until = time.monotonic() + _LAST_ANSWER_S
        for _, thread in running:
            thread.join(max(0.0, until - time.monotonic()))

    def _answer(self, question: Question[R], answer: Answer[R]) -> None:
        def progress(done: int, total: int) -> None:
            answer.progress = done, total
            if not answer.is_wanted:
                raise Stopped

        further = {"progress": progress} if question.is_long else {}
        try:
            if not answer.is_wanted:
                raise Stopped
            answer.settle(question.function(self._loaded(), *question.arguments, **further))
        except BaseException as error:
            answer.settle(error=error)
        finally:
            del self._running[answer]


def _loaded_networks() -> Any:
    from explorer.compute.loaded_networks import LoadedNetworks

    return LoadedNetworks()
