"""How much of a network batch normalization is: what most rules of counting differ in."""

from math import prod

from explorer.arch.ops import BatchNorm
from explorer.counting.tally import Tally


def normalized_outputs(tally: Tally) -> int:
    """Values that come out of batch normalization for one image."""
    return sum(prod(layer.output_shape) for layer in tally.layers if isinstance(layer.node.op, BatchNorm))


def normalized_channels(tally: Tally) -> int:
    """Channels that are batch-normalized: each has a moving mean and a moving variance."""
    return sum(layer.output_shape[-1] for layer in tally.layers if isinstance(layer.node.op, BatchNorm))
