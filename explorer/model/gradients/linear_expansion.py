"""A tail's first-order expansion around one picture, as a Keras model: what CAM methods read of a tail, and no more.

tf-keras-vis wants a Keras model, runs it and differentiates it, eagerly. At the activation `A` of a tap, the model
`x -> sum(G * (x - A))` with `G` the tail's gradient there has the tail's activation and the tail's gradient, so a
method that reads nothing else gives the same map. It costs 4 ms at any depth, after the compiled tail has given both.

Its own value is 0, where the tail's is the score. Of the methods only Grad-CAM++ reads that: as the factor
exp(score), common to all cells, which is 1 here and could overflow there.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

TAP = "tap"
"""Name of the layer whose activation and gradient the tail had."""


@lru_cache(maxsize=2)
def linear_expansion(dtype: str = "float32") -> "keras.Model":
    """The model [activation, gradient], each (N, height, width, channels) of any size -> score (N, 1)."""
    import keras

    activation, gradient = (keras.Input((None, None, None), dtype=dtype) for _ in range(2))
    tap = keras.layers.Activation("linear", name=TAP, dtype=dtype)(activation)
    total = keras.ops.sum(keras.layers.Multiply(dtype=dtype)([tap, gradient]), axis=(1, 2, 3))
    return keras.Model([activation, gradient], (total - keras.ops.stop_gradient(total))[:, None])
