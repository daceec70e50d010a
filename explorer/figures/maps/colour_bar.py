"""The scale of a map: its colours in a row, with the values that they stand for."""

from collections.abc import Sequence
from html import escape

from explorer.figures.maps.colour_maps import DIVERGING, STEPS, table
from explorer.figures.real_numbers import significant

_WIDEST_PX = 360
_STOPS = 17
"""Enough: between two of them the colours run as straight as in the table."""


def colour_bar_html(colour_map: str, low: float, high: float, *, title: str) -> str:
    """The bar with the values of both ends, and of the middle where the map is a diverging one; for `st.html`.

    Args:
        colour_map: One of `explorer.figures.maps.colour_maps.COLOUR_MAPS`.
        low: Value of the first colour and of all below.
        high: Value of the last colour and of all above.
        title: What the values are, as "Grad-CAM of cup"; stands above the bar.

    Raises:
        ConfigError: If there is no such colour map.
    """
    values = [low, (low + high) / 2, high] if colour_map in DIVERGING else [low, high]
    ends = "".join(f"<span>{significant(value)}</span>" for value in values)
    return _bar_html(colour_map, title, f'<div style="display:flex;justify-content:space-between">{ends}</div>')


def marked_bar_html(colour_map: str, marks: Sequence[tuple[float, str]], *, title: str) -> str:
    """The bar of a scale that is not linear, with words below it; for `st.html`.

    Args:
        colour_map: One of `explorer.figures.maps.colour_maps.COLOUR_MAPS`.
        marks: Words, each with its place from 0, the first colour, to 1, the last one.
        title: What the values are; stands above the bar.

    Raises:
        ConfigError: If there is no such colour map.
    """
    # At the ends words stand inside of the bar, elsewhere in the middle of their place.
    words = "".join(
        f'<span style="position:absolute;left:{100 * place:.1f}%;white-space:nowrap;'
        f'transform:translateX({-100 * place if place in (0, 1) else -50:g}%)">{escape(word)}</span>'
        for place, word in marks
    )
    return _bar_html(colour_map, title, f'<div style="position:relative;height:1.4em">{words}</div>')


def _bar_html(colour_map: str, title: str, words: str) -> str:
    colours = table(colour_map)
    stops = [colours[round(i * (STEPS - 1) / (_STOPS - 1))] for i in range(_STOPS)]
    gradient = ",".join(f"rgb({red},{green},{blue})" for red, green, blue in stops)
    return (
        f'<div style="max-width:{_WIDEST_PX}px;font-size:0.85rem;font-variant-numeric:tabular-nums">'
        f'<div style="opacity:.8">{escape(title)}</div>'
        f'<div style="height:12px;margin:4px 0 2px;border-radius:4px;background:linear-gradient(to right,{gradient})">'
        f"</div>{words}</div>"
    )
