"""A worker: a process that holds networks and answers questions about them, one after the other.

Parent and worker talk over a pipe: a question goes in, how far it is comes out, then the answer. `None` asks it to end;
whatever comes while it computes asks it to stop.
"""

import os
import pickle
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.compute.answer import Stopped
from explorer.compute.packing import Packed, pack
from explorer.compute.question import Question
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.compute.loaded_networks import LoadedNetworks

STOP = "stop"
"""Sent while a long question runs: nobody wants the answer any more."""

_PROGRESS_S = 0.1
_NICENESS = 5
"""The pages' own process goes first."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Asks a worker to let go of all that is known by a key in which `part` stands."""

    part: Hashable


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a long question is, in passes."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer."""

    packed: Packed


@dataclass(frozen=True, slots=True)
class Failed:
    """What was raised instead of an answer."""

    packed: Packed


def serve(pipe: Connection, most_bytes: int, is_warmed: bool, shared: Path) -> None:
    """Answers until the pipe closes.

    Args:
        pipe: To the parent.
        most_bytes: What the networks that it keeps, and what pictures leave in them, may take.
        is_warmed: Whether it makes itself ready before anybody asks.
        shared: A private folder for what all workers hold.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business, which closes the pipe
    with suppress(OSError, AttributeError):  # not on Windows
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, args=(shared,), daemon=True).start()
    from explorer.compute.keys import mentions
    from explorer.compute.loaded_networks import LoadedNetworks
    from explorer.compute.mapped_values import MappedValues

    loaded = LoadedNetworks(lambda: most_bytes, MappedValues(shared))
    if is_warmed:
        threading.Thread(target=_warm_up, args=(loaded,), daemon=True).start()
    with suppress(EOFError, OSError):
        while (message := pipe.recv()) is not None:
            if isinstance(message, Forget):
                loaded.forget(lambda key, part=message.part: mentions(key, part))  # type: ignore[misc]
            elif isinstance(message, Question):
                pipe.send(_answer(message, loaded, pipe))
    parent = parent_process()
    if parent is not None and not parent.is_alive():
        _end_with_parent(shared)  # here too, for the end of this thread would cut that one off


def _end_with_parent(shared: Path) -> None:
    """Whatever is computed when the parent is killed is for nobody, and nobody else removes the folder."""
    if (parent := parent_process()) is not None:
        parent.join()
        shutil.rmtree(shared, ignore_errors=True)
        os._exit(1)


def _warm_up(loaded: "LoadedNetworks") -> None:
    """Loads libraries and the usual network, and makes a map, while nobody asks; a question meanwhile is answered."""
    from explorer.arch.places.taps import last_tap
    from explorer.configuration.registry import DEFAULT_NETWORK
    from explorer.model.sources.store import available
    from explorer.vision.methods.target import Target

    for source in available(DEFAULT_NETWORK)[:1]:
        with suppress(ExplorerError):  # who asks for it is told
            explainer = loaded.explainer(source.config, source)
            left = explainer.activations(np.zeros((1, *explainer.graph.input_shape), np.float32))
            explainer.heat_map("grad-cam", left, Target(0), last_tap(explainer.graph))


def _answer(question: Question[Any], loaded: "LoadedNetworks", pipe: Connection) -> Answered | Failed:
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if pipe.poll():
            if pipe.recv() is None:
                raise EOFError
            raise Stopped
        now = time.monotonic()
        if now - told >= _PROGRESS_S or done == total:
            told = now
            pipe.send(Progressed(done, total))

    further = {"progress": progress} if question.is_long else {}
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused in words
            return Answered(pack(question.function(loaded, *question.arguments, **further)))
    except EOFError:
        raise
    except Exception as error:
        error.add_note(f"In a worker:\n{traceback.format_exc()}")
        return Failed(_packed_error(error))


def _packed_error(error: Exception) -> Packed:
    """The error; one that cannot be sent becomes a RuntimeError with its words."""
    try:
        pickle.loads(pickle.dumps(error))
        return pack(error)
    except Exception:
        return pack(RuntimeError(f"{type(error).__name__}: {error}"))
