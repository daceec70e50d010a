"""Where tables are printed. What stands in them is never shortened: half a number is a wrong one."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

_WIDTH = 120
"""Columns of text where nobody says how wide the terminal is."""

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: Its heading.
        cells: Its texts, from top to bottom.
        is_number: Whether they stand at the right.
        spare: Where the terminal is too narrow, columns of the highest number are left out first; 0: never.
    """

    title: str
    cells: Sequence[str]
    is_number: bool = False
    spare: int = 0

    @property
    def width(self) -> int:
        """Of its longest text."""
        return max(map(cell_len, (self.title, *self.cells)))


def terminal() -> Console:
    """Standard output, as wide as it is."""
    return Console(width=None if is_terminal() else _WIDTH)


def print_table(columns: Sequence[Column]) -> None:
    """Prints a table as wide as it must be.

    On a narrow terminal columns are left out that can be spared, then the first one is wrapped between words; if that
    does not do, the table is wider than the terminal. Elsewhere all of it is printed.
    """
    room = terminal().width if is_terminal() else None
    columns, first_width = _fitted(columns, room)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP // 2), header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(
            column.title,
            justify="right" if column.is_number else "left",
            width=column.width if place else first_width,
            no_wrap=place > 0,
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    Console(width=max(room or 0, first_width + _others(columns))).print(table)


def _fitted(columns: Sequence[Column], room: int | None) -> tuple[Sequence[Column], int]:
    """The columns that fit into so many characters, and the width of the first."""
    first = columns[0]
    if room is None:
        return columns, first.width
    for spare in sorted({column.spare for column in columns}, reverse=True):
        columns = [column for column in columns if column.spare <= spare]
        if first.width + _others(columns) <= room:
            return columns, first.width
    longest_word = max(cell_len(word) for text in (first.title, *first.cells) for word in text.split())
    return columns, max(longest_word, min(first.width, room - _others(columns)))


def _others(columns: Sequence[Column]) -> int:
    """The width of all columns but the first, with the gaps before them."""
    return sum(_GAP + column.width for column in columns[1:])


def is_terminal() -> bool:
    """Whether somebody looks at standard output."""
    # None where it was closed before the program began.
    return sys.stdout is not None and sys.stdout.isatty()
