"""What a compute server and those who ask it say to each other.

Questions and answers pass through the server as bytes: it knows where they belong, and only the worker and the asker
take them apart. Large arrays go from the worker to the asker through shared memory.
"""

import pickle
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from explorer.compute.question import Question
from explorer.compute.workers.packing import Packed, pack
from explorer.vision.progress import Progress

if TYPE_CHECKING:
    from explorer.compute.loaded_networks import LoadedNetworks


WELCOME = "ready"
"""What a server says first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Attributes:
        ticket: Counts the questions of one asker's process.
        question: It, sealed.
        asker: A session; None comes after everybody.
    """

    ticket: int
    question: Question[Packed]
    asker: str | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nobody wants that answer any more."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is known by a key in which `part` stands is to be let go of."""

    part: Hashable


@dataclass(frozen=True, slots=True)
class Received:
    """An answer was taken apart: the shared memory that it came in is given back."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many questions are answered before it, and once it runs passes done and in all, of a long one."""

    ticket: int
    before: int
    progress: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Settled:
    """The answer, or what was raised instead."""

    ticket: int
    packed: Packed
    is_error: bool


def sealed(question: Question[Any]) -> Question[Packed]:
    """The question in a form that only a worker takes apart, and whose answer only the asker does.

    Raises:
        Exception: If it cannot be pickled.
    """
    inside = pickle.dumps((question.function, question.arguments), protocol=5)
    return Question(_answer_sealed, (inside,), question.network, question.picture, question.is_long)


def for_workers_elsewhere(question: Question[Packed]) -> Question[Packed]:
    """A sealed question whose answer comes without shared memory, from workers that may be on other machines."""
    return replace(question, function=_answer_from_elsewhere)


def _answer_sealed(
    loaded: "LoadedNetworks", inside: bytes, progress: Progress | None = None, *, may_share: bool = True
) -> Packed:
    function, arguments = pickle.loads(inside)
    further = {} if progress is None else {"progress": progress}
    return pack(function(loaded, *arguments, **further), may_share=may_share)


def _answer_from_elsewhere(loaded: "LoadedNetworks", inside: bytes, progress: Progress | None = None) -> Packed:
    return _answer_sealed(loaded, inside, progress, may_share=False)
