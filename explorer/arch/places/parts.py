"""A network cut between modules, wherever a single map passes from the one to the next; and what depends on what."""

from functools import lru_cache

from explorer.arch.graph import Graph, Node, output_shapes
from explorer.arch.ops import Input


@lru_cache(maxsize=16)
def parts(graph: Graph) -> tuple[Graph, ...]:
    """Networks that one after the other are `graph`, of one module each, or of several that share more than a map.

    Each begins with an input that has the name of the node whose output it stands for, which is the last of the part
    before; the first begins with the image.
    """
    shapes, found, start = output_shapes(graph), [], 0
    for end in _ends(graph):
        nodes = graph.nodes[start:end]
        if start:
            first, below = nodes[0], graph.nodes[start - 1].name
            nodes = (Node(below, Input(shapes[below]), (), first.flow, first.module), *nodes)
        found.append(Graph(graph.title, graph.flows, nodes))
        start = end
    return tuple(found)


def _ends(graph: Graph) -> list[int]:
    """Behind which numbers of nodes the network can be cut."""
    last_reader = {source: number for number, node in enumerate(graph.nodes) for source in node.inputs}
    ends, reached = [], 0
    for number, node in enumerate(graph.nodes):
        following = graph.nodes[number + 1] if number + 1 < len(graph.nodes) else None
        if following is None or (
            (node.flow, node.module) != (following.flow, following.module)
            # What earlier nodes give is not read any more; what this one gives is.
            and reached <= number < last_reader.get(node.name, number)
        ):
            ends.append(number + 1)
        reached = max(reached, last_reader.get(node.name, number))
    return ends


def descendants(graph: Graph, name: str) -> frozenset[str]:
    """The node `name` and all that is computed from it."""
    found = {name}
    for node in graph.nodes:
        if not found.isdisjoint(node.inputs):
            found.add(node.name)
    return frozenset(found)
