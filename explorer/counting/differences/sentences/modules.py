"""Which modules some layers are in, in words, and layers put together by what they have in common."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeVar

from explorer.arch.graph import HEAD, Graph, Node
from explorer.counting.differences.sentences.operation_words import listed

T = TypeVar("T")
K = TypeVar("K")

FEW = 3
"""What is told one by one: names, sizes; from so many neighbours on a range does."""


def module_of(node: Node) -> tuple[str, str]:
    """Flow and name of the module: names alone may come twice."""
    return node.flow, node.module


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The items by what `key` says of them, in order."""
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def where(nodes: Iterable[Node], graph: Graph) -> str:
    """The modules of some layers: "block5 to block12", "block3 and the head"."""
    modules = [(module.flow, module.name) for module in graph.modules()]
    wanted = {module_of(node) for node in nodes}
    numbers = [number for number, module in enumerate(modules) if module in wanted]
    # Neighbours are as far from their rank as the one before; the head stands for itself.
    runs = groupby(enumerate(numbers), key=lambda pair: (pair[1] - pair[0], modules[pair[1]][1] == HEAD))
    parts: list[str] = []
    for _, run in runs:
        names = ["the head" if modules[number][1] == HEAD else modules[number][1] for _, number in run]
        parts += names if len(names) < FEW else [f"{names[0]} to {names[-1]}"]
    return listed(parts)
