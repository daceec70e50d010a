"""Whether the network in a file is the one that is described: node by node, by what each computes and reads.

Weights fit by their shapes alone; wiring, strides, padding, activations and the epsilon of batch normalization leave
no trace in them. Names play no part here: two nodes are one if they compute the same of the same. The head may be
another than the described one: it is read from the file.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.arch.graph import HEAD, Graph, Node
from explorer.arch.head import HEAD_OPERATIONS, Head, Output, base_output, head_of
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    Op,
    Reshape,
    SeparableConv2D,
)
from explorer.errors import WeightsError
from explorer.model.keras_files.saved_graph import SavedGraph, preprocessing_nodes
from explorer.model.keras_files.saved_operations import SOFTMAX, Operation, words_of


@dataclass(frozen=True, slots=True)
class Agreement:
    """A described network that is the file's.

    Attributes:
        layers: The place of the file's layer of every node with weights in the base, as `SavedNode.path`.
        head: The operations of the file's head, the activation of its output left out.
        head_layers: The place of the layer of each.
        output: What is done with the logits.
    """

    layers: Mapping[str, str]
    head: tuple[Op, ...]
    head_layers: tuple[str, ...]
    output: Output

    def own_head(self, graph: Graph) -> Head | None:
        """The file's head, None if it is the one that `graph` describes."""
        head = Head(self.head)
        return None if head == head_of(graph) else head


_WEIGHTED = (Conv2D, DepthwiseConv2D, SeparableConv2D, BatchNorm, Dense)


class Difference(Exception):
    """The first node at which a file's network differs from a described one, in words.

    Attributes:
        agreeing: How many nodes agree.
    """

    def __init__(self, why: str, agreeing: int) -> None:
        super().__init__(why)
        self.agreeing = agreeing


def compare(graph: Graph, saved: SavedGraph) -> Agreement:
    """How the file's network is the described one, its head aside.

    Raises:
        Difference: If it is another.
    """
    return _Comparison(graph, saved).agreement()


def another_network(shown_as: str, title: str, why: str) -> WeightsError:
    """The refusal of a network that is not described here."""
    return WeightsError(
        f"{shown_as} comes nearest to {title}, but is another network: {why[:400]}. Only networks that are described "
        "here can be run: build it anew from `python -m explorer code`, or run it with Keras."
    )


