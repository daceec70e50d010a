"""Which engine runs: two read the same graph and the same weights.

OpenVINO is the default: on a CPU it runs at the speed of the matrix products, faster than TensorFlow, and needs
neither TensorFlow's import (4 s) nor a Keras model. TensorFlow is the reference, and what remains where OpenVINO is
not installed. The variable `XCEPTION_EXPLORER_ENGINE` (openvino or tensorflow) decides.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from explorer.arch.graph import Graph
from explorer.errors import EngineError
from explorer.model.engines.engine import Engine, EngineName
from explorer.model.weights.arrays import Weights
from explorer.model.weights.written_out_arrays import taps_of

ENGINE_VARIABLE = "XCEPTION_EXPLORER_ENGINE"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The engine that will run.

    Attributes:
        name: Which.
        remark: Why it is not the default; "" if it is, or if it was asked for.
    """

    name: EngineName
    remark: str = ""


def chosen_engine() -> EngineChoice:
    """The engine that `XCEPTION_EXPLORER_ENGINE` asks for; without it OpenVINO, or TensorFlow if that is missing.

    Raises:
        EngineError: If the variable names no engine, or one that is not installed.
    """
    asked = os.environ.get(ENGINE_VARIABLE, "")
    match asked.lower():
        case "openvino" | "tensorflow" as name:
            if find_spec(name) is None:
                raise EngineError(
                    f"{ENGINE_VARIABLE} asks for {name}, which is not installed: install it, or unset the variable."
                )
            return EngineChoice(name)
        case "":
            if find_spec("openvino") is not None:
                return EngineChoice("openvino")
            return EngineChoice("tensorflow", "OpenVINO is not installed: TensorFlow runs the network, more slowly.")
    raise EngineError(f"{ENGINE_VARIABLE} must be openvino or tensorflow, got {asked!r}.")


def create(graph: Graph, weights: Weights, taps: Sequence[str] = ()) -> Engine:
    """The chosen engine for `graph` with `weights`, which also returns the outputs of `taps`.

    Raises:
        EngineError: As `chosen_engine`.
        BudgetError: If it would not fit into the memory budget.
        ValueError: If a tap is no output of the graph (see `taps_of`), or the weights are not the graph's.
    """
    name = chosen_engine().name
    if unknown := set(taps) - set(taps_of(graph)):
        raise ValueError(f"no outputs of {graph.title}: {', '.join(sorted(unknown))}")
    weights.check(graph)
    # Imported here, as the interface is read without either engine.
    if name == "openvino":
        from explorer.model.engines.openvino_engine import OpenVINOEngine

        return OpenVINOEngine(graph, weights, taps)
    from explorer.model.engines.tensorflow_engine import TensorFlowEngine

    return TensorFlowEngine(graph, weights, taps)


def memory_estimate(graph: Graph, weights: Weights, taps: Sequence[str] = ()) -> int:
    """Bytes that the process grows by with what `create` gives and one pass: an upper bound.

    Raises:
        EngineError: As `chosen_engine`.
    """
    if chosen_engine().name == "openvino":
        from explorer.model.engines import openvino_engine

        return openvino_engine.memory_estimate(graph, taps)
    from explorer.model.engines import tensorflow_engine

    return tensorflow_engine.memory_estimate(graph, weights, taps)
