"""The gradient as one more reading of a graph: the way there and the way back by OpenVINO, part by part.

No TensorFlow stands between a picture and its map. Values and gradients are both OpenVINO's, and a part's way back
goes over the way there that it has itself gone, so that no ReLU is on one side of 0 there and on the other back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.places.parts import parts
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.model.engines.engine import checked_images
from explorer.model.gradients.part_models import PartModel, PartModels, Wanted
from explorer.model.gradients.tail import Gradients
from explorer.model.weights.arrays import Weights
from explorer.model.weights.written_out_arrays import tapped_node, written_out_arrays


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """What a picture leaves on the way there.

    Attributes:
        maps: What each part reads, by name of the node that gives it.
        logits: (1, classes).
    """

    maps: Mapping[str, np.ndarray]
    logits: np.ndarray


@dataclass(frozen=True, slots=True)
class _Back:
    """The way back through a part: the node that it reads, the taps inside, and whether it goes on below."""

    input: str
    model: PartModel
    inside: tuple[str, ...]
    to_input: bool


class OpenVINOGradients:
    """Values and gradients at taps of a network. May be called from several threads at once.

    Attributes:
        taps: The names that were asked for.
    """

    def __init__(self, graph: Graph, weights: Weights, taps: Sequence[str], known: PartModels | None = None) -> None:
        """Compiles what is not known yet: the way there, and the way back as far as the lowest tap.

        Args:
            graph: The network.
            weights: Its weights.
            taps: As an engine takes them (`explorer.model.engines.engine`); the image is one, too.
            known: Compiled parts, of this network and of others.
        """
        self.taps = tuple(taps)
        self._nodes = {tap: tapped_node(graph, tap) for tap in taps}
        self._input_shape = graph.input_shape
        network = parts(prepared(written_out(graph), weights.preprocessing))
        arrays, models = written_out_arrays(graph, weights.arrays), known or PartModels()
        self._there = [
            (part.nodes[0].name, models.of(part, arrays, Wanted(values=(part.output.name,)))) for part in network
        ]
        self._back: list[_Back] = []
        missing = set(self._nodes.values())
        for part in reversed(network):
            if not missing:
                break
            first, *others = (node.name for node in part.nodes)
            # Where two parts meet, the map is the upper one's input: nothing has to be computed for it.
            inside = tuple(name for name in others if name in missing)
            missing.difference_update(inside)
            to_input = (first,) if missing else ()
            wanted = Wanted(inside, (*inside, *to_input))
            self._back.append(_Back(first, models.of(part, arrays, wanted), inside, bool(to_input)))
            missing.discard(first)

    def run(self, image: np.ndarray, direction: np.ndarray) -> dict[str, Gradients]:
        """The way there and the way back.

        Args:
            image: (1, height, width, channels) in [-1, 1].
            direction: (classes,): the weight of each logit in the score.

        Returns:
            For each tap its value and the derivative by it of the logits along `direction`.

        Raises:
            ValueError: If the image is not one of that shape.
        """
        return self.back(self.there(image), direction)

    def there(self, image: np.ndarray) -> Passed:
        """The way there, which serves any direction and, of the same network, any taps.

        Args:
            image: (1, height, width, channels) in [-1, 1].

        Raises:
            ValueError: If the image is not one of that shape.
        """
        (picture,) = checked_images(image, self._input_shape)
        passing, maps = picture[np.newaxis], {}
        for name, model in self._there:
            maps[name] = passing
            (passing,) = model.run(passing)
        return Passed(maps, passing)

    def back(self, passed: Passed, direction: np.ndarray) -> dict[str, Gradients]:
        """The way back, as far as the lowest tap.

        Args:
            passed: What the picture has left.
            direction: (classes,): the weight of each logit in the score.
        """
        asked = np.ascontiguousarray(direction, np.float32)[np.newaxis]
        score = (passed.logits * asked).reshape(1, -1).sum(axis=1)
        found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        gradient = asked
        for back in self._back:
            value = passed.maps[back.input]
            outputs = back.model.run(value, gradient)
            count = len(back.inside)
            found |= dict(zip(back.inside, zip(outputs[:count], outputs[count : 2 * count], strict=True), strict=True))
            if back.to_input:
                gradient = outputs[-1]
                found[back.input] = value, gradient
        return {tap: Gradients(*found[node], passed.logits, score) for tap, node in self._nodes.items()}