class _Comparison:
    """Both networks, every node with a number: those that compute the same of the same have the same."""

    def __init__(self, graph: Graph, saved: SavedGraph) -> None:
        self.graph, self.saved = graph, saved
        self.output_node = base_output(graph)
        self.nodes = _base(graph, self.output_node)
        self.numbers: dict[tuple[Operation, tuple[int, ...]], int] = {}
        self.described: dict[str, int] = {}
        self.nodes_of: dict[int, list[str]] = defaultdict(list)
        for node in self.nodes.values():
            inputs = [self.described[source] for source in node.inputs]
            if isinstance(node.op, Dropout):
                self.described[node.name] = inputs[0]
                continue
            op = Input((0, 0, *node.op.shape[2:])) if isinstance(node.op, Input) else node.op
            number = self.numbers.setdefault(_key(op, inputs), len(self.numbers))
            self.described[node.name] = number
            self.nodes_of[number].append(node.name)
        self.end = self.described[self.output_node]

    def agreement(self) -> Agreement:
        saved = self.saved
        prepared = preprocessing_nodes(saved)
        image = prepared[-1]
        reachable = _reachable(saved)
        found: dict[int, int] = {image: self.number_of_image()}
        first: int | None = None
        for position in reachable:
            if position in prepared:
                continue
            node = saved.nodes[position]
            inputs = [found.get(source) for source in node.inputs]
            known = [number for number in inputs if number is not None]
            number = self.numbers.get(_key(node.op, known)) if len(known) == len(inputs) else None
            if number is not None:
                found[position] = number
            elif first is None:
                first = position
        ends = [position for position, number in found.items() if number == self.end]
        if not ends:
            raise Difference(self.difference(first, found), len(found))
        (end,) = ends[:1]
        layers = self.pairs(end, found, image)
        beyond = [position for position in reachable if position not in found and position not in prepared]
        return Agreement(layers, *self.head(end, beyond, found))

    def number_of_image(self) -> int:
        """The number of the described image, if both have as many channels."""
        op = self.saved.nodes[0].op
        assert isinstance(op, Input)
        number = self.numbers.get(_key(op, []))
        if number is None:
            raise Difference(f"it sees pictures of {op.shape[-1]} channels", 0)
        return number

    def difference(self, position: int | None, found: Mapping[int, int]) -> str:
        """The first node of the file that the described network does not have, and what it has there."""
        if position is None:
            return f"it ends before {self.output_node}"
        node = self.saved.nodes[position]
        reads = self.reading([self.saved.nodes[source].layer for source in node.inputs])
        inputs = sorted(found[source] for source in node.inputs if source in found)
        names = {name: sorted(self.described[source] for source in each.inputs) for name, each in self.nodes.items()}
        there = [name for name in names if inputs and names[name] == inputs]
        there = there or [name for name in names if set(names[name]) & set(inputs)]
        # A described node that the file has elsewhere is not what it lacks here.
        taken = set(found.values())
        there = [name for name in there if self.described[name] not in taken] or there
        words = f"its layer {node.layer} is {words_of(node.op)}{reads}"
        if not there:
            return f"{words}, where the network ends"
        meant = self.nodes[there[0]]
        has = words_of(meant.op) + (self.reading(meant.inputs) if len(meant.inputs) > 1 or not reads else "")
        if meant.op == node.op:
            has = words_of(meant.op) + self.reading(meant.inputs)
        return f"{words}, where the network has {has} ({meant.name})"

    def reading(self, sources: Sequence[str]) -> str:
        shown = list(dict.fromkeys(sources))[:4]
        return f" of {' and '.join(shown)}" if shown else ""

    def pairs(self, end: int, found: Mapping[int, int], image: int) -> dict[str, str]:
        """The layer of every described node with weights, each paired with one of its own."""
        saved = self.saved
        pairs: dict[str, int] = {}
        partner: dict[int, str] = {}
        pending, seen = [(self.output_node, end)], set()
        while pending:
            name, position = pending.pop()
            if (name, position) in seen:
                continue
            seen.add((name, position))
            node = self.nodes[name]
            if isinstance(node.op, Dropout):
                pending.append((node.inputs[0], position))
                continue
            layer = saved.nodes[position].layer
            if (other := partner.setdefault(position, name)) != name:
                raise Difference(f"its layer {layer} stands at the places of {other} and {name}", len(found))
            if pairs.setdefault(name, position) != position:
                raise Difference(
                    f"its layers {saved.nodes[pairs[name]].layer} and {layer} stand where the network has {name}",
                    len(found),
                )
            if position == image:
                continue
            theirs, ours = list(saved.nodes[position].inputs), list(node.inputs)
            if isinstance(node.op, Add):
                theirs.sort(key=lambda each: found[each])
                ours.sort(key=lambda each: self.described[each])
            pending.extend(zip(ours, theirs, strict=True))
        layers: dict[str, str] = {}
        used: dict[str, str] = {}
        for name, node in self.nodes.items():
            if name in pairs and isinstance(node.op, _WEIGHTED):
                theirs_node = saved.nodes[pairs[name]]
                if used.setdefault(theirs_node.path, name) != name:
                    raise Difference(
                        f"its layer {theirs_node.layer} stands at the places of {used[theirs_node.path]} and {name}",
                        len(found),
                    )
                layers[name] = theirs_node.path
        return layers

    def head(
        self, end: int, beyond: Sequence[int], found: Mapping[int, int]
    ) -> tuple[tuple[Op, ...], tuple[str, ...], Output]:
        """What follows the base: the operations, their layers, and what is done with the logits."""
        nodes = self.saved.nodes
        ops: list[Operation] = []
        layers: list[str] = []
        previous = end
        for position in beyond:
            node = nodes[position]
            if node.inputs != (previous,):
                raise Difference(self.difference(position, found), len(found))
            ops.append(node.op)
            layers.append(node.path)
            previous = position
        ops, layers = _simplified(ops, layers)
        output: Output = "logits"
        if ops and ops[-1] in _PROBABILITIES and any(isinstance(op, _CLASSIFYING) for op in ops):
            output = "softmax" if ops[-1] == SOFTMAX else "sigmoid"
            del ops[-1], layers[-1]
        own = head_of(self.graph)
        is_own = own is not None and len(own.ops) == len(ops) and all(map(_is_as_described, ops, own.ops))
        for op, layer in zip(ops, layers, strict=True):
            if op == SOFTMAX or not (is_own or isinstance(op, HEAD_OPERATIONS)):
                raise Difference(f"its layer {layer} in the head is {words_of(op)}", len(found))
        if any(isinstance(op, Dense) for op in ops) and not isinstance(ops[-1], Dense):
            raise Difference(
                f"its outputs are not logits: its layer {layers[-1]}, after the last dense layer, is "
                f"{words_of(ops[-1])}",
                len(found),
            )
        return tuple(op for op in ops if isinstance(op, Op)), tuple(layers), output


