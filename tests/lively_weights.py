"""Weights in which no array is neutral."""

import numpy as np

from explorer.arch.graph import Graph
from explorer.model.weights.arrays import Weights, random_weights


def lively_weights(graph: Graph, seed: int = 1) -> Weights:
    """Random weights whose biases and batch normalizations are not neutral, so that forgetting one shows."""
    weights, generator = random_weights(graph, seed), np.random.default_rng(seed)
    ranges = {"gamma": (0.7, 1.7), "moving_variance": (0.1, 0.6), "beta": (-0.4, 0.4), "moving_mean": (-0.4, 0.4)}
    ranges["bias"] = ranges["beta"]
    arrays = {
        node: {
            name: generator.uniform(*ranges[name], array.shape).astype(np.float32) if name in ranges else array
            for name, array in of_node.items()
        }
        for node, of_node in weights.arrays.items()
    }
    return Weights(arrays, weights.provenance)
