"""What the network answered: the most probable classes."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.figures.charts.style import Chart, frame
from explorer.figures.theme import NETWORK_COLOURS, STATE_COLOURS

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


def two_predictions(
    labels: Sequence[str], probabilities: tuple[np.ndarray, np.ndarray], titles: tuple[str, str], top: int = 5
) -> Chart:
    """Bars of two networks' probabilities of the same classes: those that either of them finds most probable.

    Args:
        labels: Class names, in the order of the outputs.
        probabilities: (classes,) of each network.
        titles: What the networks are called.
        top: How many classes of each are shown.
    """
    chosen = {int(index) for each in probabilities for index in np.argsort(-each, kind="stable")[:top]}
    order = sorted(chosen, key=lambda index: -max(float(each[index]) for each in probabilities))
    positions = list(range(len(order)))
    figure = go.Figure()
    for title, values, colour in zip(titles, probabilities, NETWORK_COLOURS, strict=False):
        figure.add_bar(
            orientation="h",
            name=title,
            y=positions,
            x=[100 * float(values[index]) for index in order],
            marker_color=colour,
            text=[_percentage(float(values[index])) for index in order],
            textposition="outside",
            cliponaxis=False,
            customdata=[[labels[index], title, f"{100 * float(values[index]):.3f} %"] for index in order],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}: %{customdata[2]}<extra></extra>",
        )
    frame(figure, name="two predictions", height=_FRAME_PX + 60 + 52 * len(order), hovermode="closest")
    figure.update_layout(barmode="group", bargap=0.35, margin_r=56, legend={"orientation": "h", "traceorder": "normal"})
    figure.update_xaxes(range=[0, 100], ticksuffix=" %", fixedrange=True)
    names = [_shortened(labels[index]) for index in order]
    figure.update_yaxes(tickvals=positions, ticktext=names, range=[len(order) - 0.4, -0.6], fixedrange=True)
    first, second = ([_percentage(float(values[index])) for index in order] for values in probabilities)
    answers = ", ".join(
        f"{labels[index]} {one} and {other}" for index, one, other in zip(order, first, second, strict=True)
    )
    return Chart(figure, f"Bar chart of the probabilities by {titles[0]} and by {titles[1]}: {answers}.")


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
