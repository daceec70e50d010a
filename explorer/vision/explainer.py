"""A network that can be asked why: everything that looks into it, over one set of weights."""

from collections.abc import Iterable
from time import perf_counter
from types import MappingProxyType
from typing import Any

import numpy as np

from explorer.arch.graph import Graph, output_shapes
from explorer.arch.ops import Input
from explorer.arch.places.parts import descendants
from explorer.arch.places.taps import Tap, convolutions, last_tap, module_outputs, taps
from explorer.arch.preprocessing import PREPARED, SIGNED
from explorer.arch.written_out import written_out
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.model.budget import build_estimate, require
from explorer.model.engines.choice import chosen_engine, create
from explorer.model.engines.choice import memory_estimate as engine_estimate
from explorer.model.engines.engine import Engine
from explorer.model.gradients.activations import Activations
from explorer.model.gradients.film import Film
from explorer.model.gradients.gradient_network import GradientNetwork
from explorer.model.gradients.openvino_gradients import Gradients, OpenVINOGradients, Passed
from explorer.model.gradients.part_models import PartModels
from explorer.model.gradients.single_pictures import SinglePictures
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Provenance, Weights
from explorer.model.weights.written_out_arrays import tapped_node
from explorer.vision.checks.faithfulness import Faithfulness, faithfulness
from explorer.vision.checks.judgement import BranchShare, branch_share
from explorer.vision.checks.sanity import SanityCheck, sanity_check
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.method import Question
from explorer.vision.methods.table import METHODS
from explorer.vision.methods.target import Target
from explorer.vision.progress import Progress, silent


