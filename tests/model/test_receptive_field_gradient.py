"""The receptive field against the support of the input gradient, of networks in which no path can vanish.

Max pooling passes the gradient to one pixel of its window only, so average pooling with the same windows stands in
for it. All kernels are positive and the image is too, so that every ReLU is in its linear part and nothing cancels.
"""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.ops import AveragePool, MaxPool
from explorer.arch.receptive_field import Span
from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.model.keras_model.build import build
from explorer.networks.from_scratch import FromScratchConfig
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

# Narrow, to be fast; 149 and 150 px give maps of odd and even size, where "same" pads differently.
XCEPTION = XceptionConfig(input_size=149, width=0.25, entry_convs=1, middle_repeats=1, middle_convs=1, classes=2)
CASES: dict[str, tuple[Config, tuple[str, ...]]] = {
    "odd": (XCEPTION, ("block1_conv2", "block2_add", "block3_add", "block4_pool", "block5_add", "block6_sepconv2")),
    "even": (
        replace(XCEPTION, input_size=150),
        ("block1_conv1", "block2_add", "block3_add", "block4_add", "block5_add"),
    ),
    "stem same, 74 and 37 px": (replace(XCEPTION, input_size=148, stem_padding="same"), ("block2_add", "block4_add")),
    "no residual": (replace(XCEPTION, residual=False), ("block2_pool", "block4_pool", "block5_sepconv1")),
    "5 x 5": (replace(XCEPTION, kernel_size=5), ("block2_sepconv1", "block2_add", "block3_add")),
    "segments": (replace(XCEPTION, segments=2), ("block2_sepconv1_depthwise", "block3_add")),
    "the papers module": (replace(XCEPTION, input_size=220, middle_convs=3), ("block5_add",)),
    "chained shortcuts": (FromScratchConfig(input_size=151, classes=2), ("block4_shortcut_bn", "block4_add")),
    "uneven kernels": (InceptionV3Config(classes=2), ("mixed4_branch7x7_2_conv",)),
}


def linear(graph: Graph, last: str) -> Graph:
    """`graph` up to the node `last`, with average for max pooling."""
    end = [node.name for node in graph.nodes].index(last) + 1
    nodes = tuple(
        replace(node, op=AveragePool(node.op.pool, node.op.strides, node.op.padding))
        if isinstance(node.op, MaxPool)
        else node
        for node in graph.nodes[:end]
    )
    return replace(graph, nodes=nodes)


def make_positive(model: keras.Model) -> None:
    """Every output channel of a layer becomes a sum over the window, averaged over the channels that it reads."""
    for layer in model.layers:
        for weight in layer.weights:
            if weight.name == "depthwise_kernel" or isinstance(layer, keras.layers.DepthwiseConv2D):
                weight.assign(np.ones(weight.shape))
            elif len(weight.shape) == 4:
                weight.assign(np.full(weight.shape, 1 / weight.shape[2]))


def support(model: keras.Model, unit: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last row, first and last column of the pixels that the unit's gradient reaches."""
    image = tf.ones((1, *model.input_shape[1:]))
    with tf.GradientTape() as tape:
        tape.watch(image)
        output = tf.reduce_sum(model(image, training=False)[0, unit[0], unit[1]])
    reached = np.abs(tape.gradient(output, image)[0].numpy()).sum(axis=-1) > 0
    rows, columns = (np.flatnonzero(reached.any(axis=axis)) for axis in (1, 0))
    return (int(rows[0]), int(rows[-1])), (int(columns[0]), int(columns[-1]))


def pixels_read(graph: Graph) -> int:
    """Rows (and columns) of the image that the network reads at all.

    A "valid" first convolution leaves out the last one of an even size, which later layers replace by padding.
    """
    first = tally(graph).layers[1]
    span = first.receptive_field.rows
    return min(span.start + (first.output_shape[0] - 1) * span.jump + span.size, graph.input_shape[0])


def predicted(span: Span, unit: int, pixels: int) -> tuple[int, int]:
    """First and last pixel of the window of `unit`, as far as it lies in what is read of the image."""
    first = span.start + unit * span.jump
    return max(first, 0), min(first + span.size, pixels) - 1


@pytest.mark.parametrize("case", CASES)
def test_the_receptive_field_is_the_support_of_the_gradient(case):
    config, names = CASES[case]
    graph = graph_of(config)
    fields = {layer.node.name: layer.receptive_field for layer in tally(graph).layers}
    inside = 0
    for name in names:
        model = build(linear(graph, name))
        make_positive(model)
        field = fields[name]
        rows, columns = model.output_shape[1:3]
        pixels = pixels_read(graph)
        for unit in ((0, 0), (rows // 2, columns // 2), (rows // 2 - 1, columns // 2 + 1), (rows - 1, columns - 1)):
            expected = predicted(field.rows, unit[0], pixels), predicted(field.columns, unit[1], pixels)
            assert support(model, unit) == expected, (name, unit)
            inside += all(first > 0 and last < pixels - 1 for first, last in expected)
    assert inside >= 2  # windows of two neighbours that the border does not clip prove size and jump
