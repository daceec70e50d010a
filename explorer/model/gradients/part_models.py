"""The way there and the way back through a part of a network, as OpenVINO models that are compiled once.

A compiled part is known by its operations and its weights, and not by its names. So a network of another length takes
up the parts of the one before, and another layer costs the part that it lies in.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.places.split import descendants
from explorer.model.engines.openvino_operations import Translation
from explorer.model.engines.openvino_runtime import compiled
from explorer.model.gradients.way_back import WayBack
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Arrays

if TYPE_CHECKING:
    import openvino

MOST_PARTS = 128
"""Compiled parts that are kept: some four networks of the paper's size, there and back."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model is to give, by names of nodes: values first, then gradients."""

    values: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ()


class PartModel:
    """A compiled part. May be called from several threads at once."""

    def __init__(self, part: Graph, arrays: Arrays, wanted: Wanted) -> None:
        self._compiled = compiled(model(part, arrays, wanted))
        # What it is known by must stay where it is in memory.
        self._arrays = arrays

    def run(self, *inputs: np.ndarray) -> list[np.ndarray]:
        """What is wanted, for the part's input and, if gradients are wanted, the gradient of its output; NHWC."""
        # One request for each call, which lives as long as its arrays: they are handed over, not copied.
        request = self._compiled.create_infer_request()
        request.infer(dict(enumerate(inputs)), share_inputs=True, share_outputs=True)
        return [tensor.data for tensor in request.output_tensors]


class PartModels:
    """Compiled parts of any networks, the last used; for all threads."""

    def __init__(self, most: int = MOST_PARTS) -> None:
        self._most = most
        self._known: OrderedDict[Any, LazyValue[PartModel]] = OrderedDict()
        self._lock = Lock()

    def of(self, part: Graph, arrays: Arrays, wanted: Wanted) -> PartModel:
        """The model of `part`, compiled if no equal one is known.

        Args:
            part: The part, written out.
            arrays: At least its weights.
            wanted: What it is to give.
        """
        own = {node.name: arrays[node.name] for node in part.nodes if node.name in arrays}
        key = _key(part, own, wanted)
        with self._lock:
            once = self._known.setdefault(key, LazyValue(lambda: PartModel(part, own, wanted)))
            self._known.move_to_end(key)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return once()


def model(part: Graph, arrays: Arrays, wanted: Wanted) -> "openvino.Model":
    """The model of a part: from its input, and from the gradient of its output if there is one to be had.

    Args:
        part: Written out.
        arrays: Its weights, likewise.
        wanted: What it gives, maps as NHWC.
    """
    from openvino import Model

    translation = Translation()
    tensors = translation.tensors(part, arrays)
    outputs = [tensors[name] for name in wanted.values]
    parameters = list(translation.parameters)
    if wanted.gradients:
        shape = translation.channels_last(tensors[part.output.name]).shape
        parameters.append(translation.ops.parameter(shape, np.float32, name="gradient"))
        arriving = translation.channels_first(parameters[-1].output(0))
        gradients = _gradients(translation, part, arrays, tensors, arriving, wanted.gradients)
        outputs += [gradients[name] for name in wanted.gradients]
    return Model([translation.result(tensor) for tensor in outputs], parameters, part.title)


def _gradients(
    translation: Translation, part: Graph, arrays: Arrays, tensors: dict[str, Any], last: Any, nodes: Sequence[str]
) -> dict[str, Any]:
    """The gradient at each of `nodes` and some others, from `last`, that of the output.

    The way back is written down only where it leads to one of `nodes`; of that OpenVINO leaves out what nobody reads.
    """
    back = WayBack(translation)
    leads_there = frozenset[str]().union(*(descendants(part, name) for name in nodes))
    arriving: dict[str, list[Any]] = {part.output.name: [last]}
    gradients: dict[str, Any] = {}
    for node in reversed(part.nodes):
        if node.name not in leads_there:
            continue
        gradient = _sum(translation, arriving.pop(node.name, []), tensors[node.name])
        gradients[node.name] = gradient
        if leads_there.isdisjoint(node.inputs):
            continue
        inputs = [tensors[source] for source in node.inputs]
        sent = back.of(node.op, arrays.get(node.name, {}), inputs, tensors[node.name], gradient)
        for source, tensor in zip(node.inputs, sent, strict=True):
            arriving.setdefault(source, []).append(tensor)
    return gradients


def _sum(translation: Translation, arriving: list[Any], value: Any) -> Any:
    """All gradients that arrive at a value; 0 where none does."""
    if not arriving:
        return translation.constant(np.zeros([int(length) for length in value.shape], np.float32))
    first, *others = arriving
    for other in others:
        first = translation.ops.add(first, other)
    return first


def _key(part: Graph, arrays: Arrays, wanted: Wanted) -> Any:
    """What tells a model from others: operations, what they read, where their weights lie, and what is wanted."""
    number = {node.name: place for place, node in enumerate(part.nodes)}
    nodes = tuple((node.op, tuple(number[source] for source in node.inputs)) for node in part.nodes)
    weights = tuple(
        (number[node], name, array.__array_interface__["data"][0], array.strides)
        for node, of_node in arrays.items()
        for name, array in of_node.items()
    )
    asked = tuple(tuple(number[name] for name in names) for names in (wanted.values, wanted.gradients))
    return nodes, weights, asked
