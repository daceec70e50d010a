"""Workers that are started, asked, replaced and ended: a pool with a queue.

A worker that dies is replaced. The question that it died of is asked once more, elsewhere if others are free, then
refused with a sentence. One that runs past its deadline ends with its worker. A question whose answer nobody wants is
taken out of the queue, or stopped after its present pass if it is long; a short one runs to its end.

The standard library's processes and pipes carry it, or Ray's actors. Libraries of pools (Pebble, loky, Ray's own)
restart dead workers and keep deadlines, but know neither which worker holds what nor who asked, and cancel by killing a
worker with all it holds.
"""

import threading
import time
from collections.abc import Hashable
from itertools import count
from typing import Any, TypeVar

from explorer.compute.answer import Answer
from explorer.compute.question import Question
from explorer.compute.workers.process_worker import ProcessWorkers
from explorer.compute.workers.request_queue import Request, RequestQueue, Seat
from explorer.compute.workers.worker import Progressed, TookTooLong, Worker, WorkerDied, WorkerSource
from explorer.errors import ComputeError
from explorer.model.budget import memory_budget

R = TypeVar("R")

LIBRARIES_BYTES = 700 << 20
"""What the libraries of a worker take, TensorFlow above all."""

_LEAST_BYTES = 256 << 20
MOST_TRIES = 2
_SHORT_LIFE_S, _PAUSE_S = 5.0, 0.5
"""After a life as short as this a worker's successor waits a little: perhaps none can live on this machine."""

_LAST_ANSWER_S = 0.5
"""How long a worker that computes has at the end of all before it is ended."""

PATIENCE_S = 20.0
"""How long questions wait where no worker can be had."""

_LOOK_AT_WORKER_S = 1.0
"""Time between two looks at whether a worker that does nothing is still alive."""

_LOOK_AT_START_S = 0.05
"""Time between two looks at whether a worker is ready."""


