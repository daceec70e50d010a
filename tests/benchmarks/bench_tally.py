"""Counting on the description against building with Keras and counting there."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from explorer.arch.networks import PAPER, graph_of
from explorer.arch.tally import tally
from explorer.model.build import build


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    build(graph_of(PAPER))  # TensorFlow's import and first steps are not counted against it
    pairs = [(_seconds(_count, 20), _seconds(_build_and_count, 1)) for _ in range(5)]
    counting, building = (median(column) for column in zip(*pairs, strict=True))
    yield ("tally of the paper's network, description included", f"{1000 * counting:.2f} ms", "4 ms")
    ratio = median(building / counting for counting, building in pairs)
    yield (
        "building with Keras and counting there, against the tally",
        f"{ratio:,.0f} x ({1000 * building:,.0f} ms)",
        "at least 300 x",
    )


def _count() -> int:
    return tally(graph_of(PAPER)).params


def _build_and_count() -> int:
    return build(graph_of(PAPER)).count_params()


def _seconds(work: Callable[[], int], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times
