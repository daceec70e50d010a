"""How strongly each layer of a network answers a picture."""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING

import numpy as np

from explorer.errors import WeightsError

if TYPE_CHECKING:
    from explorer.vision.explainer import Explainer


@dataclass(frozen=True, slots=True)
class LayerEnergy:
    """One layer.

    Attributes:
        layer: Its name in the description.
        rms: Root mean square of all values that it puts out: the square root of the mean of their squares.
    """

    layer: str
    rms: float


def energies(explainer: "Explainer", image: np.ndarray) -> tuple[LayerEnergy, ...]:
    """The energy of every layer, in the order of the description, by one pass that keeps no maps.

    Args:
        explainer: The network with its weights.
        image: (1, height, width, channels), float32 in [-1, 1].

    Raises:
        BudgetError: If the pass would not fit into the memory budget.
        WeightsError: If an output is not finite.
    """
    squares = explainer.mean_squares(image)
    for layer, square in squares.items():
        if not isfinite(square):
            raise WeightsError(
                f"With the weights of {explainer.provenance.source} the output of {layer} is not a finite number: "
                "is the file damaged?"
            )
    return tuple(LayerEnergy(layer, sqrt(square)) for layer, square in squares.items())
