"""A graph as the source of a Keras script that rebuilds the network and asserts its totals."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Input, Shape
from explorer.counting.tally import GroupTally, Tally, tally
from explorer.model.keras_model.keras_layers import keras_layer, model_name, recursion_limit

_LINE_LENGTH = 100
_PYTHON_RECURSION_LIMIT = 1000
_OWN_LAYERS = Path(__file__).with_name("own_layers.py")
# Arguments that every reader of Keras knows by their place: written first and without their name.
_POSITIONAL = ("filters", "kernel_size", "pool_size", "units", "activation", "rate")


def to_code(graph: Graph) -> str:
    """A self-contained Keras script that builds `graph` and asserts its shape, parameters and multiply-adds.

    The same graph always gives the same text. The network is the variable `model`.
    """
    counted = tally(graph)
    return "\n".join([*_head(counted), *_body(counted), *_proof(counted), ""])


def _head(counted: Tally) -> Iterator[str]:
    graph = counted.graph
    yield f'"""{graph.title} in Keras 3, layer by layer.'
    yield ""
    yield f"image {_shape(graph.input_shape)} -> {counted.layers[-1].output_shape[0]:,} logits (no softmax)"
    yield ""
    yield f"    {counted.params:>18,}  parameters, of which"
    yield f"    {counted.trainable_params:>18,}  are trainable"
    yield f"    {counted.non_trainable_params:>18,}  are moving statistics of batch normalization"
    yield f"    {counted.macs:>18,}  multiply-adds (MACs) for one image"
    yield ""
    yield "MACs are those of convolutions and dense layers; FLOPs are twice as many. Shapes are height x width"
    yield "x channels. The last lines check all of these numbers on the model as Keras built it."
    yield ""
    yield "Written by Xception Explorer."
    yield '"""'
    yield ""
    yield "import math"
    limit = recursion_limit(graph)
    if limit > _PYTHON_RECURSION_LIMIT:
        yield "import sys"
    yield ""
    yield "import keras"
    yield "from keras import layers"
    if limit > _PYTHON_RECURSION_LIMIT:
        yield ""
        yield "# Keras walks through the network by recursion, one Python frame for each layer."
        yield f"sys.setrecursionlimit({limit})"
    own = {layer.cls: layer for node in graph.nodes if (layer := keras_layer(node.op)).is_own}
    for cls in own:
        yield from ("", "", *_class_source(cls), "")


def _class_source(cls: str) -> list[str]:
    """The class of a layer that Keras lacks, as it stands in `own_layers`, without marks for our checkers."""
    text = _OWN_LAYERS.read_text(encoding="utf-8")
    found = next(part for part in ast.parse(text).body if isinstance(part, ast.ClassDef) and part.name == cls)
    lines = text.splitlines()[found.decorator_list[0].lineno - 1 : found.end_lineno]
    return [re.sub(r"  # (type: ignore|noqa).*", "", line) for line in lines]


def _body(counted: Tally) -> Iterator[str]:
    variables = _variables(counted.graph)
    modules = {(module.flow, module.name): module for module in counted.module_tallies}
    for flow in counted.flow_tallies:
        if not flow.layers:
            continue
        yield ""
        yield f"# {flow.title}: {_cost(flow)}"
        for module in modules.values():
            if module.flow == flow.name:
                yield ""
                yield f"# {module.title}: {_shape(module.input_shape)} -> {_shape(module.output_shape)}"
                for layer in module.layers:
                    yield from _statement(layer.node, variables)


def _proof(counted: Tally) -> Iterator[str]:
    graph = counted.graph
    image = next(node.name for node in graph.nodes if isinstance(node.op, Input))
    variables = _variables(graph)
    yield ""
    yield f'model = keras.Model({variables[image]}, {variables[graph.output.name]}, name="{model_name(graph)}")'
    yield ""
    yield "trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)"
    yield "# Each value of a kernel does one multiply-add at every output position. What has one dimension,"
    yield "# a bias or the weights of batch normalization, is no kernel."
    yield "macs = sum("
    yield "    math.prod(layer.output.shape[1:-1]) * math.prod(weight.shape)"
    yield "    for layer in model.layers"
    yield "    for weight in layer.weights"
    yield "    if len(weight.shape) > 1"
    yield ")"
    yield f"assert model.output_shape == {(None, *counted.layers[-1].output_shape)}, model.output_shape"
    yield f"assert model.count_params() == {_number(counted.params)}, model.count_params()"
    yield f"assert trainable == {_number(counted.trainable_params)}, trainable"
    yield f"assert macs == {_number(counted.macs)}, macs"
    yield f'print("{graph.title}: all totals are as stated.")'


def _variables(graph: Graph) -> dict[str, str]:
    """The Python variable that holds the output of each node.

    What only the next layer reads is `x`; what is needed again later bears its layer's name, so that no
    assignment can destroy it.
    """
    readers: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for node in graph.nodes:
        for source in node.inputs:
            readers[source].append(node.name)
    variables = {
        node.name: "x" if readers[node.name] == [following.name] else node.name
        for node, following in pairwise(graph.nodes)
    }
    images = {node.name: "image" for node in graph.nodes if isinstance(node.op, Input)}
    return {**variables, **images, graph.output.name: "logits"}


def _statement(node: Node, variables: dict[str, str]) -> list[str]:
    """The assignment that makes the node's layer and applies it, on one line if that is short enough."""
    layer = keras_layer(node.op)
    arguments = [
        _literal(value) if name in _POSITIONAL else f"{name}={_literal(value)}"
        for name, value in layer.arguments.items()
    ]
    inside = ", ".join([*arguments, f"name={_literal(node.name)}"])
    inputs = [variables[source] for source in node.inputs]
    applied = "" if not inputs else f"({inputs[0]})" if len(inputs) == 1 else f"([{', '.join(inputs)}])"
    beginning = f"{variables[node.name]} = {'' if layer.is_own else 'layers.'}{layer.cls}("
    line = f"{beginning}{inside}){applied}"
    if len(line) <= _LINE_LENGTH:
        return [line]
    if len(inputs) > 1:
        return [f"{beginning}{inside})(", f"    [{', '.join(inputs)}]", ")"]
    return [beginning, f"    {inside}", f"){applied}"]


def _literal(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _number(value: int) -> str:
    return f"{value:_}"


def _shape(shape: Shape) -> str:
    return " x ".join(map(str, shape))


def _cost(group: GroupTally) -> str:
    return f"{group.params:,} parameters, {group.macs:,} MACs"
