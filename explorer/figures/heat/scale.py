"""Amounts as colours: each layer and each module of one network, or of several, on one scale.

The scale is logarithmic. A network's layers span four to six powers of ten (Xception's from 128 parameters to 3
million): on a linear scale all but a few would have the first colour.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from explorer.counting.tally import Tally
from explorer.figures.contrast import ink_on
from explorer.figures.heat.colouring import Amounts, Colouring

COLOUR_MAP = "inferno"
"""Even in lightness, and told apart by colour-blind people; maps of activations, in viridis, stand out from it."""

_LETTER = 0.0185
"""Share of the legend that a letter takes: an amount too close to an end has no room."""


@dataclass(frozen=True, slots=True)
class Paint:
    """How a box is painted: its colour, and that of the words in it."""

    fill: str
    ink: str


@dataclass(frozen=True)
class Heat:
    """The amounts of one network on a scale that others may share.

    Attributes:
        colouring: What is shown.
        amounts: The network's.
        low: The amount that has the first colour, above 0.
        high: The amount that has the last one.
        is_cut: Whether there are amounts below `low`, which have the first colour, too.
    """

    colouring: Colouring
    amounts: Amounts
    low: float
    high: float
    is_cut: bool = False

    def paint(self, kind: str, name: str) -> Paint | None:
        """How a module or a layer is painted; None, which leaves it as it is, where there is nothing to show."""
        value = self.amounts.of.get((kind, name))
        if not value:
            return None
        # NumPy, with the table of colours, is loaded when colours are first asked for.
        from explorer.figures.maps.colour_maps import STEPS, table

        colours = table(COLOUR_MAP)
        return painted(*map(int, colours[round(self.position(value) * (STEPS - 1))]))

    def position(self, value: float) -> float:
        """Where on the scale an amount above 0 is, from 0 to 1."""
        return max(log10(value / self.low) / self._decades, 0.0) if self._decades else 1.0

    def words(self, kind: str, name: str) -> str:
        """The amount of a module or a layer, in words; "" where there is nothing to show."""
        value = self.amounts.of.get((kind, name))
        return self.colouring.words(value, self.amounts.whole) if value else ""

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """For a legend: both ends and round amounts between, each with its place from 0 to 1."""
        write = self.colouring.write
        between = [(self.position(mark), mark) for mark in self.colouring.marks if self.low < mark < self.high]
        low, high = f"≤ {write(self.low)}" if self.is_cut else write(self.low), write(self.high)
        inner = [
            (place, word)
            for place, word in ((place, _plain(write(mark))) for place, mark in between)
            if (len(low) + len(word) / 2) * _LETTER < place < 1 - (len(high) + len(word) / 2) * _LETTER
        ]
        return (0.0, low), *inner, (1.0, high)

    @property
    def _decades(self) -> float:
        return log10(self.high / self.low)


def heat(tally: Tally, colouring: Colouring) -> Heat:
    """The scale of a network, the same whichever modules are open."""
    return heats((tally,), colouring)[0]


def heats(tallies: Sequence[Tally], colouring: Colouring) -> tuple[Heat, ...]:
    """Networks on one scale: from the smallest amount above 0 of their layers and modules, unless that is too long."""
    found = [colouring.amounts(tally) for tally in tallies]
    above_0 = [amount for each in found for amount in each.of.values() if amount]
    smallest, high = min(above_0, default=1.0), max(above_0, default=1.0)
    low = max(smallest, high / colouring.most_factor)
    return tuple(Heat(colouring, each, low, high, smallest < low) for each in found)


def _plain(amount: str) -> str:
    """A round amount without decimals: 10 k, 1 MiB."""
    return re.sub(r"\.0+(?!\d)", "", amount)


def painted(red: int, green: int, blue: int) -> Paint:
    """A box of that colour, with the words in black or white, whichever stands out more."""
    return Paint(f"#{red:02X}{green:02X}{blue:02X}", ink_on(red, green, blue))
