"""One output channel of a photograph, in two steps and in one: the same numbers."""

from dataclasses import dataclass

import numpy as np

from explorer.vision.proofs.convolution import convolved, depthwise, pointwise

KERNELS: dict[str, np.ndarray] = {
    "Edges, left to right": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32) / 4,
    "Edges, top to bottom": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], np.float32) / 4,
    "Blur": np.full((3, 3), 1 / 9, np.float32),
    "Spots": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32) / 4,
    "The pixel alone": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], np.float32),
}
"""3x3 kernels that a person can read, by what they find; the first is Sobel's."""

MIXTURES: dict[str, tuple[float, float, float]] = {
    "Brightness": (0.299, 0.587, 0.114),
    "Red against green": (1.0, -1.0, 0.0),
    "Red against blue": (1.0, 0.0, -1.0),
    "Red alone": (1.0, 0.0, 0.0),
}
"""Weights of red, green and blue; the first as eyes weigh them, by ITU-R BT.601."""


@dataclass(frozen=True, slots=True, eq=False)
class OneOutput:
    """What a kernel and a mixture make of a photograph.

    Attributes:
        photograph: (rows, columns, 3), float32 from -1 to 1.
        kernel: (3, 3): of the depthwise convolution, for each channel the same.
        weights: (3,): of the pointwise one.
        regular: (3, 3, 3): the kernels of the regular convolution that does both at once.
        depthwise_maps: (rows, columns, 3).
        regular_maps: (rows, columns, 3): what each channel adds to the regular convolution's output.
        output: (rows, columns): of the regular convolution.
    """

    photograph: np.ndarray
    kernel: np.ndarray
    weights: np.ndarray
    regular: np.ndarray
    depthwise_maps: np.ndarray
    regular_maps: np.ndarray
    output: np.ndarray

    def mixed(self, mixture: str) -> np.ndarray:
        """(rows, columns): another output, of the same depthwise maps by another of `MIXTURES`."""
        return pointwise(self.depthwise_maps, np.array(MIXTURES[mixture], np.float32))


def one_output(photograph: np.ndarray, kernel: str, mixture: str) -> OneOutput:
    """Both ways, by names of `KERNELS` and `MIXTURES`."""
    window, weights = KERNELS[kernel], np.array(MIXTURES[mixture], np.float32)
    regular = window[:, :, None] * weights
    return OneOutput(
        photograph,
        window,
        weights,
        regular,
        depthwise(photograph, np.repeat(window[:, :, None], 3, axis=-1)),
        depthwise(photograph, regular),
        convolved(photograph, regular[..., None])[..., 0],
    )
