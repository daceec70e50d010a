"""What is asked of the networks: a function of `explorer.compute.answers` with its arguments, all frozen values."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from explorer.arch.knobs import Config
from explorer.model.sources.known import WeightsSource
from explorer.vision.look import Look

R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class Question(Generic[R]):
    """A question.

    Attributes:
        function: Answers it; gets the networks of the process first, then the arguments. A long one takes `progress`.
        arguments: Frozen values that can be pickled.
        network: What the network is known by that it needs; None if it needs none.
        picture: What the picture is known by, likewise.
        is_long: Whether it runs a network many times, tells how far it is, and can be cancelled on the way.
        is_one_of_many: Whether many like it follow, about other pictures: then it waits for no worker that holds the
            network, but all load it.
    """

    function: Callable[..., R]
    arguments: tuple[Any, ...]
    network: Hashable = None
    picture: Hashable = field(default=None)
    is_long: bool = False
    is_one_of_many: bool = False

    @property
    def deadline_s(self) -> float:
        """How long it may run before its worker is ended."""
        return LONG_S if self.is_long else SHORT_S


def in_look(
    look: Look, function: Callable[..., R], *arguments: Any, is_long: bool = False, is_one_of_many: bool = False
) -> Question[R]:
    """A question about a picture in a network. What the picture leaves in it serves others; not of one of many."""
    of_picture = None if is_one_of_many else look.key
    return Question(function, (look, *arguments), (look.config, look.weights), of_picture, is_long, is_one_of_many)


def of_network(
    config: Config, source: WeightsSource | None, function: Callable[..., R], *arguments: Any, is_long: bool = False
) -> Question[R]:
    """A question about a network alone."""
    return Question(function, arguments, (config, source), is_long=is_long)


SHORT_S = 180.0
"""The first question about a network waits for libraries and weights to load, on a busy machine for half a minute."""

LONG_S = 3600.0
