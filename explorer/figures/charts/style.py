"""What all charts share: the result type, the frame and the bands that mark the flows.

Neither backgrounds nor font colours are set, so that the page's light or dark theme shows through. Legends lie below
the plot and tick labels are short: the charts are read on phones too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from explorer.arch.graph import Graph
from explorer.figures.theme import flow_colours

PLOTLY_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "modeBarButtons": [["zoom2d", "resetScale2d", "toImage"]],
    "toImageButtonOptions": {"format": "svg", "filename": "xception-explorer"},
}
"""For `st.plotly_chart(config=)`: zoom, back, and save as SVG."""

TRANSPARENT = "rgba(0,0,0,0)"
GUIDE = "rgba(128,136,150,0.9)"
"""Lines that are no data: seen on white and on near-black."""

LINE = {"width": 3, "color": "#7C8DB5"}
"""The line of a chart that has only one, over the bands of the flows."""

HOVER_REACH_PX = 60
"""How near to a point of a line a finger must come."""

BAND_OPACITY = 0.10
STRIP = 0.018
"""Height of the coloured strip above each flow's band, as a share of the plot's."""

_SHARE_OF_A_CHARACTER = 0.024
"""Share of a phone's plot that a character takes, near enough."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure, not to be changed once it is drawn, and what it shows, in words for those who cannot see it."""

    figure: go.Figure
    alt: str

    @property
    def nbytes(self) -> int:
        """What it takes, near enough: its length in JSON."""
        return len(self.figure.to_json())


def frame(figure: go.Figure, *, name: str, height: int, **layout: Any) -> go.Figure:
    """Puts `figure` into the common frame, `height` px high; a zoom lasts as long as `name` stays the same."""
    figure.update_layout(
        height=height,
        uirevision=name,
        dragmode=False,  # or a finger that scrolls the page would get caught in the chart
        paper_bgcolor=TRANSPARENT,
        plot_bgcolor=TRANSPARENT,
        margin={"l": 8, "r": 12, "t": 28, "b": 8},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "xref": "container",
            "x": 0,
            "xanchor": "left",
            "traceorder": "normal",
        },
        **layout,
    )
    figure.update_xaxes(automargin=True, zeroline=False)
    figure.update_yaxes(automargin=True, zeroline=False)
    return figure


def add_flow_bands(figure: go.Figure, graph: Graph, flows: Sequence[str]) -> None:
    """Marks the flows behind the plot: a band, a strip and a title in the flow's own colour.

    Args:
        figure: The figure; its x positions are 0, 1, 2 ...
        graph: The network.
        flows: Name of the flow at each x position, flow by flow.
    """
    colours = flow_colours(graph)
    titles = {flow.name: flow.title for flow in graph.flows}
    figure.update_layout(margin_t=48)  # room for the titles below the mode bar
    start = 0
    for flow, run in groupby(flows):
        end = start + len(list(run))
        x = {"x0": start - 0.5, "x1": end - 0.5}
        y = {"yref": "paper", "line": {"width": 0}, "fillcolor": colours[flow], "layer": "below"}
        figure.add_shape(type="rect", y0=0, y1=1, opacity=BAND_OPACITY, **x, **y)
        figure.add_shape(type="rect", y0=1, y1=1 + STRIP, **x, **y)
        figure.add_annotation(
            text=_short_title(titles[flow], (end - start) / len(flows)),
            hovertext=titles[flow],
            x=(start + end - 1) / 2,
            y=1 + STRIP,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
        )
        start = end


def _short_title(title: str, share: float) -> str:
    """`title` without its parenthesis; its telling word alone where the band is too narrow for it on a phone."""
    short = title.split(" (")[0]
    if share >= _SHARE_OF_A_CHARACTER * len(short):
        return short
    return short.removesuffix(" flow") if short.endswith(" flow") else short.split()[-1]
