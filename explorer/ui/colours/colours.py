"""The colours that were chosen, as far as what they say is known."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.figures.heat.colouring import Colouring

if TYPE_CHECKING:
    from explorer.model.weights.arrays import Provenance


@dataclass(frozen=True, slots=True)
class Colours:
    """What a drawing is coloured by.

    Attributes:
        colouring: What the colours say; None if they say the flow.
        words: Where the amounts come from, for a line below the drawing; "" of what is counted.
        weights: Of networks that were run: title, and state of their weights.
    """

    colouring: Colouring | None = None
    words: str = ""
    weights: tuple[tuple[str, "Provenance"], ...] = ()


FLOW_COLOURS = Colours()
"""The usual ones, and those while what was asked for is not known."""
