from itertools import pairwise
from math import prod

import pytest

from explorer.arch.graph import Flow, Graph, GraphBuilder, Node, output_shapes
from explorer.arch.ops import Activation, Add, Conv2D, GlobalAveragePool, Input, MaxPool, SeparableConv2D
from explorer.configuration.registry import PRESETS, graph_of
from explorer.counting.tally import tally
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig

CONFIGS = {
    **{name: preset.config for name, preset in PRESETS.items()},
    "inception-v3": InceptionV3Config(),
    "no middle": XceptionConfig(middle_repeats=0),
    "written out": XceptionConfig(segments=4, intermediate_activation="elu", residual=False, depth_multiplier=2),
}


@pytest.fixture(params=CONFIGS.values(), ids=CONFIGS.keys(), scope="module")
def counted(request):
    return tally(graph_of(request.param))


def test_flows_and_modules_share_out_the_whole(counted):
    for groups in (counted.flow_tallies, counted.module_tallies):
        assert [layer for group in groups for layer in group.layers] == list(counted.layers)
        for before, after in pairwise(groups):
            assert before.output_shape == after.input_shape
        for cost in ("params", "trainable_params", "macs", "conv_layers"):
            assert sum(getattr(group, cost) for group in groups) == getattr(counted, cost)


def test_work_adds_up_to_each_layer(counted):
    for layer in counted.layers:
        variables = layer.node.op.variables(*layer.input_shapes)
        assert layer.macs == sum(share.macs for share in layer.work)
        assert layer.params == sum(share.params for share in layer.work) == sum(v.params for v in variables)
        assert layer.trainable_params == sum(v.params for v in variables if v.trainable)


def test_paper_as_the_paper_counts_it():
    counted = tally(graph_of(PRESETS["paper"].config))
    assert (counted.conv_layers, counted.modules) == (36, 14)
    flows = {
        flow.name: (flow.input_shape, sum(m.flow == flow.name and m.conv_layers > 0 for m in counted.module_tallies))
        for flow in counted.flow_tallies
    }
    assert flows == {"entry": ((299, 299, 3), 4), "middle": ((19, 19, 728), 8), "exit": ((19, 19, 728), 2)}
    sizes = [149, 147, 74, 37, 19, 10]
    seen = dict.fromkeys(layer.output_shape[0] for layer in counted.layers if len(layer.output_shape) == 3)
    assert list(seen)[1:] == sizes
    by_kind = {kind: counted.kind(kind).macs for kind in ("convolution", "depthwise", "pointwise", "dense")}
    assert by_kind == {
        "convolution": 649_023_584,
        "depthwise": 132_190_344,
        "pointwise": 7_574_141_568,
        "dense": 2_048_000,
    }
    fields = {name: counted.by_name[name].receptive_field.rows for name in ("block4_add", "block12_add")}
    assert [(field.size, field.jump) for field in fields.values()] == [(91, 16), (859, 16)]
    last = counted.by_name["block14_sepconv2_act"].receptive_field.rows
    assert (last.size, last.jump) == (1083, 32)


def test_empty_middle_flow_passes_through():
    middle = tally(graph_of(XceptionConfig(middle_repeats=0))).flow_tallies[1]
    assert (middle.params, middle.macs, middle.layers) == (0, 0, ())
    assert middle.input_shape == middle.output_shape == (19, 19, 728)


def tiny(*, residual: bool) -> Graph:
    builder = GraphBuilder("tiny", (Flow("only", "Only"),))
    builder.enter("only", "one")
    image = builder.add("image", Input((8, 8, 3)))
    x = builder.add("conv", Conv2D(4, (3, 3)), image)
    shortcut = x
    x = builder.add("sep", SeparableConv2D(4, (3, 3), depth_multiplier=2), x)
    x = builder.add("act", Activation(), x)
    if residual:
        x = builder.add("add", Add(), x, shortcut)
    x = builder.add("pool", MaxPool((2, 2), (2, 2)), x)
    builder.add("mean", GlobalAveragePool(), x)
    return builder.graph()


def test_peak_memory_by_hand():
    image, conv, depthwise, out = 8 * 8 * 3, 8 * 8 * 4, 8 * 8 * 8, 8 * 8 * 4
    # Straight: while the depthwise half runs its input is alive; then it is not, and the output comes.
    straight = max(image + conv, conv + depthwise, depthwise + out)
    # Residual: the convolution's output waits for the addition all the while.
    residual = conv + depthwise + out
    assert tally(tiny(residual=False)).peak.bytes == 4 * straight
    assert tally(tiny(residual=True)).peak.bytes == 4 * residual
    assert tally(tiny(residual=True)).peak.node == "sep"


def test_peak_memory_of_the_paper_by_hand():
    # At block2_sepconv1_bn: its input and output, 147 x 147 x 128, and the waiting shortcut, 74 x 74 x 128.
    assert tally(graph_of(PRESETS["paper"].config)).peak.bytes == 4 * (2 * prod((147, 147, 128)) + prod((74, 74, 128)))


def test_graph_refuses_what_is_not_a_network():
    flow, image = (Flow("f", "F"),), Node("image", Input((8, 8, 3)), (), "f", "m")
    relu = Node("relu", Activation(), ("image",), "f", "m")
    with pytest.raises(ValueError, match="two nodes are named relu"):
        Graph("g", flow, (image, relu, relu))
    with pytest.raises(ValueError, match="not all earlier nodes"):
        Graph("g", flow, (relu, image))
    with pytest.raises(ValueError, match="unknown flow"):
        Graph("g", (Flow("other", "O"),), (image,))
    with pytest.raises(ValueError, match="do not stand together"):
        Graph("g", flow, (image, Node("a", Activation(), ("image",), "f", "n"), relu))


def test_rules_raise_where_there_is_no_answer():
    with pytest.raises(ValueError, match="one shape"):
        Add().output_shape((4, 4, 8), (4, 4, 9))
    assert output_shapes(tiny(residual=True))["mean"] == (4,)
