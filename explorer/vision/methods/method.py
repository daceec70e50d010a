"""A heat-map method as one record: what there is to say about it, what it costs, and how it is run."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from explorer.arch.places.taps import Tap
from explorer.model.engines.engine import Engine
from explorer.model.gradients.activations import Activations
from explorer.model.gradients.openvino_gradients import Gradients, OpenVINOGradients
from explorer.model.weights.arrays import Provenance
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.target import Target
from explorer.vision.progress import Progress


class Asked(Protocol):
    """A network that methods ask: `explorer.vision.explainer.Explainer` is one."""

    @property
    def engine(self) -> Engine:
        """The fast forward pass."""

    @property
    def by_parts(self) -> OpenVINOGradients:
        """Where gradients come from."""

    @property
    def provenance(self) -> Provenance:
        """State of the weights."""

    @property
    def input_size(self) -> int:
        """Side of the picture that the network sees, px."""

    @property
    def image_node(self) -> str:
        """Name of the node that is the picture."""

    def gradients(self, activations: Activations, node: str, target: Target) -> Gradients:
        """Value of a node, and the derivative of the target's score by it."""

    def values(self, activations: Activations, nodes: Iterable[str]) -> dict[str, np.ndarray]:
        """The outputs of nodes."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a method is asked.

    Attributes:
        activations: What the picture left in the network.
        target: The class, or the difference of two.
        tap: Where a method looks that looks at a layer; None for those that look at the picture.
        progress: Told after each pass of a slow method.
        settings: Of the method: `channels`, `samples`, `noise`, `seed`, `patch_px`, `stride_px`.
    """

    activations: Activations
    target: Target
    tap: Tap | None
    progress: Progress
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method.

    Attributes:
        name: As in links and options: "grad-cam".
        title: Its name for people.
        story: What its map shows, in a sentence.
        source: The paper.
        layered: Whether it looks at a layer; else at the picture itself.
        signed: Whether cells below zero, which speak against the class, mean something before they are cut off.
        slow: Whether it runs the whole network many times.
        run: The map of one picture.
        passes: How often the network runs for a map, the pass that left the activations not counted: of the side of its
            input in px, the tap and the settings.
        skips_flat: Whether channels of the tap that are flat need no pass, so that `passes` is the most.
        pass_cost: How many times as long as a prediction a pass of a slow method takes, about.
    """

    name: str
    title: str
    story: str
    source: str
    layered: bool
    signed: bool
    slow: bool
    run: Callable[[Asked, Question], HeatMap]
    passes: Callable[[int, Tap | None, Mapping[str, Any]], int] = lambda size, tap, settings: 1
    skips_flat: bool = False
    pass_cost: float = 1.0


def place_of(question: Question) -> Tap:
    """The tap of a question that a layered method was asked."""
    if question.tap is None:
        raise ValueError("a method that looks at a layer was asked without one")
    return question.tap
