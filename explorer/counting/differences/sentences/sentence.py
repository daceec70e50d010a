"""A sentence, what it costs, and where it stands among others."""

from enum import IntEnum, auto
from typing import NamedTuple

from explorer.counting.differences.difference import Costs
from explorer.quantities import exact, rounded


class Weight(IntEnum):
    """In what order sentences stand: what changes the function most comes first."""

    MODULES = auto()
    ADDITIONS = auto()
    WIRING = auto()
    ACTIVATIONS = auto()
    NORMALIZATIONS = auto()
    LAYERS = auto()
    SETTINGS = auto()
    BIASES = auto()
    INPUT = auto()
    NO_EFFECT = auto()
    SIZES = auto()
    TOTALS = auto()


class Sentence(NamedTuple):
    """One thing that the second network has otherwise.

    Attributes:
        weight: Where it stands.
        text: For people.
        costs: What it makes the second network cost more; None if it sums up.
    """

    weight: Weight
    text: str
    costs: Costs | None


def told(weight: Weight, text: str, costs: Costs) -> Sentence:
    """The sentence that begins with `text` and ends with what it costs."""
    return Sentence(weight, f"{text[0].upper()}{text[1:]}; {cost_words(costs)}.", costs)


def cost_words(costs: Costs) -> str:
    """What it costs: "3,072 parameters and 1.20 M MACs more", or "costs nothing"."""
    if not any(costs):
        return "costs nothing"
    params = f"{exact(abs(costs.params))} parameter{'s' * (abs(costs.params) != 1)}"
    macs = f"{_macs(abs(costs.macs))} MAC{'s' * (abs(costs.macs) != 1)}"
    if not costs.macs:
        return f"{params} {_direction(costs.params)}"
    if not costs.params:
        return f"{macs} {_direction(costs.macs)}"
    if _direction(costs.params) == _direction(costs.macs):
        return f"{params} and {macs} {_direction(costs.macs)}"
    return f"{params} {_direction(costs.params)}, {macs} {_direction(costs.macs)}"


def _direction(value: int) -> str:
    return "more" if value > 0 else "fewer"


def _macs(value: int) -> str:
    return rounded(value) if value >= 10**6 else exact(value)
