"""A small table of written numbers, aligned at the right as numbers are."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

_LINE = "border-bottom:1px solid rgba(128,136,150,.35);padding:.4rem .6rem"
_FIRST = f"{_LINE};text-align:left;font-weight:400;opacity:.85"
_OTHERS = f"{_LINE};text-align:right;font-variant-numeric:tabular-nums"


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draws the table; where there is no room for it, it scrolls by itself.

    Args:
        columns: Headings; the first is that of the rows' names.
        rows: Cells, a name first.
    """
    styles = (_FIRST, *[_OTHERS] * (len(columns) - 1))
    head = "".join(
        f'<th scope="col" style="{style};font-weight:600">{escape(title)}</th>'
        for style, title in zip(styles, columns, strict=True)
    )
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    st.html(
        '<div style="overflow-x:auto" tabindex="0" role="group">'
        '<table style="width:100%;border-collapse:collapse;font-size:.875rem">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str]) -> str:
    name, *cells = row
    numbers = "".join(f'<td style="{_OTHERS}">{escape(cell)}</td>' for cell in cells)
    return f'<th scope="row" style="{_FIRST}">{escape(name)}</th>{numbers}'