_PROBABILITIES = (SOFTMAX, Activation("sigmoid"))
_CLASSIFYING = (Dense, Conv2D)


def _is_as_described(op: Operation, meant: Op) -> bool:
    """Whether an operation of a head is the one of the network's own, for any number of classes."""
    match op, meant:
        case Conv2D(filters), Conv2D():
            return filters > 1 and replace(op, filters=meant.filters) == meant
        case Reshape((_,)), Reshape((_,)):
            return True
    return op == meant


def _simplified(ops: Sequence[Operation], layers: Sequence[str]) -> tuple[list[Operation], list[str]]:
    """The operations of a head in one form of the several that compute the same."""
    found: list[Operation] = []
    names: list[str] = []
    for op, layer in zip(ops, layers, strict=True):
        last = found[-1] if found else None
        if isinstance(last, GlobalAveragePool | GlobalMaxPool):
            if isinstance(op, Reshape) and len(op.shape) == 3 and not last.keepdims:
                found[-1] = replace(last, keepdims=True)
                continue
            if last.keepdims and (isinstance(op, Flatten) or (isinstance(op, Reshape) and len(op.shape) == 1)):
                found[-1] = replace(last, keepdims=False)
                continue
        if isinstance(op, Conv2D) and _is_single(last):  # one value has nothing around it
            op = replace(op, padding="same")
        elif isinstance(op, Flatten) and (convolution := _last_convolution(found)):
            op = Reshape((convolution.filters,))
        found.append(op)
        names.append(layer)
    # MobileNet's of early Keras.
    if len(found) > 1 and found[-2] in _PROBABILITIES and isinstance(found[-1], Reshape):
        found[-2:], names[-2:] = found[:-3:-1], names[:-3:-1]
    return found, names


def _is_single(last: Operation | None) -> bool:
    """Whether a map behind `last` is a single place."""
    return isinstance(last, GlobalAveragePool | GlobalMaxPool) and last.keepdims


def _last_convolution(ops: Sequence[Operation]) -> Conv2D | None:
    """The 1 x 1 convolution of pooled values that a head ends in, but for an activation."""
    match ops:
        case [*_, before, Conv2D(kernel=(1, 1)) as convolution] if _is_single(before):
            return convolution
        case [*_, before, Conv2D(kernel=(1, 1)) as convolution, Activation()] if _is_single(before):
            return convolution
    return None


def _key(op: Operation, inputs: Sequence[int]) -> tuple[Operation, tuple[int, ...]]:
    return op, tuple(sorted(inputs) if isinstance(op, Add) else inputs)


def _base(graph: Graph, output: str) -> dict[str, Node]:
    """The nodes that the last feature maps are computed from, in order."""
    nodes = {node.name: node for node in graph.nodes}
    needed, pending = set(), [output]
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending.extend(nodes[name].inputs)
    return {name: node for name, node in nodes.items() if name in needed and node.module != HEAD}


def _reachable(saved: SavedGraph) -> list[int]:
    """Positions of the nodes that the output is computed from, in order."""
    needed, pending = set(), [saved.output]
    while pending:
        position = pending.pop()
        if position not in needed:
            needed.add(position)
            pending.extend(saved.nodes[position].inputs)
    return sorted(needed)


def wiring_of(saved: SavedGraph) -> Iterator[tuple[Op | None, tuple[int, ...]]]:
    """The file's operations as clues tell them."""
    for node in saved.nodes:
        yield (node.op if isinstance(node.op, Op) else None), node.inputs
