"""What the paper measured, and how its networks were trained."""

import streamlit as st

from explorer.counting.published.paper import PaperTable, paper_tables, training_settings
from explorer.ui.widgets.table import show_table


def show_paper_tables() -> None:
    """Tables 1, 2 and 3, side by side, and below them how the networks were trained."""
    for column, table in zip(st.columns(3), paper_tables(), strict=True):
        with column:
            _show(table)
    show_training_settings()
    st.caption("Source: Chollet, Xception, arXiv:1610.02357v3. These are the paper's measurements, not this app's.")


def show_training_settings() -> None:
    """Section 4 of the paper as a table."""
    _show(training_settings(), room_rem=34)


def _show(table: PaperTable, room_rem: int | None = None) -> None:
    st.markdown(f"**{table.title}**")
    show_table(table.columns, table.rows, room_rem)
    st.caption(table.note)
