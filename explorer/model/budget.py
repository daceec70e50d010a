"""How much memory a network may take, and how much building it takes: asked before, because after is too late."""

import os
import re

from explorer.counting.memory import BYTES_PER_VALUE
from explorer.counting.tally import Tally
from explorer.errors import BudgetError, ConfigError
from explorer.quantities import memory

BUDGET_VARIABLE = "XCEPTION_EXPLORER_MEMORY_BUDGET"
DEFAULT_BUDGET = 4 * 2**30

_UNITS = {"": 1, "b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_SIZE = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)\s*([a-z]*)", re.ASCII | re.IGNORECASE)

_COPIES_OF_LARGEST = 3
_BYTES_PER_LAYER = 200_000


def memory_budget() -> int:
    """Bytes that one network may take: `XCEPTION_EXPLORER_MEMORY_BUDGET`, 4 GiB if it is not set.

    Raises:
        ConfigError: If the variable is no size: a number of bytes, or one with the unit KiB, MiB, GiB or TiB.
    """
    text = os.environ.get(BUDGET_VARIABLE, "").strip()
    if not text:
        return DEFAULT_BUDGET
    size = _SIZE.fullmatch(text)
    budget = int(float(size[1]) * _UNITS.get(size[2].lower(), 0)) if size else 0
    if budget < 1:
        raise ConfigError(
            f"{BUDGET_VARIABLE} must be a number of bytes or a size such as 512 MiB or 4 GiB, got {text[:40]!r}"
        )
    return budget


def build_estimate(tally: Tally) -> int:
    """Bytes that a fresh process grows by when Keras builds the network: an upper bound, 5 to 25 % too high.

    1.1 x weights + 3 x largest weight + 0.2 MB x layers; far too high only for networks of many small layers, which
    need little. The initial values of a weight are drawn in three temporary arrays of its size, and TensorFlow's
    allocator (oneDNN's) gives nothing back to the system: it uses it again for what is built later. A layer's
    objects and the graph that Keras traces for its shape take up to 0.16 MB. The input size does not matter:
    building runs nothing. TensorFlow itself (0.6 GB) is not counted.

    Calibrated by `tests/benchmarks/bench_model_memory.py`.
    """
    sizes = [variable.params for layer in tally.layers for variable in layer.node.op.variables(*layer.input_shapes)]
    largest = max(sizes, default=0)
    values = tally.params * 11 // 10 + _COPIES_OF_LARGEST * largest
    return values * BYTES_PER_VALUE + _BYTES_PER_LAYER * len(tally.layers)


def require(estimate: int, what: str) -> None:
    """Let pass what fits into the budget.

    Args:
        estimate: Bytes that it would take.
        what: What takes them, as the beginning of a sentence: "Building this network".

    Raises:
        BudgetError: If `estimate` is above the budget.
        ConfigError: If the budget is no size.
    """
    budget = memory_budget()
    if estimate > budget:
        raise BudgetError(
            f"{what} may take {memory(budget)} of memory, and the estimate is {memory(estimate)}: "
            f"make the network smaller, or raise {BUDGET_VARIABLE}."
        )
