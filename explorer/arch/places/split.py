"""Where a network can be split: what is computed from what, and what has to be kept for a later start."""

from collections.abc import Collection, Iterable

from explorer.arch.graph import Graph
from explorer.arch.ops import Input


def descendants(graph: Graph, name: str) -> frozenset[str]:
    """The node `name` and all that is computed from it."""
    found = {name}
    for node in graph.nodes:
        if not found.isdisjoint(node.inputs):
            found.add(node.name)
    return frozenset(found)


def sources(graph: Graph, wanted: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Those of the nodes `known` from which `wanted` can be computed, in the order of the graph.

    Each path back from `wanted` ends at the first known node on it; the image is always known.
    """
    needed, ends = set(wanted), []
    for node in reversed(graph.nodes):
        if node.name not in needed:
            continue
        if node.name in known or isinstance(node.op, Input):
            ends.append(node.name)
        else:
            needed.update(node.inputs)
    return tuple(reversed(ends))


def tail_sources(graph: Graph, tap: str, known: Collection[str]) -> tuple[str, ...]:
    """What the tail of `graph`, from the node `tap` to the output, reads: `tap` first, then what passes it by.

    Inside a residual module that is the module's shortcut, inside an inception module the branches beside the tap's.
    Nothing that is read depends on the tap.
    """
    above = descendants(graph, tap)
    found = sources(graph, (graph.output.name,), {tap, *(name for name in known if name not in above)})
    return (tap, *(name for name in found if name != tap))
