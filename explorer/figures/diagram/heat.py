"""Costs as colours: each layer and each module by its parameters or its multiply-adds, all on one scale.

The scale is logarithmic. A network's layers span four to six powers of ten (Xception's from 128 parameters to 3
million): on a linear scale all but a few would have the first colour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, log10
from types import MappingProxyType

from explorer.counting.tally import Cost, Tally
from explorer.figures.contrast import ink_on
from explorer.quantities import rounded, share

COST_UNITS: dict[Cost, str] = {"params": "parameters", "macs": "MACs"}
"""What can be shown as colours, by its unit."""

COLOUR_MAP = "inferno"
"""Even in lightness, and told apart by colour-blind people; maps of activations, in viridis, stand out from it."""

_CLEAR = 0.13
"""Share of the legend that a word takes: a power of ten closer to an end has no room."""


@dataclass(frozen=True, slots=True)
class Paint:
    """How a box is painted: its colour, and that of the words in it."""

    fill: str
    ink: str


@dataclass(frozen=True)
class Heat:
    """The scale of one network.

    Attributes:
        cost: What is shown.
        values: The cost of each module and layer by what `Target` calls it: kind and name.
        whole: The network's.
    """

    cost: Cost
    values: Mapping[tuple[str, str], int]
    whole: int

    @cached_property
    def low(self) -> int:
        """The smallest cost that is not 0: the first colour."""
        return min(filter(None, self.values.values()), default=1)

    @cached_property
    def high(self) -> int:
        """The largest cost: the last colour."""
        return max(self.values.values(), default=1) or 1

    def paint(self, kind: str, name: str) -> Paint | None:
        """How a module or a layer is painted; None, which leaves it as it is, where it costs nothing."""
        value = self.values.get((kind, name))
        if not value:
            return None
        # NumPy, with the table of colours, is loaded when colours are first asked for.
        from explorer.figures.maps.colour_maps import STEPS, table

        colours = table(COLOUR_MAP)
        return painted(*map(int, colours[round(self.position(value) * (STEPS - 1))]))

    def position(self, value: float) -> float:
        """Where on the scale a cost above 0 is, from 0 to 1."""
        return log10(value / self.low) / self._decades if self._decades else 1.0

    def words(self, kind: str, name: str) -> str:
        """The share of a module or a layer in the network, in words; "" where it costs nothing."""
        value = self.values.get((kind, name))
        return f"{share(value, self.whole)} of the network's {COST_UNITS[self.cost]}" if value else ""

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """For a legend: both ends and the powers of ten between, each with its place from 0 to 1."""
        powers = (10**n for n in range(ceil(log10(self.low)), floor(log10(self.high)) + 1))
        between = [(self.position(power), rounded(power).replace(".00", "")) for power in powers]
        inner = [(place, word) for place, word in between if _CLEAR < place < 1 - _CLEAR]
        return (0.0, rounded(self.low)), *inner, (1.0, rounded(self.high))

    @property
    def _decades(self) -> float:
        return log10(self.high / self.low)


def heat(tally: Tally, cost: Cost) -> Heat:
    """The scale of a network, the same whichever modules are open."""
    values = {("module", module.name): getattr(module, cost) for module in tally.module_tallies}
    values |= {("layer", layer.node.name): getattr(layer, cost) for layer in tally.layers}
    return Heat(cost, MappingProxyType(values), getattr(tally, cost))


def painted(red: int, green: int, blue: int) -> Paint:
    """A box of that colour, with the words in black or white, whichever stands out more."""
    return Paint(f"#{red:02X}{green:02X}{blue:02X}", ink_on(red, green, blue))
