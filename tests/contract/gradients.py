"""The pixels that a unit depends on, found by a gradient, in networks in which no path can vanish.

Max pooling passes the gradient to one pixel of its window only, so average pooling with the same windows stands in for
it; local response normalization, whose gradients can cancel, is left out. All kernels are positive means and the image
is positive, so that every ReLU is in its linear part and nothing cancels.
"""

from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from explorer.arch.graph import Graph
from explorer.arch.ops import Activation, AveragePool, LocalResponseNorm, MaxPool, Op
from explorer.model.keras_model.build import build

Extent = tuple[int, int]


def linear(graph: Graph, last: str) -> Graph:
    """`graph` up to the node `last`, in a form in which gradients show every path."""
    end = [node.name for node in graph.nodes].index(last) + 1
    return replace(graph, nodes=tuple(replace(node, op=_transparent(node.op)) for node in graph.nodes[:end]))


def _transparent(op: Op) -> Op:
    match op:
        case MaxPool(pool=pool, strides=strides, padding=padding):
            return AveragePool(pool, strides, padding)
        case LocalResponseNorm():
            return Activation("linear")
    return op


def positive_model(graph: Graph) -> keras.Model:
    """The built network, in float64, every kernel a mean over what it reads."""
    model = build(graph, "float64")
    for layer in model.layers:
        for weight in layer.weights:
            if len(weight.shape) == 4:
                reads = 1 if "depthwise" in type(layer).__name__.lower() else weight.shape[2]
                if weight.name == "depthwise_kernel":
                    reads = 1
                weight.assign(np.full(weight.shape, 1 / (weight.shape[0] * weight.shape[1] * reads)))
    return model


def support(model: keras.Model, unit: tuple[int, int]) -> tuple[Extent, Extent]:
    """First and last row, first and last column of the pixels that the unit's gradient reaches."""
    shape = (1, *model.input_shape[1:])
    image = tf.constant(np.random.default_rng(0).uniform(0.5, 1, shape))
    with tf.GradientTape() as tape:
        tape.watch(image)
        values = model(image, training=False)[0, unit[0], unit[1]]
        # Channels weigh differently, or those of a softmax would cancel.
        output = tf.reduce_sum(values * tf.range(1, values.shape[0] + 1, dtype=values.dtype))
    reached = np.abs(tape.gradient(output, image)[0].numpy()).sum(axis=-1) > 0
    rows, columns = (np.flatnonzero(reached.any(axis=axis)) for axis in (1, 0))
    return (int(rows[0]), int(rows[-1])), (int(columns[0]), int(columns[-1]))
