"""The spectrum between a regular and a depthwise convolution: what each number of segments costs."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.figures.charts.style import GUIDE, Chart, frame
from explorer.figures.theme import BLUE, ORANGE, PURPLE
from explorer.quantities import exact

_COLOURS = (PURPLE, BLUE, ORANGE)

_LABELLED = (1, 2, 4, 8, 26, 52, 104, 182, 364, 728)
_MULTIPLES = (0.5, 1, 2, 5, 10, 20, 50)


def spectrum_chart(lines: Mapping[str, Sequence[tuple[int, int]]], chosen: int) -> Chart:
    """A line for each quantity, as a multiple of what its depthwise end costs; both axes are logarithmic.

    Args:
        lines: By title: segments and cost, from 1 segment to the depthwise end.
        chosen: Number of segments that is marked.
    """
    figure = go.Figure()
    told = []
    for (title, points), colour in zip(lines.items(), _COLOURS, strict=False):
        end = points[-1][1]
        figure.add_scatter(
            name=title,
            x=[segments for segments, _ in points],
            y=[cost / end for _, cost in points],
            mode="lines+markers",
            line={"width": 3, "color": colour},
            marker={"size": 7},
            text=[f"<b>{title}</b><br>{segments} segments: {exact(cost)}" for segments, cost in points],
            hovertemplate="%{text}, %{y:.2f} times the depthwise end<extra></extra>",
        )
        told.append(f"{title}: {points[0][1] / end:.1f} times at 1 segment, falling to 1 at {points[-1][0]}")
    figure.add_vline(x=chosen, line={"color": GUIDE, "width": 2, "dash": "dot"})
    spectrum_axes(figure, name="spectrum", segments=[count for count, _ in max(lines.values(), key=len)])
    return Chart(figure, f"Cost by number of segments. {'. '.join(told)}. Marked: {chosen}.")


def spectrum_axes(figure: go.Figure, *, name: str, segments: Sequence[int]) -> None:
    """The frame with segments along and multiples of the depthwise end upwards, both logarithmic.

    Args:
        figure: With its lines.
        name: As of `frame`.
        segments: All numbers of segments that it has.
    """
    frame(figure, name=name, height=360, hovermode="closest")
    ticks = [count for count in segments if count in _LABELLED] or segments
    figure.update_xaxes(type="log", title_text="Segments", tickvals=ticks, ticktext=[str(tick) for tick in ticks])
    figure.update_yaxes(
        type="log",
        title_text="Times the depthwise end",
        tickvals=_MULTIPLES,
        ticktext=[f"{multiple:g}" for multiple in _MULTIPLES],
    )
