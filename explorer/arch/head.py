"""A head of its own: what stands between the last feature maps and the logits, where no knob describes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from explorer.arch.graph import HEAD, Graph, Node
from explorer.arch.ops import Activation, BatchNorm, Dense, Dropout, Flatten, GlobalAveragePool, GlobalMaxPool, Op

Output = Literal["softmax", "sigmoid", "logits", "features"]
"""What a trained network does with its outputs: probabilities that sum to 1, one for each class by itself, nothing; or
there is no head, and they are features."""

HEAD_OPERATIONS: tuple[type[Op], ...] = (
    GlobalAveragePool,
    GlobalMaxPool,
    Flatten,
    Dense,
    Activation,
    BatchNorm,
    Dropout,
)
"""What heads are made of."""

_NAMES: dict[type[Op], str] = {
    GlobalAveragePool: "avg_pool",
    GlobalMaxPool: "max_pool",
    Flatten: "flatten",
    BatchNorm: "head_bn",
    Dropout: "head_dropout",
}


@dataclass(frozen=True, slots=True)
class Head:
    """Operations one after another, from the last feature maps to the logits.

    Attributes:
        ops: Of `HEAD_OPERATIONS`, in order. The last `Dense` gives the logits; without any there is no head.
    """

    ops: tuple[Op, ...]

    @property
    def is_classifier(self) -> bool:
        """Whether it ends in logits; else the network ends in features."""
        return any(isinstance(op, Dense) for op in self.ops)


def base_output(graph: Graph) -> str:
    """Name of the node that the head of `graph` reads: its last feature maps."""
    names = {node.name for node in graph.nodes if node.module == HEAD}
    first = next(node for node in graph.nodes if node.module == HEAD)
    return next(source for source in first.inputs if source not in names)


def head_of(graph: Graph) -> Head | None:
    """The head that `graph` describes, without dropout; None if its operations do not stand one after another."""
    previous, ops = base_output(graph), []
    for node in graph.nodes:
        if node.module == HEAD:
            if node.inputs != (previous,):
                return None
            previous = node.name
            if not isinstance(node.op, Dropout):
                ops.append(node.op)
    return Head(tuple(ops))


def with_head(graph: Graph, head: Head) -> Graph:
    """`graph` with `head` in place of its own."""
    base = tuple(node for node in graph.nodes if node.module != HEAD)
    flow = next(node.flow for node in graph.nodes if node.module == HEAD)
    nodes, x = list(base), base_output(graph)
    for name, op in zip(_names(head, {node.name for node in base}), head.ops, strict=True):
        nodes.append(Node(name, op, (x,), flow, HEAD))
        x = name
    return Graph(graph.title, graph.flows, tuple(nodes))


def _names(head: Head, taken: set[str]) -> Iterator[str]:
    """A name for each operation: `fc1`, `fc1_act`, `predictions`, as the networks' own heads have them."""
    dense = sum(isinstance(op, Dense) for op in head.ops)
    position, last = 0, ""
    for op in head.ops:
        if isinstance(op, Dense):
            position += 1
            last = name = f"fc{position}" if position < dense else "predictions"
        elif isinstance(op, Activation):
            name = f"{last}_act" if last else "head_act"
        else:
            name = _NAMES[type(op)]
        unique = next(name for name in (name, *(f"{name}_{n}" for n in range(2, 99))) if name not in taken)
        taken.add(unique)
        yield unique
