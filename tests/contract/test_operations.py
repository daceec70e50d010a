"""Every operation, found by introspection, asked of every reading of a graph, in networks of one layer."""

import gc
import inspect
from dataclasses import dataclass
from math import prod

import keras
import numpy as np
import pytest

from explorer.arch import ops
from explorer.arch.graph import Flow, Graph, GraphBuilder
from explorer.arch.ops import (
    FUNCTIONS,
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    ChannelScale,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    LocalResponseNorm,
    MaxPool,
    Op,
    Reshape,
    SeparableConv2D,
    ZeroPad,
)
from explorer.counting.formula import macs_formula, params_formula
from explorer.counting.tally import tally
from explorer.figures.diagram.box_labels import layer_sentence, operation
from explorer.figures.diagram.drawing import diagram_svg
from explorer.model.engines.openvino_engine import OpenVINOEngine
from explorer.model.engines.tensorflow_engine import TensorFlowEngine
from explorer.model.keras_model.build import build
from explorer.model.keras_model.code import to_code
from explorer.model.keras_model.profiler import miscounted, profiler_macs, visible_macs
from explorer.model.weights.arrays import random_weights
from tests.contract.gradients import linear, positive_model, support
from tests.contract.small import assert_close, images, plain_settings, run_script, weights_of
from tests.lively_weights import lively_weights

MAP, VECTOR = (17, 20, 6), (24,)
EXAMPLES: dict[type[Op], tuple[Op, ...]] = {
    Input: (Input(MAP), Input((17, 20, 1))),
    Conv2D: (
        Conv2D(4, (3, 5)),
        Conv2D(4, (3, 3), (2, 3), "valid", use_bias=True),
        Conv2D(8, (3, 3), groups=2, use_bias=True),
        Conv2D(4, (3, 3), dilation=(2, 2)),
        Conv2D(4, (3, 2), padding="valid", dilation=(3, 1), use_bias=True),
        Conv2D(9, (3, 3), groups=3, dilation=(2, 3)),
    ),
    DepthwiseConv2D: (
        DepthwiseConv2D((3, 3), use_bias=True),
        DepthwiseConv2D((3, 3), (2, 2), depth_multiplier=2),
        DepthwiseConv2D((3, 3), dilation=(2, 2)),
        DepthwiseConv2D((3, 3), padding="valid", depth_multiplier=2, use_bias=True, dilation=(4, 4)),
    ),
    SeparableConv2D: (
        SeparableConv2D(5, (3, 3), use_bias=True),
        SeparableConv2D(5, (3, 3), (2, 2), "valid", depth_multiplier=2),
        SeparableConv2D(5, (3, 3), depth_multiplier=2, use_bias=True, dilation=(2, 2)),
    ),
    BatchNorm: (BatchNorm(), BatchNorm(scale=False, center=False, epsilon=1e-5)),
    Dense: (Dense(5), Dense(5, use_bias=False)),
    Activation: tuple(Activation(function) for function in FUNCTIONS),
    ChannelScale: (
        ChannelScale((1.0, 2.0, 0.5, 1.5, 1.0, 3.0), (0.1, -0.2, 0.3, 0.0, 1.0, -1.0)),
        ChannelScale((1.0, 2.0, 0.5, 1.5, 1.0, 3.0), (0.0,) * 6, reverse=True),
    ),
    LocalResponseNorm: (LocalResponseNorm(2, 1.0, 1e-1, 0.75), LocalResponseNorm()),
    Dropout: (Dropout(0.5),),
    MaxPool: (MaxPool((3, 3), (2, 2)), MaxPool((3, 2), (1, 2), "same")),
    AveragePool: (AveragePool((3, 3), (2, 2), "same"), AveragePool((2, 3), (1, 1))),
    ZeroPad: (ZeroPad(((0, 1), (2, 3))),),
    GlobalAveragePool: (GlobalAveragePool(), GlobalAveragePool(keepdims=True)),
    GlobalMaxPool: (GlobalMaxPool(), GlobalMaxPool(keepdims=True)),
    Flatten: (Flatten(),),
    Reshape: (Reshape((17 * 20 * 6,)), Reshape((10, 34, 6))),
    Add: (Add(),),
    Concat: (Concat(),),
}
OF_VECTORS = (Dense,)
OF_SEVERAL = (Add, Concat)
BOTH = (*(Activation(function) for function in FUNCTIONS), BatchNorm(), Dropout(0.5))
"""Operations on maps that also take vectors."""


