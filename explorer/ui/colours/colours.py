"""The colours that were chosen, as far as what they say is known."""

from dataclasses import dataclass

from explorer.figures.heat.colouring import Colouring


@dataclass(frozen=True, slots=True)
class Colours:
    """What a drawing is coloured by.

    Attributes:
        colouring: What the colours say; None if they say the flow.
        words: Where the amounts come from, for a line below the drawing; "" of what is counted.
    """

    colouring: Colouring | None = None
    words: str = ""


FLOW_COLOURS = Colours()
"""The usual ones, and those while what was asked for is not known."""
