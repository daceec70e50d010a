"""Functions compiled by TensorFlow, and what they give as NumPy arrays."""

from threading import Lock
from typing import Any

import numpy as np

_TRACING = Lock()
"""One function is compiled at a time; those that are run meanwhile, as often as they like."""


def compiled(function: Any, *signature: Any) -> Any:
    """`function` as one TensorFlow function of that signature, traced now and never again."""
    import tensorflow as tf

    with _TRACING:
        return tf.function(function, autograph=False).get_concrete_function(*signature)


def as_array(tensor: Any) -> np.ndarray:
    """The tensor's own memory, read-only: `numpy()` would copy it, which takes half as long as the network."""
    return np.asarray(memoryview(tensor))
