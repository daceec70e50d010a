"""How many bytes a layer must move: the other side of its arithmetic intensity."""

from math import prod

from explorer.counting.memory import BYTES_PER_VALUE
from explorer.counting.tally import LayerTally

BYTES_IN_WORDS = "the layer's input, output and weights in float32, each once"
"""What counts as moved. A cache that holds them moves less; a map that is read again moves more."""


def bytes_moved(layer: LayerTally, batch: int) -> int:
    """Bytes of one pass of `batch` images; the weights are read once for all of them."""
    maps = sum(map(prod, layer.input_shapes)) + prod(layer.output_shape)
    return (batch * maps + layer.params) * BYTES_PER_VALUE
