"""A worker that is an actor of Ray, seen from the machine that asks."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import uuid4

import ray
from ray.exceptions import GetTimeoutError, RayTaskError

from explorer.arch.trained_weights import TrainedWeights
from explorer.compute.on_ray.actor import CONCURRENCY_GROUPS, NetworkActor, Place
from explorer.compute.on_ray.same_program import program
from explorer.compute.on_ray.weights_on_nodes import Lacks, SentFile, SentFiles
from explorer.compute.question import Question
from explorer.compute.workers.packing import pack_apart
from explorer.compute.workers.worker import Progressed, TookTooLong, WorkerDied
from explorer.errors import ComputeError, ExplorerError
from explorer.model.sources.known import WeightsSource

_LOOK_S = 0.05
"""Time between two looks at whether a long question is still wanted, and how far it is."""

_GRACE_S = 5.0
"""How long a stopped question has before its actor is ended."""

_SIDE_CALL_S = 0.5
"""How long it is waited for how far a question is: a busy machine answers at the next look."""

_STORED_FROM = 1 << 20
"""Bytes of a question from which it goes through the object store."""

_FORGET_S, _END_S, _WARM_S = 30.0, 2.0, 600.0

_log = logging.getLogger(__name__)


class RayWorkers:
    """Starts them, spread over the nodes that have room."""

    def __init__(
        self, settings: Mapping[str, str], most_bytes: int, memory: int, warmed: TrainedWeights | None
    ) -> None:
        """Nothing is started yet.

        Args:
            settings: Environment variables that answers depend on.
            most_bytes: What the networks that each keeps, and what pictures leave in them, may take.
            memory: Bytes that a node must have for each.
            warmed: The network that each makes itself ready with before anybody asks.
        """
        self._arguments = uuid4().hex, dict(settings), most_bytes
        self._memory = memory
        self._warmed = warmed
        self._files = SentFiles()
        self._refused: set[str] = set()

    def start(self) -> "RayWorker":
        """A new one."""
        options: dict[str, Any] = {
            "num_cpus": 1,
            "memory": self._memory,
            "concurrency_groups": CONCURRENCY_GROUPS,
            "scheduling_strategy": "SPREAD",
        }
        if self._refused:
            options["label_selector"] = {"ray.io/node-id": f"!in({','.join(sorted(self._refused))})"}
        try:
            actor = ray.remote(**options)(NetworkActor).remote(*self._arguments)
            return RayWorker(actor, self._files, self._warmed, self._accepts)
        except Exception as error:  # of several kinds, and some that Ray has no name for
            raise ComputeError(
                "The cluster of Ray answers no longer: does its head run, and can it be reached? "
                f"({type(error).__name__}: {str(error)[:200]})"
            ) from error

    def close(self) -> None:
        """Nothing is shared."""

    def _accepts(self, place: Place) -> bool:
        """Whether the same program runs there; a node that joined with another one is left alone from now on."""
        difference = place.program.differs_from(program())
        if difference:
            self._refused.add(place.node)
            _log.warning("The node %s is not used: %s.", place.machine, difference)
        return not difference


class RayWorker:
    """An actor. It is ready once a node has room for it and its process runs."""

    def __init__(
        self, actor: Any, files: SentFiles, warmed: TrainedWeights | None, accepts: Callable[[Place], bool]
    ) -> None:
        self.started_at = time.monotonic()
        self._actor = actor
        self._files = files
        self._warmed = warmed
        self._accepts = accepts
        self._numbers = count()
        self._place: Place | None = None
        self._is_alive = True
        actor.live.remote().future().add_done_callback(lambda _: self._over())
        actor.place.remote().future().add_done_callback(self._placed)

    @property
    def is_ready(self) -> bool:
        """Whether it has a place to run."""
        return self._place is not None

    @property
    def is_alive(self) -> bool:
        """Whether Ray has not reported its end."""
        return self._is_alive

    @property
    def process_id(self) -> int:
        """Of its process on its node; 0 before it has one."""
        return self._place.process_id if self._place else 0

    @property
    def node(self) -> str:
        """Ray's identifier of its node; empty before it has one."""
        return self._place.node if self._place else ""

    def ask(self, question: Question[Any], told: Callable[[Progressed], None], is_wanted: Callable[[], bool]) -> Any:
        """Its answer; see `explorer.compute.workers.worker.Worker`."""
        deadline = time.monotonic() + question.deadline_s
        number = next(self._numbers)
        packed = pack_apart(question)
        is_stored = packed.nbytes >= _STORED_FROM

        def asked(sent: Mapping[WeightsSource, SentFile]) -> Any:
            reply = self._actor.answer.remote(number, ray.put(packed) if is_stored else packed, sent)
            self._attend(reply, number, question.is_long, deadline, told, is_wanted)
            return ray.get(reply)

        try:
            reply = self._with_files(asked)
        except (ExplorerError, RayTaskError, TookTooLong):
            raise
        except Exception as error:  # Ray says in many ways that the actor, or the connection to it, is lost
            self.kill()
            raise WorkerDied from error
        return reply.value()

    def forget(self, parts: list[Hashable]) -> None:
        """It lets go of what is known by them."""
        try:
            ray.get(self._actor.forget.remote(parts), timeout=_FORGET_S)
        except Exception:  # in whatever way Ray says it
            self.kill()

    def end(self) -> None:
        """Asks it to end, and ends it if it does not."""
        if self.is_ready and self.is_alive:
            with suppress(Exception):
                ray.get(self._actor.end.remote(), timeout=_END_S)
        self.kill()

    def _attend(
        self,
        reply: "ray.ObjectRef[Any]",
        number: int,
        is_long: bool,
        deadline: float,
        told: Callable[[Progressed], None],
        is_wanted: Callable[[], bool],
    ) -> None:
        """Until the reply is there: passes on how far a long question is, and that nobody wants it any more.

        Raises:
            TookTooLong: If it did not come in time; the actor is ended.
        """
        stopped = False
        while True:
            left = deadline - time.monotonic()
            if ray.wait([reply], timeout=max(0.0, min(left, _LOOK_S) if is_long else left))[0]:
                return
            if time.monotonic() >= deadline:
                self.kill()
                raise TookTooLong
            if is_long and not stopped and not is_wanted():
                self._actor.stop.remote(number)
                stopped = True
                deadline = min(deadline, time.monotonic() + _GRACE_S)
            elif is_long:
                with suppress(GetTimeoutError):
                    if progress := ray.get(self._actor.progress.remote(), timeout=_SIDE_CALL_S):
                        told(Progressed(*progress))

    def _with_files(self, call: Callable[[Mapping[WeightsSource, SentFile]], Any]) -> Any:
        """What a call returns that is told what it lacks until it lacks nothing."""
        sent: dict[WeightsSource, SentFile] = {}
        while isinstance(reply := call(sent), Lacks):
            sent[reply.source] = self._files.send(reply.source)
        return reply

    def _placed(self, place: Any) -> None:
        """Called by a thread of Ray's when the actor runs, or cannot."""
        if place.exception() is not None:
            self._is_alive = False
        elif self._accepts(place.result()):
            self._place = place.result()
            if self._warmed is not None:
                threading.Thread(target=self._warm_up, daemon=True).start()
        else:
            threading.Thread(target=self.kill, daemon=True).start()  # Ray's own thread must not wait for Ray

    def _warm_up(self) -> None:
        with suppress(Exception):  # who asks is told
            self._with_files(lambda sent: ray.get(self._actor.warm_up.remote(self._warmed, sent), timeout=_WARM_S))

    def _over(self) -> None:
        self._is_alive = False

    def kill(self) -> None:
        """Ends it, from any thread."""
        self._is_alive = False
        with suppress(Exception):  # it has gone already, or there is no connection, which Ray says in many ways
            ray.kill(self._actor)
