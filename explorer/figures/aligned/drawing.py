"""Networks side by side as SVG, a picture each, all of one size, with one scale for the colours of all."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from explorer.counting.alignment import StageRow
from explorer.counting.tally import Tally
from explorer.figures.aligned.layout import AlignedLayout, Band, NetworkColumn, aligned_layout
from explorer.figures.diagram.svg import Manner, draw, svg
from explorer.figures.heat.colouring import Colouring
from explorer.figures.heat.scale import Heat, heats
from explorer.figures.theme import flow_colours


@lru_cache(maxsize=16)
def aligned_drawing(
    tallies: tuple[Tally, ...], opened: tuple[frozenset[str], ...], colouring: Colouring | None = None
) -> tuple[AlignedLayout, tuple[str, ...]]:
    """Where everything stands, and each network as a picture whose modules and layers are buttons.

    The pictures have no ground and the colours of Streamlit's theme. A button has `data-kind` ("module" or "layer")
    and `data-name`; a stage is a group with its number as `data-stage`.

    Args:
        tallies: The networks.
        opened: Names of the modules of each that are open.
        colouring: What the colours say, on one scale for all; None: nothing but the flow.
    """
    laid_out = aligned_layout(tallies, opened)
    scales: Sequence[Heat | None] = heats(tallies, colouring) if colouring else (None,) * len(tallies)
    drawn = tuple(
        _column_svg(laid_out, position, tally, scale)
        for position, (tally, scale) in enumerate(zip(tallies, scales, strict=True))
    )
    return laid_out, drawn


def stage_words(row: StageRow, position: int) -> str:
    """A stage as one network has it: "1/8 · 37 px"; without a size where it has none."""
    stage = row.networks[position]
    return f"{row.label} · {stage.sizes}" if stage.sizes_px else row.label


def _column_svg(laid_out: AlignedLayout, position: int, tally: Tally, scale: Heat | None) -> str:
    colours = flow_colours(tally.graph)
    manner = Manner(None, interactive=True, heat=scale)
    bands = "".join(_band(number, band, position, laid_out.width) for number, band in enumerate(laid_out.bands))
    column: NetworkColumn = laid_out.columns[position]
    parts = "".join(
        f'<g color="{colours[flow]}">{"".join(draw(item, manner) for item in items)}</g>'
        for flow, items in column.parts
    )
    title = tally.graph.title
    return svg(laid_out.width, laid_out.height, title, "", "auto", bands + parts, True)


def _band(number: int, band: Band, position: int, width: float) -> str:
    is_empty = not band.row.networks[position].layers
    return (
        f'<g class="band{" odd" if number % 2 else ""}{" empty" if is_empty else ""}" data-stage="{number}">'
        f'<rect class="room" y="{band.top:g}" width="{width:g}" height="{band.bottom - band.top:g}"/>'
        f'<path class="line" d="M0 {band.top:g}H{width:g}"/>'
        f'<text class="small" x="10" y="{band.top + 17:g}">{escape(stage_words(band.row, position))}</text></g>'
    )
