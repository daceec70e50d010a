"""A map's colours over the picture that it explains."""

from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from explorer.figures.badge import stamped
from explorer.figures.maps.colour_maps import DIVERGING, coloured

_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)
"""Brightness that the eye sees in red, green and blue. Source: ITU-R BT.601."""


def overlay(
    picture: NDArray[np.uint8],
    values: NDArray[np.floating],
    *,
    colour_map: str,
    low: float,
    high: float,
    opacity: float,
    badge: str | None = None,
) -> NDArray[np.uint8]:
    """`picture` with the colours of `values` over it.

    The map covers `opacity` of the picture where the value is `high`, nothing where it
    is `low`, and in proportion in between; with a diverging colour map nothing in the middle of the range, and all
    of `opacity` at both ends. The picture loses its own colours as far as it is covered, so that every hue there is
    the map's.

    Args:
        picture: (h, w, 3).
        values: (h, w), on the pixels of the picture; a place that is NaN is left as it is.
        colour_map: One of `explorer.figures.maps.colour_maps.COLOUR_MAPS`.
        low: Value of the first colour.
        high: Value of the last colour; if it equals `low`, the picture alone is shown.
        opacity: Share of the map where it covers most, 0 to 1.
        badge: What to write over the lowest rows, as "RANDOM WEIGHTS".

    Returns:
        (h, w, 3).

    Raises:
        ConfigError: If there is no such colour map.
        ValueError: If shapes differ, or a number is out of range.
    """
    if picture.shape != (*values.shape, 3):
        raise ValueError(f"expected a picture (h, w, 3) and values (h, w), got {picture.shape} and {values.shape}")
    if not 0 <= opacity <= 1:
        raise ValueError(f"expected an opacity from 0 to 1, got {opacity}")
    colours = coloured(values, colour_map, low, high)
    strength = _strength(values, low, high, colour_map in DIVERGING)
    cover = np.where(np.isnan(values), 0, opacity * strength).astype(np.float32)[..., None]
    beneath = picture + cover * ((picture @ _BRIGHTNESS)[..., None] - picture)
    mixed = beneath + cover * (colours - beneath)
    return stamped(np.rint(mixed).astype(np.uint8), badge)


def gray(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`picture` (h, w, 3) without its colours, which it leaves to a map."""
    return np.repeat(np.rint(picture @ _BRIGHTNESS).astype(np.uint8)[..., None], 3, axis=-1)


def map_picture(
    values: ArrayLike,
    *,
    colour_map: str,
    low: float,
    high: float,
    badge: str | None = None,
) -> NDArray[np.uint8]:
    """The colours of `values` (h, w) alone.

    Args:
        values: (h, w).
        colour_map: One of `explorer.figures.maps.colour_maps.COLOUR_MAPS`.
        low: Value of the first colour.
        high: Value of the last colour.
        badge: What to write over the lowest rows; a picture too narrow for the text shows it cut off.

    Raises:
        ConfigError: If there is no such colour map.
        ValueError: If `low` is not finite or above `high`.
    """
    return stamped(coloured(values, colour_map, low, high), badge)


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """`picture` (h, w), (h, w, 3) or (h, w, 4) as the bytes of a PNG file."""
    file = BytesIO()
    # Level 1 writes three times as fast as the usual 6, and the file is a tenth larger.
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _strength(values: NDArray[np.floating], low: float, high: float, diverging: bool) -> NDArray[np.floating]:
    """From 0, where the colour map says nothing, to 1, where it says most."""
    if low == high:
        return np.zeros_like(values)
    share = (np.clip(values, low, high) - low) / (high - low)
    return np.abs(2 * share - 1) if diverging else share
