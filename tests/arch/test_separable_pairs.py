from explorer.arch.graph import HEAD, Flow, Graph, GraphBuilder
from explorer.arch.ops import Activation, Add, BatchNorm, Conv2D, DepthwiseConv2D, GlobalAveragePool, Input, ZeroPad
from explorer.arch.places.separable_pairs import find_pair, separable_pairs
from explorer.configuration.registry import PAPER, graph_of
from explorer.networks.inception_v3 import InceptionV3Config
from explorer.networks.xception import XceptionConfig
from tests.small_networks import mobile_graph


def names(graph: Graph) -> list[tuple[str, ...]]:
    return [
        (pair.name, pair.spatial.name, *(node.name for node in pair.between), pair.pointwise.name)
        for pair in separable_pairs(graph)
    ]


def test_a_separable_convolution_is_a_pair_however_it_is_written():
    assert len(separable_pairs(graph_of(PAPER))) == 34
    name = "block5_sepconv2"
    for knobs, between in (
        ({}, ()),
        ({"segments": 1}, ()),
        ({"segments": 4, "intermediate_activation": "elu"}, (f"{name}_depthwise_act",)),
    ):
        graph = graph_of(XceptionConfig(**knobs))
        assert (name, f"{name}_depthwise", *between, f"{name}_pointwise") in names(graph)
        assert find_pair(graph, name).layers == (name,)
    assert separable_pairs(graph_of(InceptionV3Config())) == ()


def test_two_layers_are_a_pair_by_what_they_are():
    found = [(f"pw_{n}", f"dw_{n}", f"dw_{n}_bn", f"dw_{n}_relu", f"pw_{n}") for n in (1, 2, 3)]
    assert names(mobile_graph()) == found
    assert [pair.layers for pair in separable_pairs(mobile_graph(groups=4))] == [
        (f"dw_{n}", f"pw_{n}") for n in (1, 2, 3)
    ]
    assert find_pair(mobile_graph(), "dw_2") is find_pair(mobile_graph(), "pw_2")
    assert find_pair(mobile_graph(), "conv1") is None


def followed_by(*ops, second_reader: bool = False) -> Graph:
    """A depthwise convolution and what follows it; with a second reader what follows first is read twice."""
    builder = GraphBuilder("Chain", (Flow("body", "Body"),))
    builder.enter("body", "one")
    x = builder.add("input", Input((9, 9, 4)))
    x = builder.add("depthwise", DepthwiseConv2D((3, 3)), x)
    first = ""
    for place, op in enumerate(ops):
        x = builder.add(f"step_{place}", op, x)
        first = first or x
    if second_reader:
        x = builder.add("sum", Add(), x, first)
    builder.enter("body", HEAD)
    builder.add("logits", GlobalAveragePool(), x)
    return builder.graph()


def test_what_moves_pixels_or_is_read_elsewhere_makes_no_pair():
    pointwise = Conv2D(4, (1, 1))
    assert len(separable_pairs(followed_by(BatchNorm(), Activation(), pointwise))) == 1
    for steps in (
        (Conv2D(4, (3, 3)),),
        (Conv2D(4, (1, 1), (2, 2)),),
        (Conv2D(4, (1, 1), groups=2),),
        (ZeroPad(((1, 1), (1, 1))), pointwise),
        (BatchNorm(), DepthwiseConv2D((3, 3))),
        (),
    ):
        assert separable_pairs(followed_by(*steps)) == ()
    assert separable_pairs(followed_by(BatchNorm(), pointwise, second_reader=True)) == ()
