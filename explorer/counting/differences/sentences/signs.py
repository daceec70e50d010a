"""Where a network's values can be told to be never negative."""

from functools import lru_cache

from explorer.arch.graph import Graph
from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    Concat,
    Dropout,
    Flatten,
    Function,
    GlobalAveragePool,
    GlobalMaxPool,
    MaxPool,
    Reshape,
    ZeroPad,
)

NEVER_NEGATIVE: frozenset[Function] = frozenset(
    {"relu", "relu6", "sigmoid", "hard_sigmoid", "softplus", "exponential", "softmax"}
)
"""Activation functions whose values are 0 or more."""

_KEEP_SIGN = (MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool, Dropout, Flatten, Reshape, ZeroPad, Add, Concat)


@lru_cache(maxsize=16)
def never_negative(graph: Graph) -> frozenset[str]:
    """Names of the layers whose values are 0 or more, whatever the picture and the weights."""
    found: set[str] = set()
    for node in graph.nodes:
        if isinstance(node.op, Activation):
            is_one = node.op.function in NEVER_NEGATIVE
        else:
            is_one = isinstance(node.op, _KEEP_SIGN) and found.issuperset(node.inputs)
        if is_one:
            found.add(node.name)
    return frozenset(found)