def described(op: Op, shape: tuple[int, ...] = MAP) -> Graph:
    """`op` on an image, alone or beside the image itself; on a vector, if it is of that kind."""
    builder = GraphBuilder("One operation", (Flow("only", "Only flow"),))
    builder.enter("only", "block1")
    if isinstance(op, Input):
        builder.add("layer", Activation("linear"), builder.add("input", op))
        return builder.graph()
    x = builder.add("input", Input(shape))
    if isinstance(op, OF_VECTORS):
        x = builder.add("pool", GlobalAveragePool(), x)
    side = [builder.add("side", Activation("tanh"), x)] if isinstance(op, OF_SEVERAL) else []
    builder.add("layer", op, x, *side)
    return builder.graph()


CASES = {f"{op}": described(op) for examples in EXAMPLES.values() for op in examples} | {
    f"{op} of a vector": described(op, VECTOR) for op in BOTH
}
every_operation = pytest.mark.parametrize("graph", CASES.values(), ids=CASES)


@dataclass(frozen=True, slots=True)
class Unheard(ops.Op):
    """An operation that no reading knows."""

    def output_shape(self, *inputs: ops.Shape) -> ops.Shape:
        return inputs[0]

    def variables(self, *inputs: ops.Shape) -> tuple[ops.Variable, ...]:
        return ()

    @property
    def window(self) -> ops.Window:
        return ops.POINT

    def work(self, *inputs: ops.Shape) -> tuple[ops.Work, ...]:
        return (ops.Work("dense", 1, 1),)


def every_op() -> set[type[Op]]:
    """The operations of the language: those classes of it that are no base of others."""
    classes = [cls for _, cls in inspect.getmembers(ops, inspect.isclass) if issubclass(cls, Op)]
    return {cls for cls in classes if not cls.__subclasses__()}


def keras_with_weights(graph: Graph) -> keras.Model:
    model = build(graph)
    for name, arrays in lively_weights(graph).arrays.items():
        model.get_layer(name).set_weights(list(arrays.values()))
    return model


def test_every_operation_has_examples():
    assert set(EXAMPLES) == every_op()
    assert all(type(op) is cls for cls, examples in EXAMPLES.items() for op in examples)


@every_operation
def test_the_tally_is_kerass(graph):
    model, counted = build(graph), tally(graph)
    for layer in counted.layers:
        built = model.get_layer(layer.node.name)
        assert built.output.shape[1:] == layer.output_shape
        assert built.count_params() == layer.params
        assert sum(prod(w.shape) for w in built.trainable_weights) == layer.trainable_params
        assert [(w.name, w.shape) for w in built.weights] == [
            (v.name, v.shape) for v in layer.node.op.variables(*layer.input_shapes)
        ]
    if miscounted(model):
        assert profiler_macs(model) is None
    else:
        assert profiler_macs(model) == counted.macs


MACS_BY_HAND = {
    Conv2D(8, (3, 3), groups=2, use_bias=True): 17 * 20 * 8 * 9 * 3,
    Conv2D(4, (3, 3), dilation=(2, 2)): 17 * 20 * 4 * 9 * 6,
    # Three rows four apart less one, two columns side by side: 17 - 6 rows, 20 - 1 columns.
    Conv2D(4, (3, 2), padding="valid", dilation=(3, 1), use_bias=True): 11 * 19 * 4 * 6 * 6,
    Conv2D(9, (3, 3), groups=3, dilation=(2, 3)): 17 * 20 * 9 * 9 * 2,
    DepthwiseConv2D((3, 3), dilation=(2, 2)): 17 * 20 * 6 * 9,
    DepthwiseConv2D((3, 3), padding="valid", depth_multiplier=2, use_bias=True, dilation=(4, 4)): 9 * 12 * 12 * 9,
    SeparableConv2D(5, (3, 3), depth_multiplier=2, use_bias=True, dilation=(2, 2)): 17 * 20 * (12 * 9 + 12 * 5),
}


@pytest.mark.parametrize("op", MACS_BY_HAND, ids=str)
def test_macs_that_the_profiler_miscounts_are_right_by_hand(op):
    graph = described(op)
    model = build(graph)
    assert tally(graph).macs == MACS_BY_HAND[op]
    assert miscounted(model) == ("layer",)
    assert visible_macs(model) != MACS_BY_HAND[op]


def test_every_operation_that_the_profiler_miscounts_is_proved_by_hand():
    unseen = {graph.nodes[-1].op for graph in CASES.values() if miscounted(build(graph))}
    assert unseen == set(MACS_BY_HAND)


@every_operation
def test_the_generated_script_is_the_same_layer(graph):
    model, variables = keras_with_weights(graph), run_script(to_code(graph))
    written = variables["model"]
    assert plain_settings(written) == plain_settings(model)
    written.set_weights(model.get_weights())
    pictures = images(graph.input_shape)
    np.testing.assert_array_equal(np.asarray(written(pictures)), np.asarray(model(pictures)))


