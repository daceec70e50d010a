"""A picture as the weights of a network want it."""

import numpy as np

from explorer.arch.preprocessing import SIGNED, Preprocessing


def prepared(tensor: np.ndarray, preprocessing: Preprocessing) -> np.ndarray:
    """`tensor`, RGB pictures in [-1, 1] (N, height, width, 3), as `preprocessing` makes them of the same pixels."""
    if preprocessing == SIGNED:
        return tensor
    pixels = (tensor.astype(np.float64) + 1) * 127.5
    ordered = pixels[..., ::-1] if preprocessing.order == "BGR" else pixels
    return (ordered * preprocessing.scale + preprocessing.offset).astype(np.float32)
