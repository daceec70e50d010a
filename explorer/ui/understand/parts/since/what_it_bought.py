"""The paper's three tables of results."""

import streamlit as st

from explorer.counting.published.paper import paper_tables
from explorer.ui.understand.beside import beside
from explorer.ui.widgets.table import show_table


def show_tables() -> None:
    """Side by side."""
    for column, table in zip(beside((4, 5, 4), "tables"), paper_tables(), strict=True):
        with column:
            st.markdown(f"**{table.title}**")
            show_table(table.columns, table.rows)
            st.caption(table.note)
