"""A kernel as a table of its numbers. HTML, for `st.html`.

Tables and not drawings: they are crisp at every size, read out cell by cell, and take the page's colours around them.
"""

from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.figures.contrast import ink_on
from explorer.figures.maps.colour_maps import coloured, symmetric_limits
from explorer.figures.real_numbers import aligned, significant

_CELL_PX, _GAP_PX = 52, 3
_LETTERS = "font-size:clamp(9px,2.4vw,13px);font-variant-numeric:tabular-nums"


def kernel_html(kernel: ArrayLike, *, title: str) -> str:
    """The numbers of a kernel (rows, columns) on their colours: blue below 0, red above, as strong as the largest.

    Each cell tells its value to seven digits when pointed at.

    Args:
        kernel: One channel's.
        title: Stands above the table.
    """
    # No caption: a long one would widen the table.
    table = _table(np.asarray(kernel, np.float64), f'aria-label="{escape(title)}"')
    return f'<div style="font-size:0.85rem">{escape(title)}</div><div style="display:flex">{table}</div>'


def _table(values: NDArray[np.float64], attributes: str) -> str:
    low, high = symmetric_limits(values)
    colours = coloured(values, "balance", low, high)
    rows = "".join(
        f"<tr>{''.join(_cell(value, high, colour) for value, colour in zip(line, line_colours, strict=True))}</tr>"
        for line, line_colours in zip(values, colours, strict=True)
    )
    width = values.shape[1] * _CELL_PX
    return (
        f'<table {attributes} style="flex:0 1 {width}px;max-width:100%;width:{width}px;min-width:0;'
        f'table-layout:fixed;border:0;border-collapse:separate;border-spacing:{_GAP_PX}px;{_LETTERS}">'
        f"{rows}</table>"
    )


def _cell(value: float, largest: float, colour: NDArray[np.uint8]) -> str:
    red, green, blue = (int(part) for part in colour)
    ink = ink_on(red, green, blue)
    return (
        f'<td title="{significant(value, 7)}" style="height:clamp(26px,8vw,44px);padding:0;border:0;border-radius:5px;'
        f'text-align:center;vertical-align:middle;background:rgb({red},{green},{blue});color:{ink}">'
        f"{aligned(value, largest)}</td>"
    )