@every_operation
def test_both_engines_compute_what_keras_computes(graph):
    model, pictures = keras_with_weights(graph), 3 * images(graph.input_shape)
    expected, weights = np.asarray(model(pictures)), weights_of(model)
    # Engines take pictures; a vector is a picture of one pixel that is pooled.
    if len(graph.input_shape) == 1:
        graph, pictures = on_pixel(graph), pictures[:, None, None]
    for engine in (OpenVINOEngine, TensorFlowEngine):
        assert_close(engine(graph, weights).run(pictures).logits, expected, 1e-5)


def on_pixel(graph: Graph) -> Graph:
    builder = GraphBuilder(graph.title, graph.flows)
    builder.enter("only", "block1")
    x = builder.add("input", Input((1, 1, *graph.input_shape)))
    builder.add("layer", graph.nodes[-1].op, builder.add("pool", GlobalAveragePool(), x))
    return builder.graph()


def test_local_response_normalization_is_tensorflows():
    import tensorflow as tf

    op = LocalResponseNorm(2, 1.5, 0.3, 0.75)
    pictures = 3 * images(MAP)
    expected = tf.nn.local_response_normalization(pictures, op.depth_radius, op.bias, op.alpha, op.beta)
    np.testing.assert_allclose(build(described(op))(pictures), expected, rtol=1e-5, atol=1e-6)


def test_a_model_with_a_layer_of_our_own_is_saved_and_loaded(tmp_path):
    model, pictures = build(described(LocalResponseNorm(2, 1.5, 0.3, 0.75))), images(MAP)
    model.save(tmp_path / "own.keras")
    again = keras.saving.load_model(tmp_path / "own.keras")
    np.testing.assert_array_equal(again(pictures), model(pictures))


@every_operation
def test_the_receptive_field_is_the_support_of_the_gradient(graph):
    layer = tally(graph).layers[-1]
    if len(layer.output_shape) == 1 or layer.node.op.window is None:
        # A unit of a vector, and what reads the whole map: the field is the image.
        rows, columns = layer.receptive_field
        if len(graph.input_shape) == 3:
            assert [(span.start, span.size) for span in (rows, columns)] == [(0, 17), (0, 20)]
        return
    model = positive_model(linear(graph, "layer"))
    height, width, _ = layer.output_shape
    units = [(height // 2, width // 2), (height // 2 + 1, width // 2 + 1)]
    if layer.node.op.window.dilation == (1, 1):
        units.append((1, 1))  # clipped by the border; there a dilated window may begin with one of its holes
    for unit in units:
        expected = []
        for span, place, pixels in zip(layer.receptive_field, unit, graph.input_shape, strict=False):
            first = span.start + place * span.jump
            expected.append((max(first, 0), min(first + span.size, pixels) - 1))
        if all(first <= last for first, last in expected):  # a unit in the padding sees nothing
            assert support(model, unit) == tuple(expected)


@every_operation
def test_formula_and_words(graph):
    counted = tally(graph)
    for layer in counted.layers:
        for formula, value in ((params_formula(layer), layer.params), (macs_formula(layer), layer.macs)):
            assert (formula is None) == (value == 0)
            if formula is not None:
                assert eval(formula.arithmetic.replace("×", "*")) == value
        label = operation(layer.node.op)
        assert label.wide and all(label.narrow) and label.wide in layer_sentence(layer)
    for opened in (frozenset(), frozenset({"block1"})):
        assert diagram_svg(counted, opened=opened)
    assert counted.peak.bytes >= 4 * prod(counted.layers[-1].output_shape)


@pytest.mark.parametrize(
    "reading",
    [
        lambda graph: build(graph),
        lambda graph: to_code(graph),
        lambda graph: OpenVINOEngine(graph, random_weights(graph)),
        lambda graph: TensorFlowEngine(graph, random_weights(graph)),
        lambda graph: diagram_svg(tally(graph), opened=frozenset({"block1"})),
        lambda graph: params_formula(tally(graph).layers[-1]),
        lambda graph: macs_formula(tally(graph).layers[-1]),
    ],
    ids=["Keras", "code", "OpenVINO", "TensorFlow", "diagram", "parameters", "MACs"],
)
def test_a_reading_that_does_not_know_an_operation_says_which(reading):
    with pytest.raises(TypeError, match="Unheard"):
        reading(described(Unheard()))


@pytest.fixture(autouse=True, scope="module")
def collected():
    yield
    gc.collect()
