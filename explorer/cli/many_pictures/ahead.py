"""Questions asked ahead of their turn, so that workers always have some; answers in the order of the questions.

One picture is a question. A batch gains nothing (at 150 px a pass takes 34 CPU ms, in batches of four or eight 32 to 33
for each picture), and its first answer waits for its last. What is gained is gained by reading pictures and scaling
them while the network runs.
"""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from explorer.compute.answer import Answer
from explorer.compute.choice import Compute
from explorer.compute.question import Question

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4
"""Questions on their way for each worker, answers that wait for the first one among them."""

_MOST_BYTES = 128 << 20
"""Bytes of pictures on their way, from which on no further question is asked."""


@dataclass(frozen=True, slots=True)
class Turn(Generic[T, R]):
    """Something that has its turn.

    Attributes:
        about: What it is.
        question: What is asked about it; None if nothing is to be asked.
        nbytes: Bytes of the question.
    """

    about: T
    question: Question[R] | None
    nbytes: int


def answered_in_order(
    compute: Compute, turns: Iterable[Turn[T, R]], asker: str
) -> Generator[tuple[T, Answer[R] | None]]:
    """What each turn is about, with its answer, which is here; what is on its way when this ends is cancelled."""
    waiting: deque[tuple[Turn[T, R], Answer[R] | None]] = deque()
    on_their_way = 0
    try:
        for turn in turns:
            waiting.append((turn, compute.ask(turn.question, asker) if turn.question else None))
            on_their_way += turn.nbytes
            while len(waiting) >= AHEAD * compute.workers or on_their_way >= _MOST_BYTES:
                on_their_way -= waiting[0][0].nbytes
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        for _, answer in waiting:
            if answer is not None:
                answer.cancel()


def _first(waiting: deque[tuple[Turn[T, R], Answer[R] | None]]) -> tuple[T, Answer[R] | None]:
    turn, answer = waiting[0]
    if answer is not None:
        answer.wait()
    waiting.popleft()
    return turn.about, answer
