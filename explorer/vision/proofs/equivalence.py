"""Towers of 1x1 and 3x3 convolutions against one large 1x1 and a convolution on segments.

Source: arXiv:1610.02357, section 1.1, figures 2 and 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from explorer.vision.proofs.convolution import convolved, pointwise

TOLERANCE = 1e-5
"""Largest difference that passes for equal, as a share of the outputs' range: float32 rounds in another order."""


@dataclass(frozen=True, slots=True, eq=False)
class Equivalence:
    """Both ways computed.

    Attributes:
        towers: (rows, columns, filters), float32: each tower by itself, put side by side.
        segments: The same shape: one 1x1 convolution, then segments.
        segment_count: How many there are.
        seconds: How long both took.
    """

    towers: np.ndarray
    segments: np.ndarray
    segment_count: int
    seconds: float

    @property
    def difference(self) -> float:
        """The largest difference of two outputs."""
        return float(np.abs(self.towers - self.segments).max())

    @property
    def range(self) -> float:
        """From the smallest output to the largest."""
        return float(np.ptp(self.towers))

    @property
    def relative(self) -> float:
        """The difference as a share of the range."""
        return self.difference / self.range if self.range else self.difference

    @property
    def holds(self) -> bool:
        """Whether the two are equal but for rounding."""
        return self.relative <= TOLERANCE


def compare(values: np.ndarray, mixtures: Sequence[np.ndarray], kernels: Sequence[np.ndarray]) -> Equivalence:
    """Computes both ways.

    Args:
        values: (rows, columns, channels), float32: the map that enters.
        mixtures: Of each tower: (channels, mixed), its 1x1 convolution; all of one shape.
        kernels: Of each tower: (k, k, mixed, filters); all of one shape.
    """
    start = perf_counter()
    each = [convolved(pointwise(values, mixture), kernel) for mixture, kernel in zip(mixtures, kernels, strict=True)]
    towers = np.concatenate(each, axis=-1)
    mixed = pointwise(values, np.concatenate(mixtures, axis=-1))
    segments = convolved(mixed, np.concatenate(kernels, axis=-1), groups=len(kernels))
    return Equivalence(towers, segments, len(kernels), perf_counter() - start)


def random_towers(
    seed: int, size: int, channels: int, towers: int
) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """A map and kernels of `towers` towers that share `channels` out among them, for `compare`; float32."""
    drawn = np.random.default_rng(seed)
    part = channels // towers
    values = drawn.standard_normal((size, size, channels), np.float32)
    mixtures = [drawn.standard_normal((channels, part), np.float32) / np.float32(channels**0.5) for _ in range(towers)]
    kernels = [drawn.standard_normal((3, 3, part, part), np.float32) / np.float32(3 * part**0.5) for _ in range(towers)]
    return values, mixtures, kernels


def cut_towers(
    mixture: np.ndarray, kernel: np.ndarray, towers: int, filters: int
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Towers cut out of two trained layers.

    Args:
        mixture: (channels, mixed): a 1x1 convolution.
        kernel: (k, k, reads, outputs): a regular convolution that reads fewer channels than the other makes.
        towers: How many; each gets `mixed / towers` outputs of the 1x1 convolution, at most `reads`.
        filters: Outputs of the regular convolution for each tower.

    Raises:
        ValueError: If the layers have not so many channels.
    """
    part = min(mixture.shape[1] // towers, kernel.shape[2])
    if part < 1 or towers * filters > kernel.shape[3]:
        raise ValueError(f"{mixture.shape} and {kernel.shape} hold no {towers} towers with {filters} filters each")
    mixtures = [mixture[:, part * tower : part * (tower + 1)] for tower in range(towers)]
    kernels = [kernel[:, :, :part, filters * tower : filters * (tower + 1)] for tower in range(towers)]
    return mixtures, kernels
