"""What the network answered: the most probable classes."""

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.figures.charts.style import Chart, frame
from explorer.figures.theme import STATE_COLOURS

_ROW_PX, _FRAME_PX = 46, 60
_LONGEST_LABEL = 44
"""Characters of a class name that fit above a bar on a phone."""


def top_predictions(labels: Sequence[str], probabilities: Sequence[float], state: str) -> Chart:
    """Bars of the classes' probabilities on a fixed axis from 0 to 100 %, in the colour of the weights' state.

    Class names stand above their bars. With random weights the outputs mean nothing: they get ranks, not names.

    Args:
        labels: Class names, the most probable first.
        probabilities: Their probabilities, 0 to 1.
        state: "pretrained", "altered", "trained here" or "random".
    """
    names = [f"random output, rank {rank}" for rank in range(1, len(labels) + 1)] if state == "random" else list(labels)
    percentages = [_percentage(probability) for probability in probabilities]
    # Positions, not names: ImageNet has two classes called "crane" and two called "maillot".
    positions = list(range(len(names)))
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        y=positions,
        x=[100 * probability for probability in probabilities],
        width=0.42,
        marker_color=STATE_COLOURS[state],
        text=percentages,
        textposition="outside",
        cliponaxis=False,
        customdata=[
            [name, f"{100 * probability:.3f} %"] for name, probability in zip(names, probabilities, strict=True)
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    for position, name in zip(positions, names, strict=True):
        figure.add_annotation(
            text=_shortened(name), x=0, y=position - 0.24, xanchor="left", yanchor="bottom", showarrow=False, xshift=-3
        )
    height = _FRAME_PX + _ROW_PX * len(names)
    frame(figure, name="top predictions", height=height, showlegend=False, hovermode="closest")
    figure.update_layout(margin_r=56)
    figure.update_xaxes(
        range=[0, 100], tickvals=[0, 25, 50, 75, 100], ticktext=["0", "25 %", "50 %", "75 %", "100 %"], fixedrange=True
    )
    figure.update_yaxes(range=[len(names) - 0.6, -0.85], showticklabels=False, showgrid=False, fixedrange=True)
    return Chart(figure, _alt(names, percentages, state))


def _percentage(probability: float) -> str:
    percent = 100 * probability
    return "< 0.1 %" if 0 < percent < 0.05 else f"{percent:.1f} %"


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1].rstrip(" ,") + "…"


def _alt(names: Sequence[str], percentages: Sequence[str], state: str) -> str:
    answers = ", ".join(f"{name} {percentage}" for name, percentage in zip(names, percentages, strict=True))
    if state == "random":
        return f"Bar chart of the largest outputs of random weights, which stand for no classes: {answers}."
    return f"Bar chart of the most probable classes, weights {state}: {answers}."
