"""Every layer's formula, worked out from its text, gives what the tally counted."""

import ast
import operator
from fractions import Fraction

import pytest

from explorer.arch.graph import Flow, GraphBuilder
from explorer.arch.ops import BatchNorm, Conv2D, Dense, DepthwiseConv2D, Flatten, Input, SeparableConv2D
from explorer.configuration.registry import PAPER, PRESETS, graph_of
from explorer.counting.formula import macs_formula, params_formula
from explorer.counting.tally import Tally, tally
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

CONFIGS = [
    *(preset.config for preset in PRESETS.values()),
    InceptionV3Config(),
    InceptionV3Config(input_size=75, classes=2),
    XceptionConfig(segments=4, intermediate_activation="elu", depth_multiplier=3, kernel_size=5),
    XceptionConfig(segments=1, width=0.25, input_size=71, fully_connected=(5, 7, 9)),
    XceptionConfig(segments=7, width=0.35, depth_multiplier=2, middle_repeats=1),
    XceptionConfig(intermediate_activation="relu", depth_multiplier=4, residual=False, middle_repeats=0),
    XceptionConfig(depth_multiplier=2, kernel_size=7, stem_padding="same", entry_convs=4, middle_convs=6),
]

OPERATIONS = {ast.Add: operator.add, ast.Mult: operator.mul, ast.Div: operator.truediv}


def worked_out(arithmetic: str) -> Fraction:
    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.Constant):
            return Fraction(node.value)
        assert isinstance(node, ast.BinOp), ast.dump(node)
        return OPERATIONS[type(node.op)](value(node.left), value(node.right))

    return value(ast.parse(arithmetic.replace("×", "*"), mode="eval").body)


def assert_formulas(of: Tally) -> None:
    for layer in of.layers:
        for formula, counted in ((params_formula(layer), layer.params), (macs_formula(layer), layer.macs)):
            if formula is None:
                assert counted == 0, layer.node.name
            else:
                assert worked_out(formula.arithmetic) == formula.value == counted, layer.node.name
                assert all(term.text in formula.text and term.meaning for term in formula.explained)


@pytest.mark.parametrize("config", CONFIGS, ids=repr)
def test_formulas_of_every_layer_give_its_counts(config):
    assert_formulas(tally(graph_of(config)))


def test_formulas_of_operations_that_no_network_here_has_give_their_counts():
    builder = GraphBuilder("odd", (Flow("only", "Only flow"),))
    builder.enter("only", "block1")
    x = builder.add("input", Input((9, 12, 3)))
    x = builder.add("conv", Conv2D(6, (1, 7), (2, 1), use_bias=True), x)
    x = builder.add("depthwise", DepthwiseConv2D((5, 3), (1, 2), depth_multiplier=2, use_bias=True), x)
    x = builder.add("grouped", Conv2D(8, (3, 3), groups=4, use_bias=True), x)
    x = builder.add("separable", SeparableConv2D(10, (3, 3), (2, 2), depth_multiplier=3, use_bias=True), x)
    x = builder.add("no_beta", BatchNorm(center=False), x)
    x = builder.add("bare", BatchNorm(scale=False, center=False), x)
    x = builder.add("flat", Flatten(), x)
    builder.add("dense", Dense(4, use_bias=False), x)
    assert_formulas(tally(builder.graph()))


@pytest.mark.parametrize(
    ("config", "layer", "params", "macs"),
    [
        (PAPER, "block5_sepconv1", "3×3×728 + 728×728 = 536,536", "19×19×(3×3×728 + 728×728) = 193,689,496"),
        (PAPER, "block5_sepconv1_bn", "4×728 = 2,912", None),
        (PAPER, "predictions", "2048×1000 + 1000 = 2,049,000", "2048×1000 = 2,048,000"),
        (PAPER, "block1_conv1", "3×3×3×32 = 864", "149×149×3×3×3×32 = 19,181,664"),
        (PAPER, "block5_add", None, None),
        (
            XceptionConfig(segments=4),
            "block5_sepconv1_depthwise",
            "3×3×(728/4)×728 = 1,192,464",
            "19×19×3×3×(728/4)×728 = 430,479,504",
        ),
    ],
)
def test_formula_reads_as_a_person_would_write_it(config, layer, params, macs):
    counted = tally(graph_of(config)).by_name[layer]
    formulas = params_formula(counted), macs_formula(counted)
    assert tuple(formula and formula.text for formula in formulas) == (params, macs)


def test_words_say_what_is_not_trained():
    layer = tally(graph_of(InceptionV3Config())).by_name["stem_1_bn"]
    (term,) = params_formula(layer).explained
    assert term.text == "3×32"
    assert term.meaning == "3 values for each of 32 channels: beta; moving mean and variance are not trained"
