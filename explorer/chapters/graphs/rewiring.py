"""A module cut out of a network, and nodes taken out of a module."""

from collections.abc import Callable
from dataclasses import replace

from explorer.arch.graph import Flow, Graph, GraphBuilder, Node, output_shapes
from explorer.arch.ops import Concat, Input, Shape

MODULE = "module"
"""Name of the one flow, and of the one module, of a small network."""

INPUT = "input"


def begin(title: str, shape: Shape) -> tuple[GraphBuilder, str]:
    """A network of one module that reads a map of `shape` (height, width, channels); and the map's name."""
    builder = GraphBuilder(title, (Flow(MODULE, title),))
    builder.enter(MODULE, MODULE)
    return builder, builder.add(INPUT, Input(shape))


def module_of(graph: Graph, name: str) -> Graph:
    """The module `name` of a network as a network of its own, without what follows its last concatenation.

    Raises:
        ValueError: If there is no such module, or it reads more than one map.
    """
    nodes = [node for node in graph.nodes if node.module == name]
    joins = [place for place, node in enumerate(nodes) if isinstance(node.op, Concat)]
    if not nodes:
        raise ValueError(f"{graph.title} has no module {name}")
    nodes = nodes[: joins[-1] + 1] if joins else nodes
    inside = {node.name for node in nodes}
    read = {source for node in nodes for source in node.inputs} - inside
    if len(read) != 1:
        raise ValueError(f"{name} reads {len(read)} maps, expected 1")
    builder, x = begin(f"{graph.title}, {name}", output_shapes(graph)[read.pop()])
    for node in nodes:
        inputs = (source if source in inside else x for source in node.inputs)
        builder.add(node.name, node.op, *inputs, branch=node.branch, part=node.part)
    return builder.graph()


def without(graph: Graph, is_out: Callable[[Node], bool]) -> Graph:
    """`graph` without some of its nodes, each of which reads one map; what read them reads that."""
    instead: dict[str, str] = {}
    kept = []
    for node in graph.nodes:
        inputs = tuple(instead.get(source, source) for source in node.inputs)
        if is_out(node):
            (instead[node.name],) = inputs
        else:
            kept.append(replace(node, inputs=inputs))
    return Graph(graph.title, graph.flows, tuple(kept))
