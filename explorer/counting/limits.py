"""What a network may cost at the most: the quantities that can be limited, and limits from a number or a network."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from explorer.arch.knobs import Config
from explorer.configuration.named import config_named
from explorer.configuration.registry import graph_of
from explorer.counting.tally import Tally, tally
from explorer.errors import ConfigError
from explorer.quantities import exact, memory


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that a network costs and that can be limited.

    Attributes:
        name: As in reports.
        title: For people.
        words: Behind a number, in a sentence.
        option: Of its limit.
        example: A limit, as a person may write it.
        of: Its value. What a flow of equal modules adds to it is the same for each module from the second on.
        write: A value as people read it.
        unit: What it is a number of: things that are counted, bytes, or milliseconds.
        origin: What goes on after the title where its values are not counted: "from layers measured here".
    """

    name: str
    title: str
    words: str
    option: str
    example: str
    of: Callable[[Tally], float]
    write: Callable[[float], str]
    unit: Literal["things", "bytes", "ms"] = "things"
    origin: str = ""


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("params", "Parameters", "parameters", "--max-params", "5M", lambda tally: tally.params, exact),
    Quantity("macs", "MACs", "MACs", "--max-macs", "570M", lambda tally: tally.macs, exact),
    Quantity(
        "peak_activation_bytes",
        "Peak of feature maps",
        "of feature maps at the peak",
        "--max-peak-memory",
        "10MiB",
        lambda tally: tally.peak.bytes,
        memory,
        unit="bytes",
    ),
    Quantity(
        "weight_bytes",
        "Weights",
        "of weights",
        "--max-weight-memory",
        "20MiB",
        lambda tally: tally.weight_bytes,
        memory,
        unit="bytes",
    ),
)
"""All that are counted; whoever limits, searches or draws goes through it. Bytes are of float32, for one image."""

Limits = Mapping[Quantity, float]
"""The most of each quantity that is limited: a network that has just so much is admissible."""

_NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(\.[0-9]*)?(e\+?[0-9]{1,2})?\s*([a-z]*)")
_DECIMAL = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_MEMORY = (
    _DECIMAL
    | {f"{prefix}b": size for prefix, size in _DECIMAL.items()}
    | {f"{prefix}ib": 2**power for prefix, power in (("k", 10), ("m", 20), ("g", 30), ("t", 40))}
)
_TIME = {"": 1, "ms": 1, "s": 1000}
_UNITS: dict[str, dict[str, int]] = {"things": _DECIMAL, "bytes": _MEMORY, "ms": _TIME}
_LONGEST = 40


def limit(quantity: Quantity, text: str) -> float:
    """The limit that `text` writes: 5e6, 5M or 5,000,000, of memory also 20MB or 20MiB, of time 20ms; in any letters.

    Raises:
        ConfigError: If it is no number above 0.
    """
    number = _number(quantity, text)
    if not number:
        raise ConfigError(f"the limit must be {_expected(quantity)}, got {text[:_LONGEST]!r}")
    return int(number) if number.denominator == 1 else float(number)


def limit_named(quantity: Quantity, text: str) -> float:
    """The limit that `text` writes, or as much as the network has that it names.

    Not for a page: a name may be that of a file here.

    Raises:
        ConfigError: If it is neither a number above 0 nor a name as `explorer.configuration.named` has them.
    """
    if _number(quantity, text):
        return limit(quantity, text)
    if text.strip()[:1].isdigit():
        raise ConfigError(
            f"{quantity.option} must be {_expected(quantity)}, or name a network, got {text[:_LONGEST]!r}"
        )
    return limits_of(config_named(text))[quantity]


def _expected(quantity: Quantity) -> str:
    return f"a number above 0 such as 5e6 or {quantity.example}"


def _number(quantity: Quantity, text: str) -> Fraction | None:
    """The number that `text` writes; None if it writes none. A fraction: 4.35e8 is not a hair less than 435,000,000."""
    units = _UNITS[quantity.unit]
    match = _NUMBER.fullmatch(text.strip().lower()) if len(text) <= _LONGEST else None
    if match is None or match[4] not in units:
        return None
    return Fraction(f"{match[1].replace(',', '') or 0}{match[2] or ''}{match[3] or ''}") * units[match[4]]


def limits_of(config: Config) -> dict[Quantity, float]:
    """As much of each quantity as the network `config` has, at its own input size and with its own head."""
    counted = tally(graph_of(config))
    return {quantity: quantity.of(counted) for quantity in QUANTITIES}
