"""Costs as bars on one scale, each made of parts; the numbers stand beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from explorer.quantities import exact

_LINE = (
    '<div style="display:flex;justify-content:space-between;gap:1rem;font-size:.9rem;margin-top:.45rem">'
    '<span>{title}</span><b style="font-variant-numeric:tabular-nums">{whole}</b></div>'
    '<div role="img" aria-label="{alt}" style="display:flex;height:20px;border-radius:5px;overflow:hidden;'
    'background:color-mix(in srgb,currentColor 8%,transparent)">{parts}</div>'
)
_PART = '<div title="{title}" style="width:{percent:.3f}%;min-width:2px;background:{colour}"></div>'
_KEY = (
    '<span style="white-space:nowrap"><i style="display:inline-block;width:.75em;height:.75em;border-radius:2px;'
    'background:{colour};margin-right:.35em"></i>{title} {value}</span>'
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        title: What it is of.
        parts: Title, cost and colour of each.
    """

    title: str
    parts: tuple[tuple[str, int, str], ...]

    @property
    def whole(self) -> int:
        """All parts."""
        return sum(value for _, value, _ in self.parts)


def show_bars(title: str, bars: Sequence[Bar]) -> None:
    """Draws the bars below each other, the longest as long as there is room."""
    longest = max(bar.whole for bar in bars) or 1
    drawn = "".join(_drawn(bar, longest) for bar in bars)
    st.html(f'<div style="font-weight:600">{escape(title)}</div>{drawn}')


def _drawn(bar: Bar, longest: int) -> str:
    parts = [
        _PART.format(title=escape(f"{title} {exact(value)}"), percent=100 * value / longest, colour=colour)
        for title, value, colour in bar.parts
        if value
    ]
    told = ", ".join(f"{title} {exact(value)}" for title, value, _ in bar.parts)
    line = _LINE.format(
        title=escape(bar.title), whole=exact(bar.whole), alt=escape(f"{bar.title}: {told}"), parts="".join(parts)
    )
    if len(bar.parts) < 2:
        return line
    keys = "".join(
        _KEY.format(title=escape(title), value=exact(value), colour=colour) for title, value, colour in bar.parts
    )
    return f'{line}<div style="display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.82rem">{keys}</div>'
