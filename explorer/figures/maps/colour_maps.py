"""Numbers as colours: maps whose lightness rises evenly, and one for signed values whose middle is neutral.

Viridis, cividis and inferno are perceptually uniform and told apart by colour-blind people (Smith, van der Walt and
Firing, 2015; for cividis Nuñez, Anderton and Renslow, 2018, doi:10.1371/journal.pone.0199239). The signed one is
ColorBrewer's blue and red, as dark on one side as on the other (Harrower and Brewer, 2003,
doi:10.1179/000870403235002042).
"""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import ConfigError

COLOUR_MAPS: dict[str, str] = {
    "viridis": "Viridis: violet, green, yellow",
    "cividis": "Cividis: blue, gray, yellow",
    "inferno": "Inferno: black, red, yellow",
    "gray": "Gray: black to white",
    "balance": "Balance: blue below, white at, red above the middle",
}
"""Name and title of each colour map; the first is the usual one."""

DIVERGING = frozenset({"balance"})
"""Those for signed values: neutral in the middle of their range, where 0 belongs."""

STEPS = 255
"""Colours of a map: an odd number, so that the middle has one of its own."""

NOT_A_NUMBER = (128, 136, 150)
"""The bluish gray of places that have no value; no map but cividis, in its middle, comes near it."""

Limit = float | NDArray[np.floating]


def coloured(values: ArrayLike, name: str, low: Limit, high: Limit) -> NDArray[np.uint8]:
    """The colours of `values`.

    Args:
        values: Of any shape; NaN becomes `NOT_A_NUMBER`.
        name: One of `COLOUR_MAPS`.
        low: What gets the first colour, and everything below; a number, or an array that broadcasts.
        high: What gets the last colour, and everything above; where it equals `low`, all get the first colour, or
            the neutral one of a diverging map.

    Returns:
        Of the shape of `values` and 3 more: red, green, blue.

    Raises:
        ConfigError: If there is no such colour map.
        ValueError: If `low` is not finite or above `high`.
    """
    return table(name).take(_entries(values, name, low, high), axis=0)


def symmetric_limits(values: ArrayLike) -> tuple[float, float]:
    """The range of `values` for a diverging map: 0 in the middle; NaN and infinities are left out."""
    finite = np.abs(np.asarray(values)[np.isfinite(values)])
    reach = float(finite.max(initial=0))
    return -reach, reach


@cache
def table(name: str) -> NDArray[np.uint8]:
    """(256, 3), read-only: the `STEPS` colours of a map from low to high, then `NOT_A_NUMBER`.

    Raises:
        ConfigError: If there is no such colour map.
    """
    anchors = _anchors(name)
    position = np.linspace(0, len(anchors) - 1, STEPS)
    steps = np.stack([np.interp(position, range(len(anchors)), channel) for channel in anchors.T], axis=-1)
    colours = np.concatenate([np.rint(steps), [NOT_A_NUMBER]]).astype(np.uint8)
    colours.flags.writeable = False
    return colours


def _anchors(name: str) -> NDArray[np.float64]:
    """(n, 3): colours at even distances, between which a straight line is as good as the whole table."""
    from plotly.colors import diverging, hex_to_rgb, sequential, unlabel_rgb

    match name:
        case "viridis" | "cividis" | "inferno":
            return np.array([hex_to_rgb(colour) for colour in getattr(sequential, name.title())], float)
        case "balance":
            return np.array([unlabel_rgb(colour) for colour in reversed(diverging.RdBu)], float)
        case "gray":
            return np.array([[0, 0, 0], [255, 255, 255]], float)
    raise ConfigError(f"Expected one of the colour maps {', '.join(COLOUR_MAPS)}, got {name!r}.")


def _entries(values: ArrayLike, name: str, low: Limit, high: Limit) -> NDArray[np.uint8]:
    """Where in the table of the map each value's colour stands."""
    numbers = np.asarray(values)
    if not np.issubdtype(numbers.dtype, np.floating):
        numbers = numbers.astype(np.float64)
    # In the precision of the values: limits that differ in float64 alone are one limit to float32.
    low, high = np.asarray(low, numbers.dtype), np.asarray(high, numbers.dtype)
    span = high - low
    if not (np.isfinite(span) & (span >= 0)).all():
        raise ValueError(f"expected finite limits, low <= high, got {low} and {high}")
    flat = (STEPS - 1) / 2 if name in DIVERGING else 0
    position = (np.clip(numbers, low, high) - low) * np.where(span > 0, (STEPS - 1) / np.where(span > 0, span, 1), 0)
    if not span.all():
        position = np.where((span > 0) | np.isnan(numbers), position, flat)
    return np.nan_to_num(np.rint(position), nan=STEPS).astype(np.uint8)
