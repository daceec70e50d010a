"""What a picture leaves in a network: from it every other question starts, without running the picture again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from threading import Lock

import numpy as np

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Add, Conv2D, DepthwiseConv2D
from explorer.arch.places.separable_pairs import separable_pairs
from explorer.arch.places.split import sources
from explorer.arch.places.taps import last_tap
from explorer.arch.written_out import written_out
from explorer.counting.memory import BYTES_PER_VALUE
from explorer.model.weights.arrays import Provenance

Maps = Mapping[str, np.ndarray]
"""Outputs by node of the written-out graph, each (1, height, width, channels), float32 and read-only."""


class GrowingMaps(Mapping[str, np.ndarray]):
    """The few maps that a prediction leaves, and all the others once somebody needed one of them.

    A prediction by the fast engine hands on the last layers' maps at no cost, and most people ask for no other. One
    pass of the trunk brings all the rest, which then stays with the first. What makes them is handed in when they are
    needed and not kept: it would keep a whole network alive as long as the maps of one picture.

    Attributes:
        nbytes: Of all maps, those to come included.
    """

    def __init__(self, first: Maps, nbytes: int) -> None:
        """Maps that are here, and bytes of all that there will be."""
        self.nbytes = nbytes
        self._maps = dict(first)
        self._grown = False
        self._lock = Lock()

    def having(self, names: Iterable[str], make: Callable[[], Maps]) -> "GrowingMaps":
        """These maps; if one of `names` is not here, after `make` has made all the others, once."""
        if not self._maps.keys() >= set(names):
            with self._lock:
                if not self._grown:
                    self._maps = {**make(), **self._maps}
                    self._grown = True
        return self

    def __getitem__(self, name: str) -> np.ndarray:
        return self._maps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._maps)

    def __len__(self) -> int:
        return len(self._maps)


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """One pass of a picture.

    Attributes:
        logits: (classes,).
        provenance: State of the weights.
        engine: Engine and version that gave the logits, as "openvino 2026.4".
        seconds: Duration of the pass.
    """

    logits: np.ndarray
    provenance: Provenance
    engine: str
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Activations(Pass):
    """What a picture leaves: its pass, and maps.

    Attributes:
        maps: The image, and what the trunk keeps (`kept`).
    """

    maps: GrowingMaps

    @property
    def of_pass(self) -> Pass:
        """The pass alone, without the maps."""
        return Pass(self.logits, self.provenance, self.engine, self.seconds)


@lru_cache(maxsize=16)
def kept(graph: Graph) -> tuple[str, ...]:
    """The nodes of the written-out graph that the trunk keeps beside the image, in order.

    From them any place can be computed again without a convolution but its own, and any tail can start: what every
    convolution gives (of a separable pair the pointwise half), and the sums of residual additions. What normalizations,
    activations, poolings and concatenations make of these is not kept a second time. Nothing is kept of the first
    module: its maps are the largest of all, and its few layers bring them again.
    """
    halves = {pair.spatial.name for pair in separable_pairs(graph)}
    network = written_out(graph)
    stem = network.modules()[0]
    return tuple(
        node.name
        for node in network.nodes
        if isinstance(node.op, (Conv2D, DepthwiseConv2D, Add))
        and node.name not in halves
        and (node.flow, node.module) != (stem.flow, stem.name)
    )


def kept_bytes(graph: Graph) -> int:
    """What `kept` takes for one picture, in bytes: 91 MB for the paper's network."""
    shapes = output_shapes(written_out(graph))
    return sum(prod(shapes[name]) for name in kept(graph)) * BYTES_PER_VALUE


def kept_by_prediction(graph: Graph) -> tuple[str, ...]:
    """Those of `kept` that a prediction hands on: what the last tap is computed from."""
    network = written_out(graph)
    known = kept(graph)
    return tuple(name for name in sources(network, (last_tap(graph).node,), known) if name in known)
