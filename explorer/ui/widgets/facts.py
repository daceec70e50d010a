"""Numbers in a row, each below the word for what it counts: more of them in less room than `st.metric` needs."""

from collections.abc import Mapping
from html import escape

import streamlit as st

_FACT = (
    '<div><div style="font-size:.78rem;opacity:.72">{label}</div>'
    '<div style="font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap">{value}</div></div>'
)


def show_facts(facts: Mapping[str, str]) -> None:
    """Draws the facts, by label, from left to right; they wrap where there is no room."""
    cells = "".join(_FACT.format(label=escape(label), value=escape(value)) for label, value in facts.items())
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:.5rem 1.6rem">{cells}</div>')
