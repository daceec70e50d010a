"""Functions whose answers are kept for all sessions."""

import inspect
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from explorer.compute.lru_cache import SharedLRUCache
from explorer.vision.look import Look

P = ParamSpec("P")
R = TypeVar("R")


class KeptAnswers(SharedLRUCache):
    """Answers by what was asked."""

    def keeps(self) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Makes a function remember; who asks for the same meanwhile waits for it.

        Arguments are the key: a look by its own, which leaves out the picture's bytes; those whose names begin with an
        underscore are no part of it.
        """

        def remembering(make: Callable[P, R]) -> Callable[P, R]:
            signature = inspect.signature(make)

            @wraps(make)
            def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
                named = signature.bind(*args, **kwargs).arguments
                parts = (_known_by(value) for name, value in named.items() if not name.startswith("_"))
                return self.get((make.__qualname__, *parts), lambda: make(*args, **kwargs))

            return remembered

        return remembering


def _known_by(value: Any) -> Hashable:
    return value.key if isinstance(value, Look) else value
