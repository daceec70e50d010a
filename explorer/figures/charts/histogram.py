"""How the values of a channel are spread."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from explorer.figures.charts.style import GUIDE, LINE, Chart, frame
from explorer.figures.real_numbers import significant
from explorer.quantities import exact, share

_BINS = 40


def channel_histogram(values: ArrayLike, *, title: str) -> Chart:
    """Bars: how many of the cells hold a value of each size.

    Zeros are told in words, not drawn: after ReLU they are most of a map, and their bar would flatten all others.

    Args:
        values: Of one channel, any shape, finite.
        title: Of the channel, as "block8_sepconv3, channel 17".
    """
    cells = np.asarray(values, np.float64).ravel()
    drawn = cells[cells != 0]
    zeros = cells.size - drawn.size
    edges = _edges(drawn)
    counts, _ = np.histogram(drawn.clip(edges[0], edges[-1]), edges)
    figure = go.Figure()
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=np.diff(edges),
        marker={"color": LINE["color"], "line": {"width": 0}},
        customdata=[
            [f"{significant(low)} to {significant(high)}", exact(int(count))]
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        ],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} cells<extra></extra>",
    )
    frame(figure, name=f"histogram {title}", height=240, showlegend=False, bargap=0)
    figure.update_xaxes(title_text="Value", showgrid=False)
    figure.update_yaxes(title_text="Cells", rangemode="tozero")
    sentence = f"{exact(zeros)} of {exact(cells.size)} cells are 0 ({share(zeros, cells.size)})"
    if zeros:
        figure.add_annotation(
            text=f"{sentence}, not drawn",
            x=0,
            xref="paper",
            xanchor="left",
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
        )
    if drawn.size and drawn.min() < 0 < drawn.max():
        figure.add_vline(x=0, line={"width": 1, "color": GUIDE})
    return Chart(figure, _alt(cells, title, sentence, counts, edges))


def _edges(values: np.ndarray) -> np.ndarray:
    """About `_BINS` equally wide bins over `values`, one of their edges at 0: no bar is both below and above."""
    if not values.size:
        return np.array([0.0, 1.0])
    low, high = values.min(), values.max()
    width = (high - low) / _BINS or abs(high) / _BINS
    # Ends that lie on an edge but for rounding open no bin of their own.
    first = np.floor(low / width + 1e-6)
    last = max(np.ceil(high / width - 1e-6), first + 1)
    return width * np.arange(first, last + 1)


def _alt(cells: np.ndarray, title: str, zeros: str, counts: np.ndarray, edges: np.ndarray) -> str:
    spread = f"from {significant(cells.min())} to {significant(cells.max())}, mean {significant(cells.mean())}"
    fullest = int(counts.argmax())
    most = (
        f" Of the others most, {exact(int(counts[fullest]))}, are from {significant(edges[fullest])} "
        f"to {significant(edges[fullest + 1])}."
        if counts.any()
        else ""
    )
    return f"Histogram of {title}: values {spread}. {zeros}.{most}"
