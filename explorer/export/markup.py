"""Small pieces of HTML. Whatever comes from outside goes through `text`."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

text = escape
"""A text as HTML, also within quotes."""


def listed(words: Sequence[str]) -> str:
    """Words as a sentence has them: "A, B and C"."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last


def bar(part: float, whole: float) -> str:
    """A bar as long as the share is large; the number stands beside it."""
    return f'<span class="gauge" aria-hidden="true" style="--part:{100 * part / whole if whole else 0:.2f}%"></span>'


def table(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of numbers.

    Args:
        name: Of the table, for those who listen; no other on the page has it.
        columns: Headings as texts; the first is that of the rows' names.
        rows: Cells as HTML, a name first.
    """
    # Roles are said, for on a phone a row is drawn as a card, which is no row to a screen reader otherwise.
    head = "".join(f'<th role="columnheader" scope="col">{text(column)}</th>' for column in columns)
    body = "".join(f'<tr role="row">{_cells(columns, row)}</tr>' for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(name)}">'
        f'<table class="cards" role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _cells(columns: Sequence[str], row: Sequence[str]) -> str:
    name, *cells = row
    numbers = "".join(
        f'<td role="cell" data-label="{text(column)}"><div>{cell}</div></td>'
        for column, cell in zip(columns[1:], cells, strict=True)
    )
    return f'<th role="rowheader" scope="row">{name}</th>{numbers}'


def facts(of: Mapping[str, str]) -> str:
    """Terms, each with what is to be said of it; both are texts."""
    rows = "".join(f"<div><dt>{text(term)}</dt><dd>{text(said)}</dd></div>" for term, said in of.items())
    return f"<dl>{rows}</dl>"
