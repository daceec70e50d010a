"""Who reads whom: what follows a node as long as nobody else reads it, and what a network's output depends on."""

from collections.abc import Iterable, Iterator, Mapping

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import BatchNorm, Elementwise, Op

Readers = Mapping[str, tuple[Node, ...]]


def readers(nodes: Iterable[Node]) -> Readers:
    """The nodes that read each node's output, in order, by its name; nothing for those that nobody reads."""
    found: dict[str, tuple[Node, ...]] = {}
    for node in nodes:
        for source in dict.fromkeys(node.inputs):
            found[source] = (*found.get(source, ()), node)
    return found


def only_reader(of: Readers, name: str) -> Node | None:
    """The node that reads `name` if there is exactly one, and reads nothing else."""
    found = of.get(name, ())
    return found[0] if len(found) == 1 and found[0].inputs == (name,) else None


def keeps_places(op: Op) -> bool:
    """Whether each output value stands where its one input value stood: normalizations and elementwise operations."""
    return isinstance(op, (BatchNorm, Elementwise))


def followers(of: Readers, name: str) -> Iterator[Node]:
    """The nodes after `name`, one after the other, as long as each is the only reader of the one before."""
    reader = only_reader(of, name)
    while reader is not None:
        yield reader
        reader = only_reader(of, reader.name)


def ancestors(graph: Graph, name: str) -> frozenset[str]:
    """The node `name` and all that it is computed from."""
    found = {name}
    for node in reversed(graph.nodes):
        if node.name in found:
            found.update(node.inputs)
    return frozenset(found)
