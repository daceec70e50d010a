"""The gradient as one more reading of a graph: the way there and the way back as one OpenVINO model.

No TensorFlow stands between a picture and its map. Values and gradients are both OpenVINO's, so that no ReLU is on
one side of 0 on the way there and on the other on the way back.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.arch.graph import Graph
from explorer.arch.places.split import descendants
from explorer.arch.preprocessing import prepared
from explorer.arch.written_out import written_out
from explorer.model.engines.engine import checked_images
from explorer.model.engines.openvino_operations import Translation
from explorer.model.engines.openvino_runtime import compiled
from explorer.model.gradients.tail import Gradients
from explorer.model.gradients.way_back import WayBack
from explorer.model.weights.arrays import Arrays, Weights
from explorer.model.weights.written_out_arrays import tapped_node, written_out_arrays

if TYPE_CHECKING:
    import openvino


class OpenVINOGradients:
    """Values and gradients at taps of a network. May be called from several threads at once.

    Attributes:
        taps: The names that were asked for.
    """

    def __init__(self, graph: Graph, weights: Weights, taps: Sequence[str]) -> None:
        """Compiles the way there and the way back as far as the lowest tap.

        Args:
            graph: The network.
            weights: Its weights.
            taps: As an engine takes them (`explorer.model.engines.engine`); the image is one, too.
        """
        self.taps = tuple(taps)
        self._input_shape = graph.input_shape
        network = prepared(written_out(graph), weights.preprocessing)
        nodes = [tapped_node(graph, tap) for tap in taps]
        self._compiled = compiled(model(network, written_out_arrays(graph, weights.arrays), nodes))

    def run(self, image: np.ndarray, direction: np.ndarray) -> dict[str, Gradients]:
        """What each tap gives, and the derivative by it of the logits along `direction`.

        Args:
            image: (1, height, width, channels) in [-1, 1].
            direction: (classes,): the weight of each logit in the score.

        Raises:
            ValueError: If the image is not one of that shape.
        """
        (picture,) = checked_images(image, self._input_shape)
        asked = np.ascontiguousarray(direction, np.float32)
        # One request for each call, which lives as long as its arrays: they are handed over, not copied.
        request = self._compiled.create_infer_request()
        request.infer({0: picture[np.newaxis], 1: asked[np.newaxis]}, share_inputs=True, share_outputs=True)
        logits, *maps = (request.get_output_tensor(index).data for index in range(1 + 2 * len(self.taps)))
        score = (logits * asked).reshape(1, -1).sum(axis=1)
        pairs = zip(maps[::2], maps[1::2], strict=True)
        return {tap: Gradients(*pair, logits, score) for tap, pair in zip(self.taps, pairs, strict=True)}


def model(network: Graph, arrays: Arrays, nodes: Sequence[str]) -> "openvino.Model":
    """The model [image, direction] -> [logits, value and gradient of each of `nodes`], maps as NHWC.

    Args:
        network: Written out, with the preparation of the picture.
        arrays: Its weights, likewise.
        nodes: Names of its nodes.
    """
    from openvino import Model

    translation = Translation()
    tensors = translation.tensors(network, arrays)
    logits = tensors[network.output.name]
    direction = translation.ops.parameter(translation.channels_last(logits).shape, np.float32, name="direction")
    gradients = _gradients(translation, network, arrays, tensors, direction.output(0), nodes)
    results = [tensor for name in nodes for tensor in (tensors[name], gradients[name])]
    outputs = [translation.result(tensor) for tensor in (logits, *results)]
    return Model(outputs, [*translation.parameters, direction], network.title)


def _gradients(
    translation: Translation,
    network: Graph,
    arrays: Arrays,
    tensors: dict[str, Any],
    direction: Any,
    nodes: Sequence[str],
) -> dict[str, Any]:
    """The gradient at each of `nodes`, of the logits along `direction`.

    The way back is written down only where it leads to one of `nodes`; of that OpenVINO leaves out what nobody reads.
    """
    back = WayBack(translation)
    leads_there = frozenset[str]().union(*(descendants(network, name) for name in nodes))
    arriving: dict[str, list[Any]] = {network.output.name: [translation.channels_first(direction)]}
    gradients: dict[str, Any] = {}
    for node in reversed(network.nodes):
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
