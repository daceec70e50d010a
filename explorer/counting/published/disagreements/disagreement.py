"""What is said of one printed number that does not agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from explorer.arch.network import Published
from explorer.configuration.registry import network

Verdict = Literal["explained", "partly unknown", "unknown"]


@dataclass(frozen=True, slots=True)
class Rows:
    """The same arithmetic for several networks.

    Attributes:
        columns: Headings; the first is that of the row names.
        rows: Cells.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A number in print beside ours; every number of ours is counted, none is typed in.

    Attributes:
        claim: What is printed, as printed.
        source: Who prints it.
        counted: What is counted here.
        arithmetic: How the two go together, a calculation a line with its numbers put in; () if it is not known.
        explanation: The rule that the printed number follows, or that it is not known.
        verdict: Whether all of the difference is explained.
        rows: The calculation network by network, if there are several.
    """

    claim: str
    source: str
    counted: str
    arithmetic: tuple[str, ...]
    explanation: str
    verdict: Verdict = "explained"
    rows: Rows | None = None


def printed(name: str, quantity: str, source: str) -> Iterable[Published]:
    """The figures of one quantity that `source` prints of the network of that name."""
    return (
        figure for figure in network(name).published if figure.quantity == quantity and figure.source.startswith(source)
    )


def the_printed(name: str, quantity: str, source: str) -> int:
    """The one such figure, in whole units."""
    (figure,) = printed(name, quantity, source)
    return round(figure.value)
