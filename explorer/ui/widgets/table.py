"""A small table of written numbers, aligned at the right as numbers are; where it has no room, a card for each row."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from explorer.ui.browser import browser_file

_ROOM = {"few": "15rem", "many": "34rem"}
"""What a table of up to `_FEW` columns needs, and one of more."""

_FEW = 3


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], room_rem: int | None = None) -> None:
    """Draws the table.

    Args:
        columns: Headings; the first is that of the rows' names.
        rows: Cells, a name first.
        room_rem: What it needs, in rem, where its cells are known to be short.
    """
    # Roles are said, for a row that is drawn as a card is none to a screen reader otherwise.
    head = "".join(f'<th role="columnheader" scope="col">{escape(title)}</th>' for title in columns)
    body = "".join(f'<tr role="row">{_cells(columns, row)}</tr>' for row in rows)
    size = f"room-{room_rem}" if room_rem else "few" if len(columns) <= _FEW else "many"
    room = f"{room_rem}rem" if room_rem else _ROOM[size]
    cards = f"@container (max-width: {room}) {{ .{size} {{ {browser_file('table_cards.css')} }} }}"
    st.html(
        f'<style>{browser_file("table.css")}{cards}</style><div class="written"><table class="{size}" role="table">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _cells(columns: Sequence[str], row: Sequence[str]) -> str:
    name, *cells = row
    numbers = "".join(
        f'<td role="cell" data-label="{escape(title)}">{escape(cell)}</td>'
        for title, cell in zip(columns[1:], cells, strict=True)
    )
    return f'<th role="rowheader" scope="row">{escape(name)}</th>{numbers}'
