"""The gradient as one more reading of a graph: the way there and the way back by OpenVINO, part by part.

No TensorFlow stands between a picture and its map. Values and gradients are both OpenVINO's, and a part's way back
goes over the way there that it has itself gone, so that no ReLU is on one side of 0 there and on the other back.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.places.parts import descendants, parts
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.counting.memory import BYTES_PER_VALUE
from explorer.counting.tally import tally
from explorer.model.budget import require
from explorer.model.engines.engine import checked_images
from explorer.model.gradients.part_models import MOST_SHAPES, PartModel, PartModels, Wanted
from explorer.model.gradients.processor_check import require_right_numbers
from explorer.model.weights.arrays import Arrays, Weights
from explorer.model.weights.written_out_arrays import tapped_node, written_out_arrays


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """What a picture leaves on the way there.

    Attributes:
        maps: What each part reads, by name of the node that gives it, (1, height, width, channels).
        logits: (1, classes).
    """

    maps: Mapping[str, np.ndarray]
    logits: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """One place's answer to a question.

    Attributes:
        activation: (1, height, width, channels), or (1, units): the value of the place.
        gradient: The same shape: the derivative of the score by it.
        logits: (1, classes).
        score: (1,): the logits along the direction.
    """

    activation: np.ndarray
    gradient: np.ndarray
    logits: np.ndarray
    score: np.ndarray


class OpenVINOGradients:
    """A network with weights of which values and gradients can be had. May be called from several threads at once.

    Where OpenVINO's numbers are wrong on this processor, all that computes raises `EngineError`.

    Attributes:
        reads: The nodes at which parts begin, the image first: what has to be known of a picture for the way back. An
            engine that taps the others passes the way there in less time than `there`.
        estimate: Bytes that the way there and back take at the most.
    """

    def __init__(self, graph: Graph, weights: Weights, known: PartModels | None = None) -> None:
        """Compiles nothing yet: parts are compiled when they are first gone through.

        Args:
            graph: The network.
            weights: Its weights.
            known: Compiled parts, of this network and of others.

        Raises:
            ValueError: If the weights are not those of `graph`.
        """
        weights.check(graph)
        self._graph = graph
        self._network = prepared(written_out(graph), weights.preprocessing)
        self._parts = parts(self._network)
        self.reads = tuple(part.nodes[0].name for part in self._parts)
        self._places = {node.name for part in self._parts for node in part.nodes}
        self._arrays = written_out_arrays(graph, weights.arrays)
        self._known = PartModels() if known is None else known
        self._models: dict[tuple[int, Wanted], PartModel] = {}
        self.estimate = memory_estimate(graph)

    def run(self, image: np.ndarray, direction: np.ndarray, taps: Sequence[str]) -> dict[str, Gradients]:
        """The way there and the way back: `back` from what `there` gives."""
        return self.back(self.there(image), direction, taps)

    def make_ready(self) -> None:
        """Compiles what `there` goes through."""
        for number in range(len(self._parts)):
            self._way_there(number)

    def there(self, image: np.ndarray) -> Passed:
        """The way there, which serves any direction and any taps.

        Args:
            image: (1, height, width, channels) in [-1, 1].

        Raises:
            ValueError: If the image is not one of that shape.
        """
        (picture,) = checked_images(image, self._graph.input_shape)
        passing, maps = picture[np.newaxis], {}
        for number, name in enumerate(self.reads):
            maps[name] = passing
            (passing,) = self._way_there(number).run(passing)
        return Passed(maps, passing)

    @property
    def image(self) -> str:
        """Name of the node that is the picture."""
        return self.reads[0]

    @property
    def classes(self) -> int:
        """Number of logits."""
        return int(output_shapes(self._graph)[self._graph.output.name][0])

    def values(self, maps: Mapping[str, np.ndarray], nodes: Iterable[str]) -> dict[str, np.ndarray]:
        """The outputs of nodes of the written-out graph.

        Args:
            maps: What `reads` names.
            nodes: Which.
        """
        wanted = set(nodes)
        found = {name: maps[name] for name in self.reads if name in wanted}
        for number, part in enumerate(self._parts):
            if inside := tuple(node.name for node in part.nodes if node.name in wanted and node.name not in found):
                values = self._model(number, Wanted(values=inside)).run(maps[self.reads[number]])
                found |= dict(zip(inside, values, strict=True))
        return found

    def mean_squares(self, image: np.ndarray, nodes: Iterable[str]) -> dict[str, float]:
        """The mean of the squared outputs of nodes, by one pass that keeps of each part only what goes on.

        Args:
            image: (1, height, width, channels) in [-1, 1].
            nodes: Of the written-out graph, or the node that prepares the picture.

        Raises:
            ValueError: If the image is not one of that shape.
            BudgetError: If it would not fit into the memory budget.
        """
        require(self.estimate, "Looking into every layer of this network")
        wanted, found = set(nodes), dict[str, float]()
        (picture,) = checked_images(image, self._graph.input_shape)
        passing = picture[np.newaxis]
        for number, part in enumerate(self._parts):
            # A map that passes between two parts is in both: of the lower one.
            inside = tuple(node.name for node in part.nodes if node.name in wanted and node.name not in found)
            model = self._model(number, Wanted(values=(part.output.name,), squares=inside))
            passing, *squares = model.run(passing)
            found |= {name: float(each.mean(dtype=np.float64)) for name, each in zip(inside, squares, strict=True)}
        return found

    def with_other_weights_above(self, node: str, arrays: Arrays) -> "OpenVINOGradients":
        """The network with other weights in all that depends on a node; what passes it by is unchanged.

        Args:
            node: Of the written-out graph.
            arrays: The weights of the written-out graph.
        """
        other = copy(self)
        above = descendants(self._network, node) - {node}
        other._arrays = {name: (arrays if name in above else self._arrays)[name] for name in self._arrays}
        other._models = {}
        return other

    def passed_again(self, passed: Passed, node: str) -> Passed:
        """The way there from the part in which a node is, up to the logits, after the weights above it were changed."""
        maps = dict(passed.maps)
        # A map that passes between two parts is in both: of the upper one.
        start = max(n for n, part in enumerate(self._parts) if any(each.name == node for each in part.nodes))
        passing = maps[self.reads[start]]
        for number in range(start, len(self._parts)):
            maps[self.reads[number]] = passing
            (passing,) = self._way_there(number).run(passing)
        return Passed(maps, passing)

    def back(self, passed: Passed, direction: np.ndarray, taps: Sequence[str]) -> dict[str, Gradients]:
        """For each tap its value and the derivative by it of the logits along `direction`.

        Args:
            passed: What the picture has left.
            direction: (classes,): the weight of each logit in the score.
            taps: As an engine takes them (`explorer.model.engines.engine`); the image is one, too.

        Raises:
            ValueError: If there is no such place.
            BudgetError: If it would not fit into the memory budget.
        """
        require(self.estimate, "The way back through this network")
        nodes = {tap: tapped_node(self._graph, tap) for tap in taps}
        if unknown := [tap for tap, node in nodes.items() if node not in self._places]:
            raise ValueError(f"{self._graph.title} has no {', '.join(unknown)}")
        gradient = np.ascontiguousarray(direction, np.float32)[np.newaxis]
        score = (passed.logits * gradient).reshape(1, -1).sum(axis=1)
        found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        missing = set(nodes.values())
        for number, part in reversed(list(enumerate(self._parts))):
            if not missing:
                break
            first, *others = (node.name for node in part.nodes)
            # Where two parts meet, the map is the upper one's input: nothing has to be computed for it.
            inside = tuple(name for name in others if name in missing)
            missing.difference_update(inside)
            below = (first,) if missing else ()
            value = passed.maps[first]
            outputs = self._model(number, Wanted(inside, (*inside, *below))).run(value, gradient)
            found |= {name: (outputs[place], outputs[len(inside) + place]) for place, name in enumerate(inside)}
            if below:
                gradient = outputs[-1]
                found[first] = value, gradient
            missing.discard(first)
        return {tap: Gradients(*found[node], passed.logits, score) for tap, node in nodes.items()}

    def _way_there(self, number: int) -> PartModel:
        return self._model(number, Wanted(values=(self._parts[number].output.name,)))

    def _model(self, number: int, wanted: Wanted) -> PartModel:
        """Of the part of that number; two threads that ask at once may get two, of one compilation."""
        require_right_numbers()
        model = self._models.get((number, wanted))
        if model is None:
            if len(self._models) >= MOST_SHAPES:
                self._models.clear()
            model = self._models[number, wanted] = self._known.of(self._parts[number], self._arrays, wanted)
        return model


def memory_estimate(graph: Graph) -> int:
    """Bytes that the process grows by on the first way back through all of `graph`: an upper bound, up to 3 x too high.

    2 x the outputs of the fullest part (values and gradients; parts are gone through one after the other), 2.5 x
    weights (packed for the processor while a part computes), and 60 MB of compiled parts. Calibrated by
    `tests/benchmarks/bench_model_memory.py`.
    """
    network = written_out(graph)
    shapes = output_shapes(network)
    fullest = max(sum(prod(shapes[node.name]) for node in part.nodes) for part in parts(network)) * BYTES_PER_VALUE
    return 2 * fullest + tally(graph).weight_bytes * 5 // 2 + 60 * 2**20
