"""Which stored layer is which node: by name, and by order where Keras named a layer by itself."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import BatchNorm, Conv2D, Dense, DepthwiseConv2D, Op, SeparableConv2D, Variable
from explorer.errors import WeightsError
from explorer.model.keras_files.stored_layers import StoredLayer, StoredVariable
from explorer.model.keras_files.weight_files import WeightFile
from explorer.model.weights.arrays import Provenance, Weights, variables_of

_KINDS: dict[type[Op], str] = {
    Conv2D: "conv2d",
    DepthwiseConv2D: "depthwise_conv2d",
    SeparableConv2D: "separable_conv2d",
    BatchNorm: "batch_normalization",
    Dense: "dense",
}
_PROBLEMS_SHOWN = 3


def match(graph: Graph, file: WeightFile, provenance: Provenance, layers: Mapping[str, str] | None = None) -> Weights:
    """The weights of `graph` from `file`. Shapes are compared before any array is loaded.

    Where the file tells its wiring, `layers` says at which place in it the layer of each node is. Else a layer is
    found by its node's name, and the layers whose names are no node's (Keras names a layer `conv2d_3` by counting)
    are taken in order, each kind by itself.

    Args:
        graph: The network.
        file: The file.
        provenance: Of the weights.
        layers: The place in the file of the layer of each node that has weights.

    Raises:
        WeightsError: If a layer is missing, superfluous or of another shape, or if the file does not tell which of
            several layers is which. Names the layers, with the shapes expected and found.
    """
    pairs = _all_pairs(graph, file, layers)
    problems = _problems(graph, pairs)
    if problems:
        more = f"; and {len(problems) - _PROBLEMS_SHOWN} more" if len(problems) > _PROBLEMS_SHOWN else ""
        listed = "; ".join(problems[:_PROBLEMS_SHOWN])
        raise WeightsError(f"{file.path.name} does not fit this network ({graph.title}): {listed}{more}.")
    arrays = {
        node: {variable.name: variable.load() for variable in layer.variables}
        for node, layer in pairs
        if node and layer
    }
    return Weights(arrays, provenance)


def fits(graph: Graph, file: WeightFile) -> tuple[int, int]:
    """How many layers of `file` fit their nodes of `graph`, by names, order and shapes, and how many do not.

    Raises:
        WeightsError: If the file does not tell which of several layers is which.
    """
    pairs = _all_pairs(graph, file, None)
    wrong = len(_problems(graph, pairs))
    return len(pairs) - wrong, wrong


def _all_pairs(
    graph: Graph, file: WeightFile, layers: Mapping[str, str] | None
) -> list[tuple[str | None, StoredLayer | None]]:
    variables = variables_of(graph)
    if layers is None:
        return list(_pairs(graph, variables, file, {node: node for node in variables}))
    stored = {layer.place: layer for layer in file.layers}
    meant = {layers[node] for node in variables}
    if len(stored) < len(file.layers) or not stored.keys() >= meant:  # old files have other names in nested models
        return list(_pairs(graph, variables, file, {node: layers[node].rpartition("/")[2] for node in variables}))
    pairs: list[tuple[str | None, StoredLayer | None]] = [(node, stored[layers[node]]) for node in variables]
    return [*pairs, *((None, layer) for name, layer in stored.items() if name not in meant)]


def _problems(graph: Graph, pairs: Iterable[tuple[str | None, StoredLayer | None]]) -> list[str]:
    variables = variables_of(graph)
    return [problem for node, layer in pairs if (problem := _problem(node, layer, variables))]


def keras_order(graph: Graph) -> list[Node]:
    """The nodes as they stand in `model.layers`, and so in files: by distance from the output.

    The longest way counts; among equals, the order in which a walk from the output first meets them.
    Source: keras/src/ops/function.py, `map_graph`.
    """
    inputs = {node.name: node.inputs for node in graph.nodes}
    distance = {graph.output.name: 0}
    for node in reversed(graph.nodes):
        for source in node.inputs if node.name in distance else ():
            distance[source] = max(distance.get(source, 0), distance[node.name] + 1)
    met: dict[str, int] = {}
    to_meet = [graph.output.name]
    while to_meet:
        name = to_meet.pop()
        if name not in met:
            met[name] = len(met)
            to_meet.extend(reversed(inputs[name]))
    return sorted((n for n in graph.nodes if n.name in met), key=lambda n: (-distance[n.name], met[n.name]))


def kind_of(layer: StoredLayer) -> str:
    """Keras' class of `layer` in snake case; where the file does not tell it, what its variables are those of."""
    if layer.kind is not None:
        return layer.kind
    shapes = {variable.name: variable.shape for variable in layer.variables}
    if "pointwise_kernel" in shapes:
        return "separable_conv2d"
    if "moving_mean" in shapes:
        return "batch_normalization"
    kernel = shapes.get("kernel", ())
    if len(kernel) != 4:
        return "dense" if len(kernel) == 2 else "other"
    # A depthwise kernel has a few outputs for each input channel, a regular one seldom fewer outputs than inputs.
    is_named = re.search("depthwise|(^|_)dw(_|$)", layer.name or "") is not None and kernel[3] < kernel[2]
    return "depthwise_conv2d" if is_named or (kernel[3:] == (1,) and kernel[:2] != (1, 1)) else "conv2d"


