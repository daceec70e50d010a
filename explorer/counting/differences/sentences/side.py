"""What only one of two networks has, as far as no sentence tells it yet."""

from collections.abc import Iterable
from typing import Literal

from explorer.arch.graph import Node
from explorer.arch.places.chains import readers
from explorer.counting.differences.difference import Costs, Difference, summed
from explorer.counting.differences.sentences.modules import module_of, where
from explorer.counting.differences.sentences.signs import never_negative


class Side:
    """One of two networks, and the layers that it has alone.

    Attributes:
        is_second: Whether its layers were added; otherwise they were removed.
        graph: The network.
        rows: The layers that it has alone and that are not told yet, by name.
        kept: The layers that the other network has, too.
        answers: For the name of each of these, the other network's layer.
        by_name: All its layers.
        readers: Who reads each of them.
        never_negative: Names of layers whose values are 0 or more.
    """

    def __init__(self, kind: Literal["removed", "added"], difference: Difference) -> None:
        self.is_second = kind == "added"
        pairs = [
            (row.second.node, row.first.node) if self.is_second else (row.first.node, row.second.node)
            for row in difference.rows
            if row.first is not None and row.second is not None
        ]
        self.graph = (difference.second if self.is_second else difference.first).graph
        self.rows = {row.node.name: row for row in difference.by_kind[kind]}
        self.kept = [own for own, _ in pairs]
        self.answers = {own.name: other for own, other in pairs}
        self.by_name = {node.name: node for node in self.graph.nodes}
        self.readers = readers(self.graph.nodes)
        self.never_negative = never_negative(self.graph)

    @property
    def nodes(self) -> list[Node]:
        """The layers that are not told yet."""
        return [row.node for row in self.rows.values()]

    @property
    def done(self) -> str:
        """What became of its layers."""
        return "added" if self.is_second else "missing"

    def take(self, nodes: Iterable[Node]) -> Costs:
        """The costs of layers that are told now."""
        return summed([self.rows.pop(node.name).costs for node in nodes])

    def where(self, nodes: Iterable[Node]) -> str:
        """The modules that layers are in."""
        return where(nodes, self.graph)

    def spread(self, count: int, nodes: Iterable[Node], one: str = "") -> str:
        """Where so many things are: " in block3", " in each of block5 to block12", " 4 times in block2".

        Args:
            count: How many things.
            nodes: Their layers.
            one: What stands before "in each of": ", one".
        """
        nodes = tuple(nodes)
        modules = len({module_of(node) for node in nodes})
        if count == modules > 1:
            return f"{one} in each of {self.where(nodes)}"
        return f"{f' {count} times' if count > modules and not one else ''} in {self.where(nodes)}"
