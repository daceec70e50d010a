"""What this machine can do at best: multiply-adds and bytes per second, both measured.

A rate is the best of many short attempts: what else runs on the machine can only make an attempt slower.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from explorer.model.budget import memory_budget

_SIDE = 1024
"""Of the matrices that are multiplied: 1.07 G multiply-adds take a few ms, and 12 MiB stay in a cache."""

_AT_LEAST_S, _ATTEMPTS = 0.6, 5
"""Each way is tried so long, and at least so often."""

_LEAST_BYTES = 64 << 20
_SHARE_OF_BUDGET = 12


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate and what reached it.

    Attributes:
        per_s: Multiply-adds, or bytes, per second.
        by: In words.
    """

    per_s: float
    by: str


def arithmetic_rate(engine: str) -> Rate:
    """Multiply-adds per second in float32: the best of NumPy's matrix product and, with OpenVINO, its convolution."""
    random = np.random.default_rng(0)
    a, b = random.random((2, _SIDE, _SIDE), np.float32)
    out = np.empty_like(a)
    attempts = {f"NumPy's product of two {_SIDE} × {_SIDE} matrices": lambda: np.matmul(a, b, out=out)}
    if engine == "openvino":
        attempts[f"OpenVINO's 1 × 1 convolution, {_SIDE} channels to {_SIDE} on 32 × 32 px"] = _convolution(a, b)
    return max((Rate(_SIDE**3 / _best(run), by) for by, run in attempts.items()), key=lambda rate: rate.per_s)


def memory_rate(threads: int, cache_bytes: int) -> Rate:
    """Bytes per second: a = b + c of arrays that together are larger than the largest cache, STREAM's "Add".

    Counted are two arrays read and one written; that a processor first reads what it overwrites is not.
    Source: McCalpin, STREAM, https://www.cs.virginia.edu/stream/.
    """
    size = min(max(cache_bytes, _LEAST_BYTES), memory_budget() // _SHARE_OF_BUDGET) // 4
    b, c, a = (np.ones(size, np.float32) for _ in range(3))

    def add(part: slice) -> None:
        np.add(b[part], c[part], out=a[part])

    found = []
    for count in sorted({1, threads}):
        parts = [slice(place * size // count, (place + 1) * size // count) for place in range(count)]
        with ThreadPoolExecutor(count) as pool:
            seconds = _best(lambda pool=pool, parts=parts: list(pool.map(add, parts)))  # type: ignore[misc]
        words = f"{count} thread{'' if count == 1 else 's'}"
        found.append(Rate(3 * a.nbytes / seconds, f"adding two arrays of {a.nbytes >> 20} MiB into a third, {words}"))
    return max(found, key=lambda rate: rate.per_s)


def largest_cache_bytes() -> int:
    """Of the first core; 0 if the system does not tell."""
    return max(_caches(), default=0)


def _caches() -> Iterator[int]:
    folder = "/sys/devices/system/cpu/cpu0/cache"
    try:
        for index in os.listdir(folder):
            if index.startswith("index"):
                with open(f"{folder}/{index}/size") as file:
                    yield int(file.read().strip().removesuffix("K")) << 10
    except (OSError, ValueError):  # not on Linux
        return


def _convolution(a: np.ndarray, b: np.ndarray) -> Callable[[], object]:
    """The same product as a layer of a network: pixels by channels times channels by filters."""
    import openvino.opset15 as ops
    from openvino import Model

    from explorer.model.engines.openvino_runtime import compiled

    pixels = ops.parameter((1, _SIDE, 32, 32), np.float32)
    kernel = ops.constant(b.reshape(_SIDE, _SIDE, 1, 1))
    request = compiled(
        Model([ops.convolution(pixels, kernel, [1, 1], [0, 0], [0, 0], [1, 1])], [pixels])
    ).create_infer_request()
    image = a.reshape(1, _SIDE, 32, 32)
    return lambda: request.infer({0: image}, share_inputs=True, share_outputs=True)


def _best(run: Callable[[], object]) -> float:
    """Seconds of the fastest attempt after a first one, which finds nothing ready."""
    run()
    times: list[float] = []
    while len(times) < _ATTEMPTS or sum(times) < _AT_LEAST_S:
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)
