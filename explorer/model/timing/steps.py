"""The steps that OpenVINO makes of a network, each with the layers that it does at once.

The engine folds normalizations into kernels and does additions and activations on the way: a step has several layers.
Its record names them, as far as they survive: where a multiplication was folded into a convolution, the convolution's
own name is lost, and is found again by going back along the description.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arch.graph import Graph
from explorer.counting.tally import Tally
from explorer.model.engines.openvino_operations import Translation
from explorer.model.weights.arrays import Arrays

if TYPE_CHECKING:
    import openvino

_MARK = "#"
"""Between a layer's name and the number of the operation in it."""

_ARITHMETIC = {"Convolution", "GroupConvolution", "FullyConnected", "MatMul"}
"""Types of steps that carry multiply-adds."""


@dataclass(frozen=True, slots=True)
class EngineStep:
    """A step of the engine.

    Attributes:
        layer: The layer whose arithmetic it does; without arithmetic its first one.
        fused: The other layers that are done in it.
        routine: The engine's name for how it is computed.
    """

    layer: str
    fused: tuple[str, ...]
    routine: str


def named_model(graph: Graph, arrays: Arrays, batch: int) -> "openvino.Model":
    """`graph`, without `SeparableConv2D`, for `batch` images, every operation named after its layer."""
    from openvino import Model

    translation = Translation(images=batch)
    tensors: dict[str, Any] = {}
    named: set[str] = set()
    for node in graph.nodes:
        inputs = [tensors[source] for source in node.inputs]
        tensors[node.name] = translation.of(node.op, arrays.get(node.name, {}), inputs).output(0)
        _name(tensors[node.name].get_node(), node.name, named)
    return Model([translation.result(tensors[graph.output.name])], translation.parameters, graph.title)


def _name(last: Any, layer: str, named: set[str]) -> None:
    """Names `last` and what it is computed from, up to what has a name."""
    waiting, number = [last], 0
    while waiting:
        operation = waiting.pop()
        if operation.get_name() in named:
            continue
        named.add(operation.get_name())
        operation.set_friendly_name(f"{layer}{_MARK}{number}")
        number += 1
        waiting += [value.get_node() for value in operation.input_values()]


def steps_of(model: "openvino.CompiledModel", types: dict[str, str], counted: Tally) -> dict[str, EngineStep]:
    """The steps by their names in the engine's record; those that belong to no layer are left out.

    Args:
        model: Made of a `named_model`, compiled.
        types: Of the steps, by name, as the record tells them.
        counted: The tally of the same graph.
    """
    steps = {}
    for operation in model.get_runtime_model().get_ordered_ops():
        name = operation.get_friendly_name()
        if name not in types:
            continue
        told = {key: _text(value) for key, value in operation.get_rt_info().items()}
        layers = _layers(told.get("originalLayersNames", ""), counted)
        if types[name] in _ARITHMETIC and layers and not any(counted.by_name[layer].macs for layer in layers):
            layers = [*_back(layers[0], counted), *layers]
        if layers:
            owner = max(layers, key=lambda layer: counted.by_name[layer].macs)  # the first of equals
            fused = tuple(layer for layer in dict.fromkeys(layers) if layer != owner)
            steps[name] = EngineStep(owner, fused, told.get("primitiveType", ""))
    return steps


def _layers(names: str, counted: Tally) -> list[str]:
    """The layers that stand in a list of operations; what the engine added itself has no layer."""
    found = [name.partition(_MARK)[0] for name in names.split(",") if _MARK in name]
    return list(dict.fromkeys(name for name in found if name in counted.by_name))


def _back(layer: str, counted: Tally) -> list[str]:
    """The nearest layer with multiply-adds before `layer`, and what lies between; nothing if there is none."""
    passed: list[str] = []
    while inputs := counted.by_name[layer].node.inputs:
        layer = inputs[0]
        passed.insert(0, layer)
        if counted.by_name[layer].macs:
            return passed
    return []


def _text(value: Any) -> str:
    """What a piece of the engine's record says."""
    inner = getattr(value, "value", value)
    return inner if isinstance(inner, str) else str(np.asarray(inner))
