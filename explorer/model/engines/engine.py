"""The forward pass: one interface, two engines that read the same graph and the same weights.

OpenVINO is the default: on a CPU it runs at the speed of the matrix products, faster than TensorFlow, and needs
neither TensorFlow's import (4 s) nor a Keras model. TensorFlow is the reference, and what remains where OpenVINO is
not installed. The variable `XCEPTION_EXPLORER_ENGINE` (openvino or tensorflow) decides.

An engine can be tapped: beside the logits it returns the outputs of any nodes in the same pass. A separable
convolution has two outputs to tap, also where it is a single layer: `block5_sepconv1_depthwise` and
`block5_sepconv1_pointwise`, the second of which is the layer's own, `block5_sepconv1`.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal, Protocol

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.ops import Shape
from explorer.errors import EngineError
from explorer.model.weights.arrays import Provenance, Weights
from explorer.model.weights.written_out_arrays import taps_of

ENGINE_VARIABLE = "XCEPTION_EXPLORER_ENGINE"
EngineName = Literal["openvino", "tensorflow"]


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What one pass over N images gives; float32, nobody else's arrays.

    Attributes:
        logits: (N, classes).
        taps: (N, height, width, channels) or (N, units) by the name that was asked for.
    """

    logits: np.ndarray
    taps: Mapping[str, np.ndarray]


class Engine(Protocol):
    """A network with weights, ready to run. May be called from several threads at once."""

    @property
    def name(self) -> EngineName:
        """Which engine it is."""

    @property
    def version(self) -> str:
        """Version of the library that runs it."""

    @property
    def provenance(self) -> Provenance:
        """Where its weights come from."""

    def run(self, images: np.ndarray) -> Outputs:
        """The outputs for `images`: (N, height, width, 3), float32 in [-1, 1], N at least 1.

        Raises:
            ValueError: If the images do not have that shape.
        """


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


def checked_images(images: np.ndarray, shape: Shape) -> np.ndarray:
    """`images` as an engine reads them: (N, *shape), float32, contiguous.

    Raises:
        ValueError: If their shape is another.
    """
    if images.ndim != 4 or images.shape[1:] != shape or len(images) == 0:
        raise ValueError(f"images must have the shape (N, {', '.join(map(str, shape))}), got {images.shape}")
    return np.ascontiguousarray(images, np.float32)
