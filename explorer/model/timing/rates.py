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

_CHANNELS, _SIDE_PX = 1024, 45
"""Of the products: 1 to 2 G multiply-adds take some 10 ms, in which nothing else need run."""

_AT_LEAST_S, _ATTEMPTS = 0.6, 5
"""Each way is tried so long, and at least so often."""

_LEAST_BYTES = 64 << 20
_SHARE_OF_BUDGET = 12


Look = Callable[[], None]
"""Called after each attempt; what it raises ends the measurement."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate and what reached it.

    Attributes:
        per_s: Multiply-adds, or bytes, per second.
        by: In words.
    """

    per_s: float
    by: str


def arithmetic_rate(engine: str, look: Look) -> Rate:
    """Multiply-adds per second in float32: the best of NumPy's matrix product and, with OpenVINO, its convolution."""
    random = np.random.default_rng(0)
    a, b = random.random((2, _CHANNELS, _CHANNELS), np.float32)
    out = np.empty_like(a)
    product = Rate(
        _CHANNELS**3 / _best(lambda: np.matmul(a, b, out=out), look),
        f"NumPy's product of two {_CHANNELS} × {_CHANNELS} matrices",
    )
    if engine != "openvino":
        return product
    convolution = Rate(
        _SIDE_PX**2 * _CHANNELS**2 / _best(_convolution(b), look),
        f"OpenVINO's 1 × 1 convolution from {_CHANNELS} channels to {_CHANNELS} on {_SIDE_PX} × {_SIDE_PX} px",
    )
    return max(product, convolution, key=lambda rate: rate.per_s)


def memory_rate(threads: int, cache_bytes: int, look: Look) -> Rate:
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
            seconds = _best(lambda pool=pool, parts=parts: list(pool.map(add, parts)), look)  # type: ignore[misc]
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


def _convolution(kernel: np.ndarray) -> Callable[[], object]:
    """A product of matrices as a layer of a network: pixels by channels times channels by filters."""
    import openvino.opset15 as ops
    from openvino import Model

    from explorer.model.engines.openvino_runtime import compiled

    # Channels last outside, as in the networks: else putting them so would be most of the time.
    shape = (1, _SIDE_PX, _SIDE_PX, _CHANNELS)
    pixels = ops.parameter(shape, np.float32)
    channels_first = ops.transpose(pixels, ops.constant([0, 3, 1, 2]))
    filters = ops.constant(kernel.reshape(_CHANNELS, _CHANNELS, 1, 1))
    mixed = ops.convolution(channels_first, filters, [1, 1], [0, 0], [0, 0], [1, 1])
    model = Model([ops.transpose(mixed, ops.constant([0, 2, 3, 1]))], [pixels])
    request = compiled(model).create_infer_request()
    image = np.random.default_rng(1).random(shape, np.float32)
    return lambda: request.infer({0: image}, share_inputs=True, share_outputs=True)


def _best(run: Callable[[], object], look: Look) -> float:
    """Seconds of the fastest attempt after a first one, which finds nothing ready."""
    run()
    times: list[float] = []
    while len(times) < _ATTEMPTS or sum(times) < _AT_LEAST_S:
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
        look()
    return min(times)
