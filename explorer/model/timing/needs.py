"""What timing a network takes: passes and memory. Said before it is done; loads no engine."""

from explorer.arch.graph import Graph
from explorer.arch.written_out import written_out
from explorer.counting.tally import Tally, tally
from explorer.errors import ConfigError
from explorer.model.budget import build_estimate, memory_budget, require
from explorer.model.engines.choice import ENGINE_VARIABLE, chosen_engine

WARM_UP = 3
"""Passes before those that count: the first ones find memory and caches empty."""

MACHINE_S = 6.0
"""What measuring the machine takes, s, about; half of it before the first network, half in the midst of it."""

_READY_S_PER_LAYER, _READY_S_PER_PARAM = 0.0005, 2e-8
"""What filling a network with weights and compiling it take, s, about."""

NO_LAYER_TIMES = (
    f"TensorFlow does not tell what each layer takes. OpenVINO does: start with {ENGINE_VARIABLE}=openvino."
)
"""Where there is no record of layers."""

_RUNS, _BATCH = (3, 200), (1, 64)


def check(batch: int, runs: int) -> None:
    """Makes sure that so many passes of so many images can be timed.

    Raises:
        ConfigError: If not.
    """
    for name, value, (low, high) in (("batch", batch, _BATCH), ("runs", runs, _RUNS)):
        if not low <= value <= high:
            raise ConfigError(f"{name} must be a number from {low} to {high}, got {value}")


def passes(runs: int) -> int:
    """How often the network runs: as usual, and if the engine keeps a record of its layers, as often again."""
    return (2 if has_record() else 1) * (WARM_UP + runs)


def has_record() -> bool:
    """Whether the chosen engine tells what each layer took. TensorFlow does not.

    Raises:
        EngineError: If there is no such engine.
    """
    return chosen_engine().name == "openvino"


def ready_s(counted: Tally) -> float:
    """Seconds, about, until a network runs that is timed, before its passes and between their two kinds."""
    times = 2 if has_record() else 1
    return times * (_READY_S_PER_LAYER * len(counted.layers) + _READY_S_PER_PARAM * counted.params)


def memory_estimate(graph: Graph, batch: int) -> int:
    """Bytes that the process grows by while `graph` is timed: an upper bound, as those of the engines are."""
    counted = tally(written_out(graph))
    if has_record():
        return (31 * counted.weight_bytes + 12 * batch * counted.peak.bytes) // 10 + 40 * 2**20
    return build_estimate(counted) + counted.weight_bytes + 18 * batch * counted.peak.bytes // 10


def fits(graph: Graph, batch: int) -> bool:
    """Whether timing it fits into the memory budget.

    Raises:
        EngineError: If there is no such engine.
        ConfigError: If the budget is no size.
    """
    return memory_estimate(graph, batch) <= memory_budget()


def require_memory(graph: Graph, batch: int) -> None:
    """Lets pass what fits into the memory budget.

    Raises:
        BudgetError: If it would not.
        EngineError: If there is no such engine.
    """
    images = "one image" if batch == 1 else f"{batch} images"
    require(memory_estimate(graph, batch), f"Timing this network with {images} in a pass")