def bytes_each(workers: int) -> int:
    """What each of a machine's workers may keep, beside its libraries, within the memory budget.

    Raises:
        ConfigError: If the budget is no size.
    """
    return max(memory_budget() // workers - LIBRARIES_BYTES, _LEAST_BYTES)


class WorkerPool:
    """So many workers, started at once. Threads share it."""

    def __init__(self, workers: int, source: WorkerSource | None = None, *, is_warmed: bool = True) -> None:
        """Starts them.

        Args:
            workers: How many.
            source: Where they come from; without one they are processes of this machine.
            is_warmed: Whether such processes load libraries and the usual network before anybody asks.

        Raises:
            ConfigError: If the memory budget is no size.
        """
        self.workers = workers
        self._source = source or ProcessWorkers(bytes_each(workers), is_warmed=is_warmed)
        self._changed = threading.Condition()
        self._queue = RequestQueue([Seat() for _ in range(workers)])
        self._answers: dict[int, Answer[Any]] = {}
        self._forgotten: list[list[Hashable]] = [[] for _ in range(workers)]
        self._workers: list[Worker | None] = [None] * workers
        self._tickets = count()
        self._is_open = True
        self._without_since: float | None = None
        self._threads = [
            threading.Thread(target=self._run, args=(number,), name=f"worker {number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, question: Question[R], asker: str | None = None) -> Answer[R]:
        """Puts a question into the queue; without an asker it comes after everybody's."""
        request = Request(question, asker, time.monotonic(), next(self._tickets))
        answer: Answer[R] = Answer()
        answer.waits_in(lambda: self._before(request), lambda: self._cancel(request))
        with self._changed:
            if not self._is_open:
                raise ComputeError("The workers have ended: start the program again.")
            self._answers[request.ticket] = answer
            self._queue.put(request)
            self._changed.notify_all()
        return answer

    def _before(self, request: Request) -> int:
        with self._changed:
            return self._queue.before(request)

    def _cancel(self, request: Request) -> None:
        with self._changed:
            if self._queue.remove(request):
                self._answers.pop(request.ticket).settle(error=ComputeError("The question was cancelled."))

    def forget(self, part: Hashable) -> None:
        """All workers let go of what is known by a key in which `part` stands, before they do anything else."""
        with self._changed:
            for forgotten, seat in zip(self._forgotten, self._queue.seats, strict=True):
                forgotten.append(part)
                seat.known.pop(part, None)
            self._changed.notify_all()

    def processes(self) -> list[int]:
        """Identifiers of the workers' processes that run."""
        return [
            worker.process_id for worker in self._workers if worker is not None and worker.is_ready and worker.is_alive
        ]

    def close(self) -> None:
        """Ends the workers, within a second those that compute as well; what waits is refused."""
        with self._changed:
            self._is_open = False
            for answer in self._answers.values():
                answer.is_wanted = False
            self._changed.notify_all()
        until = time.monotonic() + _LAST_ANSWER_S
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        for thread, worker in zip(self._threads, self._workers, strict=True):
            if thread.is_alive() and worker is not None:
                worker.kill()  # at which its thread ends
            thread.join()
        self._source.close()
        for answer in self._answers.values():
            answer.settle(error=ComputeError("The workers have ended: start the program again."))

    def _run(self, number: int) -> None:
        """What the thread of a worker does: starts it, gives it work, replaces it."""
        while self._is_open:
            worker = self._workers[number]
            if worker is None or not worker.is_alive:
                if worker is not None and time.monotonic() - worker.started_at < _SHORT_LIFE_S:
                    time.sleep(_PAUSE_S)
                seat = self._queue.seats[number]
                seat.known.clear()
                seat.has_worker = False
                if (worker := self._new_worker(number)) is None:
                    continue
            request = self._next(number, worker)
            if request is None:
                continue
            if isinstance(request, Request):
                self._carry_out(request, worker)
                with self._changed:
                    self._queue.seats[number].running = None
                    self._changed.notify_all()
            else:
                worker.forget(request)
        if (last := self._workers[number]) is not None:
            last.end()

    def _new_worker(self, number: int) -> Worker | None:
        """Starts one; None if none can be had. After a while who waits is told so."""
        try:
            worker = self._workers[number] = self._source.start()
        except ComputeError as error:
            now = time.monotonic()
            with self._changed:
                self._without_since = now if self._without_since is None else self._without_since
                waiting = self._queue.clear() if now - self._without_since > PATIENCE_S else []
                self._changed.wait_for(lambda: not self._is_open, _PAUSE_S)
            for request in waiting:
                self._settle(request, error=error)
            return None
        self._without_since = None
        return worker

    def _next(self, number: int, worker: Worker) -> Request | list[Hashable] | None:
        """A request, or what is to be forgotten; None at the end, and when the worker died."""
        seat = self._queue.seats[number]
        with self._changed:
            while self._is_open and worker.is_alive:
                seat.has_worker = worker.is_ready
                if not worker.is_ready:
                    self._changed.wait(_LOOK_AT_START_S)
                    continue
                if self._forgotten[number]:
                    parts, self._forgotten[number] = self._forgotten[number], []
                    return parts
                if (request := self._queue.take(seat, time.monotonic())) is not None:
                    return request
                self._changed.wait(self._queue.look_again_s or _LOOK_AT_WORKER_S)
            return None

    def _carry_out(self, request: Request, worker: Worker) -> None:
        answer = self._answers[request.ticket]

        def told(progress: Progressed) -> None:
            answer.progress = progress.done, progress.total

        try:
            value = worker.ask(request.question, told, lambda: answer.is_wanted)
        except WorkerDied:
            request.tries += 1
            if request.tries < MOST_TRIES and answer.is_wanted:
                answer.progress = None
                with self._changed:
                    self._queue.put(request)
                return
            error = ComputeError(
                "The process that computed this ended twice, perhaps for want of memory: choose a smaller network, or "
                "close what else runs on this machine."
            )
            self._settle(request, error=error)
        except TookTooLong:
            minutes = request.question.deadline_s / 60
            self._settle(request, error=ComputeError(f"This took longer than {minutes:.0f} minutes and was ended."))
        except Exception as error:  # what answering raised, or an answer that cannot be sent: not the pool's end
            self._settle(request, error=error)
        else:
            self._settle(request, value)

    def _settle(self, request: Request, value: Any = None, error: BaseException | None = None) -> None:
        with self._changed:
            answer = self._answers.pop(request.ticket)
        answer.settle(value, error)
