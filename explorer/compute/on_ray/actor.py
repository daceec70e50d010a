"""What runs on a node: an actor that holds networks and answers questions about them, one after the other."""

import os
import platform
import shutil
import tempfile
import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

import ray

from explorer.arch.trained_weights import TrainedWeights
from explorer.compute.answer import Stopped
from explorer.compute.keys import mentions
from explorer.compute.loaded_networks import LoadedNetworks
from explorer.compute.mapped_values import MappedValues
from explorer.compute.on_ray.same_program import Program, program
from explorer.compute.on_ray.weights_on_nodes import Lacks, ReceivedWeights, SentFile
from explorer.compute.workers.answering import Reply, reply_to, warm_up
from explorer.compute.workers.packing import Packed, pack_apart, unpack
from explorer.model.sources.known import WeightsSource

BESIDE, LIFE = "beside", "life"
CONCURRENCY_GROUPS = {BESIDE: 3, LIFE: 1}
"""How many calls run at once beside the answer: what it is told and asked meanwhile, and the one that never returns."""

_FOLDERS = "xception-explorer-ray-"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an actor runs.

    Attributes:
        program: What runs there.
        node: Ray's identifier of the node.
        machine: The node's name.
        process_id: Of the actor's process there.
    """

    program: Program
    node: str
    machine: str
    process_id: int


class NetworkActor:
    """Its methods are called by Ray."""

    def __init__(self, pool: str, settings: Mapping[str, str], most_bytes: int) -> None:
        """Holds nothing yet.

        Args:
            pool: Name of the pool that asks; its actors on a node share a folder.
            settings: Of the machine that asks, environment variables that answers depend on.
            most_bytes: What the networks that it keeps, and what pictures leave in them, may take.
        """
        os.environ.update(settings)
        self._node = ray.get_runtime_context().get_node_id()
        self._folder = _shared_folder(f"{pool}-{self._node[:12]}")
        self._weights = ReceivedWeights()
        self._loaded = LoadedNetworks(lambda: most_bytes, MappedValues(self._folder), self._weights.load)
        self._stopped = -1
        self._progress: tuple[int, int] | None = None

    def place(self) -> Place:
        """Where it runs."""
        return Place(program(), self._node, platform.node(), os.getpid())

    def answer(self, number: int, packed: Packed, sent: Mapping[WeightsSource, SentFile]) -> Reply | Lacks:
        """The reply to a question, or what it needs that is not here.

        Args:
            number: Counts the questions of this actor.
            packed: The question.
            sent: Weights that were lacked before.
        """

        def look() -> None:
            if self._stopped == number:
                raise Stopped

        def tell(done: int, total: int) -> None:
            self._progress = done, total

        with self._weights.given(sent):
            try:
                return reply_to(
                    unpack(packed), self._loaded, look=look, tell=tell, packing=pack_apart, passed_on=(Lacks,)
                )
            except Lacks as lacks:
                return lacks
            finally:
                self._progress = None

    @ray.method(concurrency_group=BESIDE)
    def progress(self) -> tuple[int, int] | None:
        """Passes done and passes in all, of the long question that runs."""
        return self._progress

    @ray.method(concurrency_group=BESIDE)
    def stop(self, number: int) -> None:
        """Nobody wants the answer to a question any more."""
        self._stopped = number

    @ray.method(concurrency_group=BESIDE)
    def warm_up(self, source: TrainedWeights, sent: Mapping[WeightsSource, SentFile]) -> Lacks | None:
        """Makes itself ready with a network; what it lacks for it."""
        with self._weights.given(sent):
            try:
                warm_up(self._loaded, source)
            except Lacks as lacks:
                return lacks
        return None

    def forget(self, parts: list[Hashable]) -> None:
        """Lets go of what is known by keys in which these stand."""
        self._loaded.forget(lambda key: any(mentions(key, part) for part in parts))

    @ray.method(concurrency_group=LIFE)
    def live(self) -> None:
        """Never returns: that this call ended says that the actor did."""
        threading.Event().wait()

    @ray.method(concurrency_group=BESIDE)
    def end(self) -> None:
        """Removes what lies on disk; others that still map it keep what they map."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _shared_folder(name: str) -> Path:
    """A private folder that the actors of a pool share on a node; those whose actors all died go."""
    parent = Path(tempfile.gettempdir())
    folder, mark = parent / (_FOLDERS + name), f"process-{os.getpid()}"
    new = Path(tempfile.mkdtemp())
    (new / mark).touch()
    try:
        new.rename(folder)  # with the mark in it: there is no moment at which it seems to be nobody's
    except OSError:  # another actor made it
        shutil.rmtree(new)
        (folder / mark).touch()
    for other in parent.glob(f"{_FOLDERS}*"):
        if other != folder and not any(map(_runs, other.glob("process-*"))):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def _runs(file: Path) -> bool:
    """Whether the process that left the file runs."""
    try:
        os.kill(int(file.name.removeprefix("process-")), 0)
    except PermissionError:
        return True
    except (ValueError, OSError):
        return False
    return True