def _pairs(
    graph: Graph, variables: dict[str, tuple[Variable, ...]], file: WeightFile, names: Mapping[str, str]
) -> Iterator[tuple[str | None, StoredLayer | None]]:
    """Nodes with their stored layers; one of the two is None where there is no counterpart.

    A layer is found by the one of `names` that is its node's, if no other has it.
    """
    times = Counter([*(layer.name for layer in file.layers), *names.values()])
    stored = {layer.name: layer for layer in file.layers}
    named = {node: stored[name] for node, name in names.items() if name in stored and times[name] == 2}
    yield from named.items()
    taken = {id(layer) for layer in named.values()}
    nodes: dict[str, list[str]] = defaultdict(list)
    layers: dict[str, list[StoredLayer]] = defaultdict(list)
    for node in keras_order(graph):
        if node.name in variables and node.name not in named:
            nodes[_KINDS[type(node.op)]].append(node.name)
    for layer in file.layers:
        if id(layer) not in taken:
            layers[kind_of(layer)].append(layer)
    for kind in dict.fromkeys((*nodes, *layers)):
        if not file.ordered and len(nodes[kind]) > 1:
            raise WeightsError(
                f"{file.path.name} does not tell which layer is which of {_listing(nodes[kind])}: "
                "save the model anew, as .keras."
            )
        yield from zip_longest(nodes[kind], layers[kind])


def _problem(node: str | None, layer: StoredLayer | None, variables: dict[str, tuple[Variable, ...]]) -> str:
    """What is wrong with the pair; "" if nothing."""
    if node is None:
        assert layer is not None
        return f"it has a layer too many, {layer.name or layer.path} with {_shapes(layer.variables)}"
    expected = variables[node]
    if layer is None:
        return f"it has no layer for {node}, which needs {_shapes(expected)}"
    if [(v.name, v.shape) for v in expected] != [(v.name, v.shape) for v in layer.variables]:
        called = "" if layer.name == node else f" in its layer {layer.name or layer.path}"
        return f"{node} needs {_shapes(expected)}, the file has {_shapes(layer.variables)}{called}"
    return ""


def _shapes(variables: Sequence[Variable] | Sequence[StoredVariable]) -> str:
    return ", ".join(f"{variable.name} {' x '.join(map(str, variable.shape))}" for variable in variables)


def _listing(names: Iterable[str]) -> str:
    """A few of the names."""
    first, *rest = names
    return f"{first} and {len(rest)} more" if rest else first
