"""What a picture leaves in a network: from it every other question starts, without running the picture again."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.model.weights.arrays import Provenance

Maps = Mapping[str, np.ndarray]
"""Outputs by node of the written-out graph, each (1, height, width, channels), float32 and read-only."""


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
        maps: The image, and the maps that pass from part to part: from them any place can be computed again, and any
            way back can start.
    """

    maps: Maps

    @property
    def of_pass(self) -> Pass:
        """The pass alone, without the maps."""
        return Pass(self.logits, self.provenance, self.engine, self.seconds)
