"""The networks that a process holds, and what pictures left in them: bounded by bytes, the least recently used go."""

import gc
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.preprocessing import Preprocessing
from explorer.compute.lru_cache import SharedLRUCache
from explorer.compute.mapped_values import MappedValues
from explorer.configuration.registry import graph_of
from explorer.model.budget import memory_budget
from explorer.model.engines.choice import create, memory_estimate
from explorer.model.engines.engine import Engine
from explorer.model.gradients.activations import Activations
from explorer.model.gradients.part_models import PartModels
from explorer.model.sources.known import WeightsFile, WeightsSource
from explorer.model.weights.arrays import Weights, random_weights
from explorer.model.weights.heads import graph_with_head, kept_head
from explorer.model.weights.trained_networks import TrainedNetwork, load_trained
from explorer.model.weights.transplant import transplant
from explorer.vision.explainer import Explainer
from explorer.vision.look import Look
from explorer.vision.pictures.images import decode, network_input


@dataclass(frozen=True, slots=True)
class Classifier:
    """A network that is only asked what is on pictures.

    Attributes:
        engine: The network.
        preprocessing: What is done to a picture before it.
        nbytes: What it takes.
    """

    engine: Engine
    preprocessing: Preprocessing
    nbytes: int


class LoadedNetworks:
    """Trained weights, networks with weights in them, and activations. Threads share it."""

    def __init__(
        self,
        most_bytes: Callable[[], int] = memory_budget,
        shared: MappedValues | None = None,
        load: Callable[[WeightsSource], TrainedNetwork] = load_trained,
    ) -> None:
        """Holds nothing yet.

        Args:
            most_bytes: What all of it together may take.
            shared: Where known weights lie for all processes; None if there are no others. A person's own file is asked
                of one process as long as that has time, and is gone with its session: it is held by itself.
            load: Reads trained weights.
        """
        self._shared = shared
        self._load_trained = load
        # A Keras model sits in reference cycles.
        self._networks = SharedLRUCache(lambda: most_bytes() * 3 // 4, on_release=gc.collect)
        self._parts = PartModels()
        self._left = SharedLRUCache(lambda: most_bytes() // 4)

    def trained(self, source: WeightsSource) -> TrainedNetwork:
        """Pretrained weights and the configuration that they were trained in."""
        return self._networks.get(("trained", source), lambda: self._load(source))

    def _load(self, source: WeightsSource) -> TrainedNetwork:
        if self._shared is None or isinstance(source, WeightsFile):
            return self._load_trained(source)
        return self._shared.get(source, lambda: self._load_trained(source))

    def explainer(self, config: Config, source: WeightsSource | None) -> Explainer:
        """The network `config` with the weights of `source` if they fit it, else random ones, ready to be asked why."""
        return self._networks.get(("explainer", config, source), lambda: self._new_explainer(config, source))

    def classifier(self, config: Config, source: WeightsSource | None) -> Classifier:
        """The same network, ready to say what is on pictures and nothing else: sooner, and in less memory."""

        def new() -> Classifier:
            graph, weights = self._filled(config, source)
            return Classifier(create(graph, weights), weights.preprocessing, memory_estimate(graph, weights))

        return self._networks.get(("classifier", config, source), new)

    def explainer_of(self, look: Look) -> Explainer:
        """The network that is looked into."""
        return self.explainer(look.config, look.weights)

    def image(self, look: Look) -> np.ndarray:
        """What the network sees of the picture: (1, size, size, channels), read-only."""

        def decoded() -> np.ndarray:
            size, _, channels = look.graph.input_shape
            image = network_input(decode(look.picture.data), size, channels)
            image.flags.writeable = False
            return image

        return self._left.get(("image", look.picture.digest, look.graph.input_shape), decoded)

    def activations(self, look: Look) -> Activations:
        """What the picture leaves in the network: up to 91 MB for the paper's."""
        return self._left.get(("activations", look.key), lambda: self.explainer_of(look).activations(self.image(look)))

    def forget(self, is_meant: Callable[[Hashable], bool]) -> None:
        """Lets go of what is known by a key that is meant."""
        self._networks.forget(is_meant)
        self._left.forget(is_meant)

    def _new_explainer(self, config: Config, source: WeightsSource | None) -> Explainer:
        return Explainer(*self._filled(config, source), self._parts)

    def _filled(self, config: Config, source: WeightsSource | None) -> tuple[Graph, Weights]:
        if source is None:
            graph = graph_of(config)
            return graph, random_weights(graph)
        known = self.trained(source)
        graph = graph_with_head(config, kept_head(config, known.config, known.head))
        return graph, transplant(config, known.config, known.weights, known.head)
