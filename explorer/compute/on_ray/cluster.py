"""A pool of workers on a cluster of Ray: a new one on this machine, or one that runs."""

import logging
import os
import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from explorer.compute.workers.pool import WorkerPool, bytes_each
from explorer.configuration.registry import DEFAULT_NETWORK
from explorer.errors import ComputeError, ConfigError
from explorer.model.budget import BUDGET_VARIABLE, memory_budget
from explorer.model.engines.choice import ENGINE_VARIABLE
from explorer.model.sources.store import available

MOST_WORKERS_OF_A_NODE = 8
BYTES_EACH = 3 << 29
"""What a node must have for a worker: libraries, and a network or two."""

_OBJECT_STORE_BYTES = 256 << 20
"""Of a cluster that is started here. What is larger goes to disk."""

_CONNECT_S, _CHECK_S, _LOOK_S = 5.0, 120.0, 5.0
_CONNECT_TRIES = 3
_ASKED = re.compile(
    r"ray(?::(?P<address>auto|//[^\s?/]+:\d+|[^\s?/:]+:\d+|\[[^\s?/]+\]:\d+))?(?:\?workers=(?P<workers>\d{1,4}))?"
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of Ray.

    Attributes:
        address: As Ray has it: `local`, `auto`, `HOST:PORT` or `ray://HOST:PORT`.
        workers: How many; None for as many as the nodes have room for.
    """

    address: str
    workers: int | None


def parse(text: str) -> Asked | None:
    """What `ray`, `ray:auto`, `ray:HOST:PORT` or `ray://HOST:PORT` asks, each with `?workers=N` or without."""
    found = _ASKED.fullmatch(text)
    if not found or found["workers"] == "0":
        return None
    address = found["address"] or "local"
    return Asked(f"ray:{address}" if address.startswith("//") else address, int(found["workers"] or 0) or None)


class RayPool(WorkerPool):
    """So many actors of a cluster, started at once. Threads share it."""

    def __init__(self, asked: Asked, usual_workers: int, *, is_warmed: bool = True) -> None:
        """Starts or finds the cluster and, on it, the workers.

        Args:
            asked: Which cluster, how many workers.
            usual_workers: How many this machine has by itself.
            is_warmed: Whether they load libraries and the usual network before anybody asks.

        Raises:
            ConfigError: If Ray is not installed, or the memory budget is no size.
            ComputeError: If no cluster answers, or a node of it does not run this program.
        """
        local = asked.workers or usual_workers
        self._connection = _Connection(asked.address, local)
        try:
            from explorer.compute.on_ray.ray_worker import RayWorkers

            if asked.address == "local":
                total = of_a_node = local
            else:
                rooms = _rooms(self._connection.ray)
                total, of_a_node = asked.workers or sum(rooms.values()), max(rooms.values())
            settings = {name: os.environ[name] for name in (BUDGET_VARIABLE, ENGINE_VARIABLE) if name in os.environ}
            warmed = next(iter(available(DEFAULT_NETWORK)), None) if is_warmed else None
            super().__init__(total, RayWorkers(settings, bytes_each(of_a_node), BYTES_EACH, warmed))
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Ends the workers, and the cluster if it was started here; what waits is refused."""
        super().close()
        self._connection.close()


class _Connection:
    """This process' connection to a cluster. There can be only one."""

    def __init__(self, address: str, workers: int) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else every worker warns of a later version
        try:
            import ray
            from ray._private import auto_init_hook
        except ImportError as error:
            raise ConfigError(
                "Ray is not installed: install it with `pip install -r requirements-ray.txt`, or compute without it."
            ) from error
        self.ray = ray
        # Else the first call after a lost connection would connect this process to any cluster, or start one in it.
        auto_init_hook.enable_auto_connect = False
        self._error: Exception | None = None
        self._is_made, self._is_over = threading.Event(), threading.Event()
        if address not in ("local", "auto"):
            _require_reachable(address)
        # Ray's processes end with the thread that started them, so it must not be a page's.
        self._thread = threading.Thread(target=self._keep, args=(address, workers), name="Ray", daemon=True)
        self._thread.start()
        self._is_made.wait()
        if self._error is not None:
            raise _no_answer(address, self._error) from self._error

    def close(self) -> None:
        """Ends it."""
        self._is_over.set()
        self._thread.join()

    def _keep(self, address: str, workers: int) -> None:
        import ray._private.worker

        # What Ray has to say of its nodes goes to the log: it would write it to standard output, among the answers.
        ray._private.worker.print_to_stdstream = _to_log
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if address == "local":
            options |= {
                "num_cpus": workers,
                "_memory": workers * BYTES_EACH,
                "object_store_memory": _OBJECT_STORE_BYTES,
                "include_dashboard": False,
            }
        try:
            self._init(address, options)
        except Exception as error:
            self._error = error
            return
        finally:
            self._is_made.set()
        while not self._is_over.wait(_LOOK_S):
            if address.startswith("ray://") and not _has_client():
                with suppress(Exception):
                    self.ray.shutdown()
                    self._init(address, options)
        self.ray.shutdown()

    def _init(self, address: str, options: dict[str, Any]) -> None:
        for further in reversed(range(_CONNECT_TRIES)):
            try:
                self.ray.init(address, **options)
            except ConnectionError:  # the server of Ray's clients starts a process for each, which fails now and then
                if not further or not address.startswith("ray://"):
                    raise
            else:
                return


def _has_client() -> bool:
    """Whether the server of Ray's clients is connected, or was just lost and may still be found again by Ray itself."""
    from ray.util.client import ray

    client: Any = ray
    return bool(client.is_connected())  # `is_initialized` asks the server, and fails while the connection is being lost


def _to_log(data: dict[str, Any], ignore_prefix: bool) -> None:
    for line in data["lines"]:
        _log.info("Ray: %s", line)


def _require_reachable(address: str) -> None:
    """Raises ComputeError if nobody listens there: Ray itself ends the process that finds no cluster."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise _no_answer(address, error) from error


def _no_answer(address: str, error: Exception) -> ComputeError:
    return ComputeError(
        f"No cluster of Ray answers at {address}: start one with `ray start --head`, or name the address of one that "
        f"runs. ({_line(error, 0)})"
    )


def _rooms(ray: ModuleType) -> dict[str, int]:
    """How many workers each node has room for, by Ray's identifier of the node: at least one if it has a core.

    Raises:
        ComputeError: If a node does not run what runs here, or none has a core.
    """
    most = max(1, min(MOST_WORKERS_OF_A_NODE, memory_budget() // BYTES_EACH))
    cores = {node["NodeID"]: int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]}
    found = _of_same_program(ray, [node for node, number in cores.items() if number])
    if not found:
        raise ComputeError("No node of the cluster of Ray has a core for workers: add one with `ray start --address`.")
    return {node: min(cores[node], most) for node in found}


def _of_same_program(ray: ModuleType, nodes: list[str]) -> list[str]:
    """Those of the nodes that answer. Raises ComputeError unless all of them run what runs here."""
    from ray.exceptions import RayError, RayTaskError
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    from explorer.compute.on_ray.same_program import program

    names = {node["NodeID"]: f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})" for node in ray.nodes()}
    # Asked by its module's name, which a node without this program does not know.
    there = ray.remote(num_cpus=0, max_retries=0)(program)
    asked = {
        node: there.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote()
        for node in nodes
    }
    ray.wait(list(asked.values()), num_returns=len(asked), timeout=_CHECK_S)
    found, wrong = [], []
    for node, reference in asked.items():
        try:
            difference = ray.get(reference, timeout=0).differs_from(program())
        except (RayTaskError, RuntimeError) as error:
            difference = f"this program does not run there: {_line(error, -1)}"
        except RayError:  # a node that was lost just now, which Ray still counts for a while, or one that is stuck
            continue
        found.append(node)
        if difference:
            wrong.append(f"{names[node]}: {difference}")
    if wrong:
        raise ComputeError(
            "All nodes of the cluster of Ray must have this program installed, in this version. "
            f"{'; '.join(wrong)}. Install the same on all, and start their Ray again."
        )
    return found


def _line(error: Exception, number: int) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[number][:200]
