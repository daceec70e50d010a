"""A picture in a network: what every prediction, map and feature map is a function of."""

from collections.abc import Hashable
from dataclasses import dataclass

from explorer.arch.graph import Graph
from explorer.arch.head import Head
from explorer.arch.knobs import Config
from explorer.model.sources.known import WeightsSource
from explorer.model.weights.heads import graph_with_head
from explorer.vision.pictures.picture import Picture


@dataclass(frozen=True, slots=True)
class Look:
    """A picture in a network with weights.

    Attributes:
        picture: The picture file.
        config: The network.
        weights: Where its weights come from; None for random ones.
        head: The head that the weights bring, where no knob describes it.
    """

    picture: Picture
    config: Config
    weights: WeightsSource | None
    head: Head | None = None

    @property
    def graph(self) -> Graph:
        """The network's description."""
        return graph_with_head(self.config, self.head)

    @property
    def key(self) -> Hashable:
        """What results are known by: the picture's hash in place of its bytes, which a cache is not to hold."""
        return self.picture.digest, self.config, self.weights, self.head
