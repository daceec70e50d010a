"""One pass of a picture from which everything else starts: all separable convolutions, and what passes them by."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.ops import Input
from explorer.arch.split import shortcuts
from explorer.arch.taps import taps
from explorer.arch.written_out import written_out
from explorer.model.engine import create
from explorer.model.weights import Provenance, Weights


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """What one pass leaves, float32 and read-only; from it every tap and every gradient can be computed.

    Attributes:
        maps: By node of the written-out graph, each (1, height, width, channels): the image, the separable
            convolutions' pointwise outputs, the additions, and the shortcuts.
        logits: (classes,).
        provenance: State of the weights.
        engine: Engine and version, as "openvino 2026.4".
        seconds: Duration of the pass.
    """

    maps: Mapping[str, np.ndarray]
    logits: np.ndarray
    provenance: Provenance
    engine: str
    seconds: float

    @property
    def nbytes(self) -> int:
        """Memory that the maps take."""
        return sum(array.nbytes for array in self.maps.values())


def kept(graph: Graph) -> tuple[str, ...]:
    """The nodes of the written-out graph that a pass keeps beside the image."""
    convolutions = {tap.node for tap in taps(graph) if tap.stage == "pointwise"}
    network = written_out(graph)
    wanted = convolutions.union(shortcuts(network))
    return tuple(node.name for node in network.nodes if node.name in wanted)


class Trunk:
    """The network with weights, ready to give the activations of pictures. May be called from several threads."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        """Compiles the chosen engine.

        Raises:
            EngineError, BudgetError: As `explorer.model.engine.create`.
        """
        self._image = next(node.name for node in graph.nodes if isinstance(node.op, Input))
        self._engine = create(graph, weights, kept(graph))

    def run(self, image: np.ndarray) -> Activations:
        """The activations of one picture, (1, height, width, 3), float32 in [-1, 1]."""
        start = perf_counter()
        outputs = self._engine.run(image)
        seconds = perf_counter() - start
        maps = {self._image: image, **outputs.taps}
        for array in (*maps.values(), outputs.logits):
            array.flags.writeable = False
        version = f"{self._engine.name} {self._engine.version}"
        return Activations(MappingProxyType(maps), outputs.logits[0], self._engine.provenance, version, seconds)
