"""A box that covers a part of a picture: does the answer hang on what lies there? The simplest test of any map.

What is covered is gray, 0 in the [-1, 1] that the network gets, as in `explorer.vision.methods.masks`; or blurred; or
holds the pixels of another picture.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

BLUR_SHARE = 1 / 20
"""Standard deviation of the blur, as a share of the picture's side: 7.5 px of 150."""

GRAY, BLUR = "gray", "blur"
"""What may cover a place beside another picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a picture, its edges as shares of width and height, from 0 to 1.

    Raises:
        ValueError: If it is none, or reaches beyond the picture.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError(f"expected edges from 0 to 1, left before right and top before bottom, got {self}")

    def pixels(self, size: int) -> tuple[slice, slice]:
        """Rows and columns of a square of `size` px that it covers: those whose middle lies in it, at least one."""
        return _covered(self.top, self.bottom, size), _covered(self.left, self.right, size)


def covered(image: np.ndarray, box: Box, filler: np.ndarray) -> np.ndarray:
    """The picture with the pixels of another one in the box.

    Args:
        image: (1, size, size, channels), float32 in [-1, 1].
        box: What is covered.
        filler: Likewise: what it is covered with, see `filler`.
    """
    rows, columns = box.pixels(image.shape[1])
    result = image.copy()
    result[:, rows, columns] = filler[:, rows, columns]
    return result


def filler(image: np.ndarray, filling: str) -> np.ndarray:
    """What a place of `image` is covered with that is `GRAY` or `BLUR`: the same shape.

    Raises:
        ValueError: If it is something else.
    """
    if filling == GRAY:
        return np.zeros_like(image)
    if filling == BLUR:
        return blurred(image)
    raise ValueError(f"expected {GRAY} or {BLUR}, got {filling!r}")


def blurred(image: np.ndarray) -> np.ndarray:
    """(1, size, size, channels): blurred by a Gaussian `BLUR_SHARE` of the side wide, the edge's pixels repeated."""
    from scipy.ndimage import gaussian_filter

    sigma = BLUR_SHARE * image.shape[1]
    result: np.ndarray = gaussian_filter(image, (0, sigma, sigma, 0), mode="nearest")
    return result


def _covered(first: float, last: float, size: int) -> slice:
    """The pixels along one side whose middle, half a pixel from its edges, lies between two shares of it."""
    start = min(max(0, ceil(first * size - 0.5)), size - 1)
    return slice(start, max(start + 1, ceil(last * size - 0.5)))
