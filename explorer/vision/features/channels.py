"""What the channels of a layer do on one picture, in numbers: each over all positions of its map."""

from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Literal

import numpy as np

from explorer.errors import ConfigError

Order = Literal["number", "mean", "variance", "sparsity", "contribution"]

ORDERS: dict[Order, str] = {
    "number": "Channel number",
    "mean": "Mean activation",
    "variance": "Variance",
    "sparsity": "Sparsity",
    "contribution": "Contribution to the class",
}
"""By what channels can be sorted: the largest value first, but for the number."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """Numbers of every channel of a map, each (channels,), float64 and read-only unless said otherwise.

    Attributes:
        mean: Over all positions.
        minimum: The least value.
        maximum: The largest value.
        variance: The mean square of the distance to the mean.
        sparsity: Share of the positions whose value is 0 or less, from 0 to 1. After a ReLU these are the positions
            at which the channel is off; at other stages a value below 0 is a value like any other.
        contribution: Sum over all positions of activation x gradient: how much the channel adds to the score to
            first order, in units of the logit; None without a gradient.
        dead: (channels,), bool: the same value at every position, so that it tells nothing of this picture. After a
            ReLU that value is 0 (unless the weights alone decide it). In a map of one position: the value is 0.
    """

    mean: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    variance: np.ndarray
    sparsity: np.ndarray
    contribution: np.ndarray | None
    dead: np.ndarray

    def __post_init__(self) -> None:
        for field in fields(self):
            array = getattr(self, field.name)
            if array is not None:
                array.flags.writeable = False


def channel_statistics(activation: np.ndarray, gradient: np.ndarray | None = None) -> ChannelStatistics:
    """The numbers of every channel; sums are of float64.

    Args:
        activation: (1, height, width, channels): the map.
        gradient: The same shape: the derivative of a score by it, if contributions are asked for.
    """
    places = (0, 1, 2)
    minimum, maximum = activation.min(places).astype(np.float64), activation.max(places).astype(np.float64)
    constant = minimum == maximum
    return ChannelStatistics(
        mean=activation.mean(places, dtype=np.float64),
        minimum=minimum,
        maximum=maximum,
        variance=activation.var(places, dtype=np.float64),
        sparsity=(activation <= 0).mean(places),
        contribution=None
        if gradient is None
        else np.einsum("nhwc,nhwc->c", activation, gradient, dtype=np.float64, casting="safe"),
        dead=constant if activation[..., 0].size > 1 else maximum == 0,
    )


def ordered(statistics: ChannelStatistics, order: Order) -> np.ndarray:
    """The channels' numbers, (channels,), strongest first; of equals the lower number first.

    Raises:
        ConfigError: If there is no such order, or it is by contribution and none are known.
    """
    if order not in ORDERS:
        near = get_close_matches(str(order), ORDERS, n=1, cutoff=0.0)
        raise ConfigError(f"the order must be one of {', '.join(ORDERS)}, got {order!r}: the nearest is {near[0]}")
    if order == "number":
        return np.arange(statistics.mean.size)
    values = getattr(statistics, order)
    if values is None:
        raise ConfigError("channels can be ordered by contribution only if a class is given: choose a class")
    return np.argsort(-values, kind="stable")


def check_channel(channel: int, channels: int) -> None:
    """Make sure that there is such a channel.

    Raises:
        ConfigError: If there is not.
    """
    if not 0 <= channel < channels:
        raise ConfigError(f"a channel must be from 0 to {channels - 1}, got {channel}")