class Explainer:
    """A network with weights and all that looks into it. Its parts are made when first needed; threads share it.

    Attributes:
        graph: The network.
        weights: Its weights.
        engine: The forward pass, for what runs the network many times.
        engine_of_next_picture: The same for pictures that come one by one, compiled as a whole only if there are many.
        by_parts: Where the values of places and their gradients come from.
        network: The Keras model that the film and activation maximization go through; TensorFlow is imported with it.
    """

    def __init__(self, graph: Graph, weights: Weights, known: PartModels | None = None) -> None:
        """`known` are compiled parts, of this network and of others."""
        self.graph = graph
        self.weights = weights
        self._image = next(node.name for node in graph.nodes if isinstance(node.op, Input))
        self._engine = LazyValue(self._new_engine)
        self._single_pictures = LazyValue(lambda: SinglePictures(self.by_parts, self.provenance, self._engine))
        self._network = LazyValue(self._new_network)
        self._film = LazyValue(self._new_film)
        self._by_parts = LazyValue(lambda: OpenVINOGradients(graph, weights, known))
        self._last_tap = LazyValue(lambda: last_tap(graph))
        self._classes = LazyValue(lambda: output_shapes(graph)[graph.output.name][0])

    @property
    def provenance(self) -> Provenance:
        """State of the weights."""
        return self.weights.provenance

    @property
    def nbytes(self) -> int:
        """Bytes of the weights and of all parts, once they are made, while nothing runs: an upper bound."""
        engine = engine_estimate(self.graph, self.weights, self.by_parts.reads[1:])
        return self.weights.nbytes + engine + build_estimate(tally(written_out(self.graph)))

    @property
    def engine(self) -> Engine:  # noqa: D102
        return self._engine()

    @property
    def engine_of_next_picture(self) -> Engine:  # noqa: D102
        if chosen_engine().name != "openvino":
            return self.engine
        return self._single_pictures().engine()

    @property
    def by_parts(self) -> OpenVINOGradients:  # noqa: D102
        return self._by_parts()

    @property
    def network(self) -> GradientNetwork:  # noqa: D102
        return self._network()

    @property
    def image_node(self) -> str:
        """Name of the node that is the picture."""
        return self._image

    @property
    def input_size(self) -> int:
        """Side of the picture that the network sees, px."""
        return self.graph.input_shape[0]

    def activations(self, image: np.ndarray) -> Activations:
        """What a picture, (1, size, size, 3), float32 in [-1, 1], leaves: one pass."""
        engine = self.engine_of_next_picture
        start = perf_counter()
        outputs = engine.run(image)
        seconds = perf_counter() - start
        first = {self._image: image, **outputs.taps}
        for array in (*first.values(), outputs.logits):
            array.flags.writeable = False
        version = f"{engine.name} {engine.version}"
        return Activations(outputs.logits[0], self.provenance, version, seconds, MappingProxyType(first))

    def direction(self, target: Target) -> np.ndarray:
        """The weight of each logit in the target's score.

        Raises:
            ConfigError: If there is no such class.
        """
        return target.direction(self._classes())

    def gradients(self, activations: Activations, node: str, target: Target) -> Gradients:
        """Value of a node of the written-out graph, and the derivative of the target's score by it."""
        passed = Passed(activations.maps, activations.logits[np.newaxis])
        return self.by_parts.back(passed, self.direction(target), (node,))[node]

    def values(self, activations: Activations, nodes: Iterable[str]) -> dict[str, np.ndarray]:
        """The outputs of nodes of the written-out graph, computed from what the pass left."""
        return self.by_parts.values(activations.maps, nodes)

    def mean_squares(self, image: np.ndarray) -> dict[str, float]:
        """The mean of the squared outputs of every layer of the description, for a picture as `activations` takes it.

        What the image puts out is what the next layer reads: the picture prepared as the weights expect it.
        """
        nodes = {node.name: tapped_node(self.graph, node.name) for node in self.graph.nodes}
        if self.weights.preprocessing != SIGNED:
            nodes[self._image] = PREPARED
        found = self.by_parts.mean_squares(image, nodes.values())
        return {name: found[node] for name, node in nodes.items()}

    def heat_map(
        self,
        method: str,
        activations: Activations,
        target: Target,
        tap: Tap | None = None,
        progress: Progress = silent,
        **settings: Any,
    ) -> HeatMap:
        """The map of one picture.

        Args:
            method: Which.
            activations: Of the picture.
            target: What is asked.
            tap: Where a method that looks at a layer looks; the last one if left out. Others do not use it.
            progress: Told after each pass of a slow method.
            **settings: Of the method: `channels`, `samples`, `noise`, `seed`, `patch_px`, `stride_px`.

        Raises:
            ConfigError: If there is no such method or class, or the tap is a vector, which has no map.
        """
        if method not in METHODS:
            raise ConfigError(f"the method must be one of {', '.join(METHODS)}, got {method!r}")
        self.direction(target)  # a class that does not exist is refused before anything is computed
        chosen = METHODS[method]
        if not chosen.layered:
            return chosen.run(self, Question(activations, target, None, progress, settings))
        tap = tap or self._last_tap()
        if not tap.is_map:
            raise ConfigError(f"{tap.name} gives a vector, which has no map: choose a layer before it")
        return chosen.run(self, Question(activations, target, tap, progress, settings))

    def passes(self, method: str, tap: Tap | None = None, **settings: Any) -> int:
        """How often the network runs for a map by `method`, the pass that left the activations not counted."""
        return METHODS[method].passes(self.input_size, tap or self._last_tap(), settings)

    def film(self, activations: Activations, target: Target) -> tuple[HeatMap, ...]:
        """Grad-CAM at every convolution and at what each module hands on, by one pass forward and back."""
        start = perf_counter()
        direction = self.direction(target)
        maps = self._film().run(activations.maps[self._image], direction)
        seconds = perf_counter() - start
        score = float(direction @ activations.logits)
        return tuple(
            HeatMap(
                "grad-cam",
                tap,
                target,
                maps[tap.node],
                tap.receptive_field,
                self.input_size,
                score,
                self.provenance,
                seconds,
            )
            for tap in _film_taps(self.graph)
        )

    def branch_share(self, activations: Activations, tap: Tap, target: Target) -> BranchShare | None:
        """What of the evidence passes through the branch that the tap is in; None outside of such branches."""
        network = written_out(self.graph)
        nodes = {node.name: node for node in network.nodes}
        addition = next((each for each in taps(self.graph) if each.layer == tap.layer and each.stage == "add"), None)
        if addition is None or tap.stage == "add" or nodes[tap.node].branch == "shortcut":
            return None
        branch = descendants(network, tap.node)
        passing = [name for name in nodes[addition.node].inputs if name not in branch]
        if not passing:
            return None
        gradients = self.gradients(activations, addition.node, target)
        values = self.values(activations, passing)
        return branch_share(gradients, np.sum([values[name] for name in passing], axis=0))

    def faithfulness(
        self,
        activations: Activations,
        heat_map: HeatMap,
        *,
        steps: int = 20,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Faithfulness:
        """What becomes of the answer when the map's hottest places are removed, or restored first."""
        image = activations.maps[self._image]
        return faithfulness(self.engine, image, heat_map, steps=steps, seed=seed, progress=progress)

    def sanity_check(self, activations: Activations, heat_map: HeatMap, *, seed: int = 0) -> SanityCheck:
        """The same map with the weights above its place drawn anew, and how alike the two are."""
        return sanity_check(self.by_parts, activations, self.graph, heat_map, seed=seed)

    def _new_engine(self) -> Engine:
        taps = self.by_parts.reads[1:]
        estimate = self.weights.nbytes + engine_estimate(self.graph, self.weights, taps)
        require(estimate, "Running this network, with its weights,")
        return create(self.graph, self.weights, taps)

    def _new_network(self) -> GradientNetwork:
        # The parts stand beside each other: each may fit where all together do not.
        require(self.nbytes, "Looking into this network, which stands in memory twice,")
        return GradientNetwork(self.graph, self.weights)

    def _new_film(self) -> Film:
        return self.network.film(tuple(dict.fromkeys(tap.node for tap in _film_taps(self.graph))))


def _film_taps(graph: Graph) -> tuple[Tap, ...]:
    return (*convolutions(graph), *module_outputs(graph))
