"""Headline numbers, each with what it counts, on cards that wrap: a number is never cut, however narrow the page.

`st.metric` shortens a number that has no room to "22,9…", in columns that never wrap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

# Four in a row, two, or one: never three and one.
_COLUMNS = "clamp((100% - 2.4rem) / 4, (43rem - 100%) * 999, max((100% - .8rem) / 2, min(100%, (20rem - 100%) * 999)))"
_ROW = f"display:grid;grid-template-columns:repeat(auto-fit,minmax({_COLUMNS},1fr));gap:.8rem"
_CARD = "border:1px solid var(--st-border-color,#8a94a655);border-radius:.6rem;padding:.75rem .9rem;min-width:0"
_LABEL = "font-size:.88rem"
_VALUE = (
    "margin:0;font-size:1.75rem;line-height:1.25;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;"
    "letter-spacing:-.01em"
)
_NOTE = "margin:0;font-size:.82rem;font-weight:600"
_CAPTION = "margin:.35rem 0 0;font-size:.82rem;line-height:1.45;opacity:.8;overflow-wrap:anywhere"


@dataclass(frozen=True, slots=True)
class NumberCard:
    """A number as people read it.

    Attributes:
        label: What it counts, in a word or two.
        value: The number with its unit.
        note: How far it is from what one would expect.
        caption: What exactly it counts.
    """

    label: str
    value: str
    note: str
    caption: str


def show_number_cards(cards: Sequence[NumberCard]) -> None:
    """Draws the cards side by side, as many as there is room for, then below one another."""
    st.html(f'<div style="{_ROW}">{"".join(map(_drawn, cards))}</div>')


def _drawn(card: NumberCard) -> str:
    label, value, note, caption = map(escape, (card.label, card.value, card.note, card.caption))
    return (
        f'<div style="{_CARD}"><div style="{_LABEL}">{label}</div><div style="{_VALUE}">{value}</div>'
        f'<div style="{_NOTE}">{note}</div><div style="{_CAPTION}">{caption}</div></div>'
    )
