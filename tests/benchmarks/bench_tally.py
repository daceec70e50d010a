"""Counting on the description against building with Keras and counting there."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from explorer.configuration.registry import NETWORKS, PAPER, graph_of
from explorer.counting.tally import tally
from explorer.model.keras_model.build import build


def rows() -> Iterator[tuple[str, str, str]]:
    """What, measured, bound."""
    graph = graph_of(PAPER)
    build(graph)  # TensorFlow's import and first steps are not counted against it
    times = [
        (
            _seconds(lambda: tally(graph_of(PAPER)), 20),
            _seconds(lambda: tally(graph), 20),
            _seconds(lambda: build(graph).count_params(), 1),
        )
        for _ in range(7)
    ]
    whole, _, building = (median(column) for column in zip(*times, strict=True))
    yield "configuration to tally, the paper's network", f"{1000 * whole:.2f} ms", "4 ms"
    yield (
        "building the described network with Keras and counting there, against its tally",
        f"{median(building / counting for _, counting, building in times):,.0f} x ({1000 * building:,.0f} ms)",
        "at least 300 x",
    )
    for network in NETWORKS.values():
        described = graph_of(network.config())
        seconds = median(_seconds(lambda graph=described: tally(graph), 10) for _ in range(7))
        each = 1e6 * seconds / len(described.nodes)
        yield f"tally of {network.title}, a node ({len(described.nodes)} nodes)", f"{each:.1f} µs", "10 µs"


def _seconds(work: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times
