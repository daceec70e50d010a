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
    return f'<span class="bar" aria-hidden="true" style="--part:{100 * part / whole if whole else 0:.2f}%"></span>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of numbers.

    Args:
        columns: Headings as texts; the first is that of the rows' names.
        rows: Cells as HTML, a name first.
    """
    head = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>' for name, *cells in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(columns[0])}: table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def facts(of: Mapping[str, str]) -> str:
    """Terms, each with what is to be said of it; both are texts."""
    rows = "".join(f"<div><dt>{text(term)}</dt><dd>{text(said)}</dd></div>" for term, said in of.items())
    return f"<dl>{rows}</dl>"
