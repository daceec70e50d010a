"""Weights in which no array is neutral."""

from typing import TYPE_CHECKING

import numpy as np

from explorer.arch.graph import Graph
from explorer.model.weights.arrays import Weights, random_weights

if TYPE_CHECKING:
    import keras

_RANGES = {"gamma": (0.7, 1.7), "moving_variance": (0.1, 0.6), "beta": (-0.4, 0.4), "moving_mean": (-0.4, 0.4)}
_RANGES["bias"] = _RANGES["beta"]


def lively_model(model: "keras.Model", seed: int = 1) -> "keras.Model":
    """A Keras model whose biases and batch normalizations are not neutral any more."""
    generator = np.random.default_rng(seed)
    for weight in model.weights:
        if weight.name in _RANGES:
            weight.assign(generator.uniform(*_RANGES[weight.name], weight.shape))
    return model


def lively_weights(graph: Graph, seed: int = 1) -> Weights:
    """Random weights whose biases and batch normalizations are not neutral, so that forgetting one shows."""
    weights, generator = random_weights(graph, seed), np.random.default_rng(seed)
    arrays = {
        node: {
            name: generator.uniform(*_RANGES[name], array.shape).astype(np.float32) if name in _RANGES else array
            for name, array in of_node.items()
        }
        for node, of_node in weights.arrays.items()
    }
    return Weights(arrays, weights.provenance)
