"""What colours can stand for: one record, whether the amounts are counted, measured or computed."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from math import inf

from explorer.counting.tally import Tally
from explorer.quantities import share


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """The amounts of one network.

    Attributes:
        of: By kind, "module" or "layer", and name, each at least 0; what has 0 or is missing stays without colour.
        whole: The network's, of which those are parts; 0 where they are parts of nothing.
    """

    of: Mapping[tuple[str, str], float]
    whole: float = 0.0


NOTHING = Amounts({})
"""Of a network of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Colouring:
    """What colours can stand for. Two of one name and one origin are equal: drawings are remembered by them.

    Attributes:
        name: In the link.
        origin: What the amounts come from, beside the network: tells one measurement from the next.
        word: Where it is chosen.
        title: Above the legend.
        amounts: Those of a network.
        write: An amount in words.
        words: An amount above 0 in a sentence about a box, with its share in the whole if it is a part of one.
        marks: Amounts that a legend may mark, in order.
        most_factor: How many times the first colour's amount the last one's is at the most.
    """

    name: str
    origin: Hashable
    word: str = field(compare=False)
    title: str = field(compare=False)
    amounts: Callable[[Tally], Amounts] = field(compare=False)
    write: Callable[[float], str] = field(compare=False)
    words: Callable[[float, float], str] = field(compare=False)
    marks: tuple[float, ...] = field(compare=False)
    most_factor: float = field(default=inf, compare=False)


def share_in_words(amount: float, whole: float) -> str:
    """12.3 % of the network's."""
    return f"{share(amount, whole)} of the network's"


def powers_of_ten(first: int, last: int) -> tuple[float, ...]:
    """From 10 to the power of `first` to that of `last`."""
    return tuple(float(f"1e{n}") for n in range(first, last + 1))
