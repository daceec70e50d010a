"""Amounts as colours: each layer and each module by its parameters, multiply-adds or memory, all on one scale.

The scale is logarithmic. A network's layers span four to six powers of ten (Xception's from 128 parameters to 3
million): on a linear scale all but a few would have the first colour.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from types import MappingProxyType

from explorer.counting.tally import LayerTally, Sums, Tally
from explorer.figures.contrast import ink_on
from explorer.quantities import memory, rounded, share


@dataclass(frozen=True, slots=True)
class Colouring:
    """What colours can stand for: an amount that every layer has, and a module as much as its layers together.

    Attributes:
        name: In the link.
        word: Where it is chosen.
        unit: What a share is a share of.
        title: Above the legend.
        of: The amount of a layer, a module or a network, at least 0; what has 0 stays without colour.
        write: An amount in words.
        marks: Amounts that a legend may mark, in order.
        is_counted: Whether every box tells the amount anyway, as it does what is counted.
    """

    name: str
    word: str
    unit: str
    title: str
    of: Callable[[LayerTally | Sums], float]
    write: Callable[[float], str]
    marks: tuple[float, ...]
    is_counted: bool

    def words(self, amount: float, whole: float) -> str:
        """An amount and its share in the network's, in words; "" of nothing."""
        if not amount:
            return ""
        part = f"{share(amount, whole)} of the network's"
        return f"{part} {self.unit}" if self.is_counted else f"{self.write(amount)} of {self.unit}, {part}"


_POWERS_OF_TEN = tuple(10.0**n for n in range(15))
_BYTES = tuple(float(size * 2**power) for power in (0, 10, 20, 30, 40) for size in (1, 10, 100))

COLOURINGS: dict[str, Colouring] = {
    each.name: each
    for each in (
        Colouring(
            name="params",
            word="parameters",
            unit="parameters",
            title="Parameters",
            of=lambda layer: layer.params,
            write=lambda amount: rounded(round(amount)),
            marks=_POWERS_OF_TEN,
            is_counted=True,
        ),
        Colouring(
            name="macs",
            word="MACs",
            unit="MACs",
            title="MACs for one image",
            of=lambda layer: layer.macs,
            write=lambda amount: rounded(round(amount)),
            marks=_POWERS_OF_TEN,
            is_counted=True,
        ),
        Colouring(
            name="memory",
            word="memory",
            unit="feature maps",
            title="Memory of outputs",
            of=lambda layer: layer.activation_bytes,
            write=memory,
            marks=_BYTES,
            is_counted=False,
        ),
    )
}
"""What is known of every network without running it, by its name in the link."""

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
        values: The amount of each module and layer by what `Target` calls it: kind and name.
        whole: The network's.
        low: The amount that has the first colour, above 0.
        high: The amount that has the last one.
    """

    colouring: Colouring
    values: Mapping[tuple[str, str], float]
    whole: float
    low: float
    high: float

    def paint(self, kind: str, name: str) -> Paint | None:
        """How a module or a layer is painted; None, which leaves it as it is, where there is nothing to show."""
        value = self.values.get((kind, name))
        if not value:
            return None
        # NumPy, with the table of colours, is loaded when colours are first asked for.
        from explorer.figures.maps.colour_maps import STEPS, table

        colours = table(COLOUR_MAP)
        return painted(*map(int, colours[round(self.position(value) * (STEPS - 1))]))

    def position(self, value: float) -> float:
        """Where on the scale an amount above 0 is, from 0 to 1."""
        return log10(value / self.low) / self._decades if self._decades else 1.0

    def words(self, kind: str, name: str) -> str:
        """The share of a module or a layer in the network, in words; "" where there is none."""
        return self.colouring.words(self.values.get((kind, name), 0), self.whole)

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """For a legend: both ends and round amounts between, each with its place from 0 to 1."""
        write = self.colouring.write
        between = [(self.position(mark), mark) for mark in self.colouring.marks if self.low < mark < self.high]
        low, high = write(self.low), write(self.high)
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
    """Networks on one scale, from the smallest amount above 0 that any of their layers and modules has."""
    of = colouring.of
    values = [
        {("module", module.name): of(module) for module in tally.module_tallies}
        | {("layer", layer.node.name): of(layer) for layer in tally.layers}
        for tally in tallies
    ]
    amounts = [amount for each in values for amount in each.values() if amount]
    low, high = min(amounts, default=1.0), max(amounts, default=1.0)
    return tuple(
        Heat(colouring, MappingProxyType(each), of(tally), low, high)
        for each, tally in zip(values, tallies, strict=True)
    )


def _plain(amount: str) -> str:
    """A round amount without decimals: 10 k, 1 MiB."""
    return amount.replace(".00", "").replace(".0", "")


def painted(red: int, green: int, blue: int) -> Paint:
    """A box of that colour, with the words in black or white, whichever stands out more."""
    return Paint(f"#{red:02X}{green:02X}{blue:02X}", ink_on(red, green, blue))
