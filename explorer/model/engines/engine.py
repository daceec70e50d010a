"""The forward pass: what every engine offers.

An engine can be tapped: beside the logits it returns the outputs of any nodes in the same pass. A separable
convolution has two outputs to tap, also where it is a single layer: `block5_sepconv1_depthwise` and
`block5_sepconv1_pointwise`, the second of which is the layer's own, `block5_sepconv1`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from explorer.arch.ops import Shape
from explorer.model.weights.arrays import Provenance

EngineName = Literal["openvino", "tensorflow"]


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What one pass over N images gives; float32, nobody else's arrays.

    Attributes:
        logits: (N, classes).
        taps: (N, height, width, channels) or (N, units) by the name that was asked for.
    """

    logits: np.ndarray
    taps: Mapping[str, np.ndarray]


class Engine(Protocol):
    """A network with weights, ready to run. May be called from several threads at once."""

    @property
    def name(self) -> EngineName:
        """Which engine it is."""

    @property
    def version(self) -> str:
        """Version of the library that runs it."""

    @property
    def provenance(self) -> Provenance:
        """Where its weights come from."""

    def run(self, images: np.ndarray) -> Outputs:
        """The outputs for `images`: (N, height, width, 3), float32 in [-1, 1], N at least 1.

        Raises:
            ValueError: If the images do not have that shape.
        """


def checked_images(images: np.ndarray, shape: Shape) -> np.ndarray:
    """`images` as an engine reads them: (N, *shape), float32, contiguous.

    Raises:
        ValueError: If their shape is another.
    """
    if images.ndim != 4 or images.shape[1:] != shape or len(images) == 0:
        raise ValueError(f"images must have the shape (N, {', '.join(map(str, shape))}), got {images.shape}")
    return np.ascontiguousarray(images, np.float32)
