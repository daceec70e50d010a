"""The way there and the way back through a part of a network, as OpenVINO models that are compiled once for its shape.

Weights are inputs of these models. So all modules of one shape share a model, in a network of any length and with any
weights; nothing is packed or kept twice; and a convolution takes little longer than with weights that are compiled in.
"""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.places.parts import descendants
from explorer.model.engines.openvino_operations import Translation, is_map
from explorer.model.engines.openvino_runtime import compiled
from explorer.model.gradients.way_back import WayBack
from explorer.model.lazy import LazyValue
from explorer.model.weights.arrays import Arrays

if TYPE_CHECKING:
    import openvino

MOST_SHAPES = 256
"""Compiled models that are kept, each some hundred kilobytes: ten networks, at a few layers each."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model is to give, by names of nodes: values first, then gradients, then mean squares.

    Mean squares are of each row of a map, (1, channels, height); of a vector they are the squares, (1, units). The rest
    of the mean is for who reads them, in float64: over a whole map float32 loses digits.
    """

    values: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ()
    squares: tuple[str, ...] = ()


class PartModel:
    """A part with its weights. May be called from several threads at once."""

    def __init__(self, shape: "openvino.CompiledModel", weights: Sequence[np.ndarray]) -> None:
        from openvino import Tensor

        self._compiled = shape
        self._weights = [Tensor(np.asarray(_Writable(array)), shared_memory=True) for array in weights]

    def run(self, *inputs: np.ndarray) -> list[np.ndarray]:
        """What is wanted, for the part's input and, if gradients are wanted, the gradient of its output; NHWC."""
        # One request for each call, which lives as long as its arrays: they are handed over, not copied.
        request = self._compiled.create_infer_request()
        request.infer(dict(enumerate([*inputs, *self._weights])), share_inputs=True, share_outputs=True)
        # What lay between would stay with the model, up to 100 MB in a stem. A thread that still runs lets go of it.
        with suppress(RuntimeError):
            self._compiled.release_memory()
        return [tensor.data for tensor in request.output_tensors]


class _Writable:
    """An array as if it could be written: OpenVINO shares memory with no other, though inputs are only read."""

    def __init__(self, array: np.ndarray) -> None:
        described = array.__array_interface__
        self.__array_interface__ = described | {"data": (described["data"][0], False)}
        self._array = array


class PartModels:
    """Compiled parts of any networks, the last used; for all threads."""

    def __init__(self, most: int = MOST_SHAPES) -> None:
        self._most = most
        self._known: OrderedDict[Any, LazyValue[openvino.CompiledModel]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, part: Graph, arrays: Arrays, wanted: Wanted) -> PartModel:
        """The model of `part`, compiled if none of its shape is known.

        Args:
            part: The part, written out.
            arrays: At least its weights.
            wanted: What it is to give.
        """
        described, weights = model(part, arrays, wanted)
        key = _shape(part, wanted)
        with self._lock:
            once = self._known.setdefault(key, LazyValue(lambda: compiled(described)))
            self._known.move_to_end(key)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return PartModel(once(), weights)


def model(part: Graph, arrays: Arrays, wanted: Wanted) -> tuple["openvino.Model", list[np.ndarray]]:
    """The model of a part: from its input, the gradient of its output if any is wanted, and its weights.

    Args:
        part: Written out.
        arrays: Its weights, likewise.
        wanted: What it gives, maps as NHWC.

    Returns:
        The model, and the weights as it reads them.
    """
    from openvino import Model

    translation = Translation(weights_as_inputs=True)
    tensors = translation.tensors(part, arrays)
    results = [translation.result(tensors[name]) for name in wanted.values]
    arriving = []
    if wanted.gradients:
        shape = translation.channels_last(tensors[part.output.name]).shape
        arriving = [translation.ops.parameter(shape, np.float32, name="gradient")]
        last = translation.channels_first(arriving[0].output(0))
        gradients = _gradients(translation, part, arrays, tensors, last, wanted.gradients)
        results += [translation.result(gradients[name]) for name in wanted.gradients]
    results += [_mean_squares(translation, tensors[name]) for name in wanted.squares]
    image, *weights = translation.parameters
    return Model(results, [image, *arriving, *weights], part.title), translation.weights


def _mean_squares(translation: Translation, tensor: Any) -> Any:
    """As `Wanted` has them, as an output of the model. Means over the last axis are right on every processor."""
    squares = translation.ops.multiply(tensor, tensor)
    if is_map(tensor):
        squares = translation.ops.reduce_mean(squares, translation.constant([3]))
    return translation.ops.result(squares)


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
    if len(arriving) > 2:
        # Chains of additions, on maps of one pixel, are more than OpenVINO 2026.4 compiles: its snippets raise.
        # A matrix product sums them: reductions over an outer axis are wrong where only AVX2 is allowed.
        ops, constant = translation.ops, translation.constant
        rows = ops.reshape(ops.concat(arriving, 0), constant([len(arriving), -1]), special_zero=False)
        total = ops.matmul(constant(np.ones((1, len(arriving)), np.float32)), rows, False, False)
        return ops.reshape(total, constant([int(length) for length in value.shape]), special_zero=False)
    return reduce(translation.ops.add, arriving)


def _shape(part: Graph, wanted: Wanted) -> Any:
    """What tells a model from others: operations, what they read, and what is wanted; neither names nor weights."""
    number = {node.name: place for place, node in enumerate(part.nodes)}
    nodes = tuple((node.op, tuple(number[source] for source in node.inputs)) for node in part.nodes)
    asked = tuple(tuple(number[name] for name in names) for names in (wanted.values, wanted.gradients, wanted.squares))
    return nodes, asked
