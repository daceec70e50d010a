"""How a value rises while a picture is changed for its sake."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from explorer.figures.charts.style import HOVER_REACH_PX, LINE, Chart, frame
from explorer.figures.real_numbers import significant


def maximization_curve(values: ArrayLike, *, what: str) -> Chart:
    """The value before the first step and after each.

    Args:
        values: (steps + 1,).
        what: Whose value it is: "channel 17", "the logit of cup".
    """
    heights = np.asarray(values, np.float64)
    figure = go.Figure()
    figure.add_scatter(
        y=heights,
        mode="lines",
        line=LINE,
        hovertemplate="after %{x} steps<br>%{y:.4g}<extra></extra>",
        showlegend=False,
    )
    frame(figure, name=f"maximization {what}", height=260, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    figure.update_xaxes(title_text="Steps", showgrid=False)
    figure.update_yaxes(title_text="Value")
    steps = heights.size - 1
    ends = f"from {significant(heights[0])} before the first step to {significant(heights[-1])} after {steps} steps"
    return Chart(figure, f"Line chart of {what}: {ends}.")
