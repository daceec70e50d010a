"""A network as frozen data: nodes in topological order, each with its place in flows and modules."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

from explorer.arch.ops import Input, Op, Shape

Branch = Literal["main", "shortcut"]
Step = Literal["depthwise", "activation", "pointwise"]

HEAD = "head"
"""Name of the module that turns the last feature maps into logits."""


@dataclass(frozen=True, slots=True)
class Part:
    """Says that a node is one step of a separable convolution that is written out in several layers."""

    of: str
    step: Step


@dataclass(frozen=True, slots=True)
class Node:
    """One layer.

    Attributes:
        name: Unique; Keras Applications' name wherever it has one.
        op: The operation.
        inputs: Names of the nodes that it reads, all earlier in the graph.
        flow: Name of the flow (or stage) that it belongs to.
        module: Name of the module inside the flow.
        branch: "shortcut" for the side branch of a residual module.
        part: Set if the node is one step of a separable convolution.
    """

    name: str
    op: Op
    inputs: tuple[str, ...]
    flow: str
    module: str
    branch: Branch = "main"
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A stretch of the network between changes of purpose; may be empty."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Module:
    """Consecutive nodes that the literature draws as one unit.

    Attributes:
        name: As in the layer names (`block7`).
        title: For people: "Middle flow, module 3 of 8 (block7)".
        flow: Name of its flow.
        nodes: Its nodes, in order.
    """

    name: str
    title: str
    flow: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Graph:
    """A network: its flows in order and its nodes in topological order; the last node is the output (logits).

    Raises:
        ValueError: If a name is used twice, an input is not an earlier node, a flow is unknown, or the
            nodes of a module do not stand together.
    """

    title: str
    flows: tuple[Flow, ...]
    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        flows = {flow.name for flow in self.flows}
        seen: set[str] = set()
        for node in self.nodes:
            if node.name in seen:
                raise ValueError(f"two nodes are named {node.name}")
            if not seen.issuperset(node.inputs):
                raise ValueError(f"{node.name} reads {node.inputs}, which are not all earlier nodes")
            if node.flow not in flows:
                raise ValueError(f"{node.name} is in the unknown flow {node.flow}")
            seen.add(node.name)
        runs = [module for module, _ in groupby(self.nodes, key=lambda node: (node.flow, node.module))]
        if len(runs) != len(set(runs)):
            raise ValueError(f"the nodes of a module do not stand together: {runs}")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Worked out once: readings of a network are remembered by it, and are asked for a hundred times a page."""
        return hash((self.title, self.flows, self.nodes))

    def __getstate__(self) -> dict[str, object]:
        # In another process the same words have another hash.
        return {"title": self.title, "flows": self.flows, "nodes": self.nodes}

    @property
    def output(self) -> Node:
        """The node whose output is the network's: logits."""
        return self.nodes[-1]

    @property
    def input_shape(self) -> Shape:
        """(height, width, channels) of the image."""
        return next(node.op.shape for node in self.nodes if isinstance(node.op, Input))

    def modules(self) -> tuple[Module, ...]:
        """All modules in order; a separate `head` module has no number."""
        return tuple(self._modules())

    def _modules(self) -> Iterator[Module]:
        # Without the parenthesis that tells a stage's size.
        titles = {flow.name: flow.title for flow in self.flows}
        runs = [(*key, tuple(nodes)) for key, nodes in groupby(self.nodes, key=lambda n: (n.flow, n.module))]
        counts = {flow: sum(1 for f, name, _ in runs if f == flow and name != HEAD) for flow in titles}
        position = dict.fromkeys(titles, 0)
        for flow, name, nodes in runs:
            position[flow] += name != HEAD
            title = (
                f"{titles[flow]}, head"
                if name == HEAD
                else f"{titles[flow]}, module {position[flow]} of {counts[flow]} ({name})"
            )
            yield Module(name, title, flow, nodes)


class GraphBuilder:
    """Collects nodes in order and knows the shape of each, so that descriptions can depend on channel counts."""

    def __init__(self, title: str, flows: tuple[Flow, ...]) -> None:
        self._title = title
        self._flows = flows
        self._nodes: list[Node] = []
        self._shapes: dict[str, Shape] = {}
        self._flow = flows[0].name
        self._module = ""

    def enter(self, flow: str, module: str) -> None:
        """Put the nodes that follow into `module` of `flow`."""
        self._flow, self._module = flow, module

    def add(
        self,
        name: str,
        op: Op,
        *inputs: str,
        branch: Branch = "main",
        part: Part | None = None,
    ) -> str:
        """Append a node; returns its name, to be read by later ones."""
        self._shapes[name] = op.output_shape(*[self._shapes[source] for source in inputs])
        self._nodes.append(Node(name, op, inputs, self._flow, self._module, branch, part))
        return name

    def channels(self, name: str) -> int:
        """Channels of the output of `name`."""
        return self._shapes[name][-1]

    def graph(self) -> Graph:
        """What was collected."""
        return Graph(self._title, self._flows, tuple(self._nodes))


def output_shapes(graph: Graph) -> dict[str, Shape]:
    """Output shape of every node, by name."""
    shapes: dict[str, Shape] = {}
    for node in graph.nodes:
        shapes[node.name] = node.op.output_shape(*[shapes[source] for source in node.inputs])
    return shapes
