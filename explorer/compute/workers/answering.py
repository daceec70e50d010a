"""What a worker does, whatever carries it: answers a question with the networks it holds, and makes itself ready."""

import pickle
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.compute.question import Question
from explorer.compute.workers.packing import Packed, pack, unpack
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.arch.trained_weights import TrainedWeights
    from explorer.compute.loaded_networks import LoadedNetworks

_PROGRESS_S = 0.1


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a question, or what was raised instead, ready to be sent.

    Attributes:
        packed: The one or the other.
        is_error: Which.
    """

    packed: Packed
    is_error: bool

    def value(self) -> Any:
        """The answer; what was raised is raised."""
        value = unpack(self.packed)
        if self.is_error:
            raise value
        return value


def reply_to(
    question: Question[Any],
    loaded: "LoadedNetworks",
    *,
    look: Callable[[], None],
    tell: Callable[[int, int], None],
    packing: Callable[[Any], Packed] = pack,
    passed_on: tuple[type[Exception], ...] = (),
) -> Reply:
    """The reply to a question.

    Args:
        question: What is asked.
        loaded: The networks of this process.
        look: Called at each pass of a long question; raises `Stopped` if nobody wants it any more.
        tell: Called now and then with passes done and passes in all.
        packing: How answers are made ready for the way.
        passed_on: What is raised here instead of being sent.
    """
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        look()
        now = time.monotonic()
        if now - told >= _PROGRESS_S or done == total:
            told = now
            tell(done, total)

    further = {"progress": progress} if question.is_long else {}
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused in words
            return Reply(packing(question.function(loaded, *question.arguments, **further)), is_error=False)
    except passed_on:
        raise
    except Exception as error:
        error.add_note(f"In a worker:\n{traceback.format_exc()}")
        return Reply(packing(_sendable(error)), is_error=True)


def warm_up(loaded: "LoadedNetworks", source: "TrainedWeights") -> None:
    """Loads libraries and a network, and makes maps, while nobody asks; a question meanwhile is answered.

    At the last place, which is asked first, and at the first: the way back to it compiles what all others go through.
    """
    from explorer.arch.places.taps import first_tap, last_tap
    from explorer.vision.methods.target import Target

    with suppress(ExplorerError):  # who asks for it is told
        explainer = loaded.explainer(source.config, source)
        left = explainer.activations(np.zeros((1, *explainer.graph.input_shape), np.float32))
        for tap in (last_tap(explainer.graph), first_tap(explainer.graph)):
            explainer.heat_map("grad-cam", left, Target(0), tap)


def _sendable(error: Exception) -> Exception:
    """The error; one that cannot be sent becomes a RuntimeError with its words."""
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:  # an error's own code is run here, and may raise anything
        return RuntimeError(f"{type(error).__name__}: {error}")
