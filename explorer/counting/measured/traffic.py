"""How many bytes a layer must move: the other side of its arithmetic intensity."""

from math import prod

from explorer.counting.memory import BYTES_PER_VALUE
from explorer.counting.tally import LayerTally, Tally

BYTES_IN_WORDS = "the layer's input, output and weights in float32, each once"
"""What counts as moved. A cache that holds them moves less; a map that is read again moves more."""


def bytes_moved(layer: LayerTally, batch: int) -> int:
    """Bytes of one pass of `batch` images; the weights are read once for all of them."""
    maps = sum(map(prod, layer.input_shapes)) + prod(layer.output_shape)
    return (batch * maps + layer.params) * BYTES_PER_VALUE


_MACS_OF_A_BYTE = 2
"""Multiply-adds that take as long as moving a byte, about."""


def effort(counted: Tally, batch: int) -> int:
    """What one pass takes, in multiply-adds: a byte that is moved counts as some of them.

    Seconds per effort differ by a fifth or so between networks, where seconds per multiply-add differ by a factor of
    two. Calibrated with the networks of which an accuracy is published.
    """
    moved = sum(bytes_moved(layer, batch) for layer in counted.layers)
    return batch * counted.macs + _MACS_OF_A_BYTE * moved
