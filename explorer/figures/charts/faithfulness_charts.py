"""Whether a heat map tells the truth: the class's probability while its hottest places go, or come back."""

from typing import Protocol

import numpy as np
from plotly.subplots import make_subplots

from explorer.figures.charts.style import GUIDE, HOVER_REACH_PX, Chart, frame
from explorer.figures.theme import BLUE

_HEIGHT = 330


class Curve(Protocol):
    """A score of deletion or insertion, as `explorer.vision.checks.faithfulness.Curve` holds it.

    Attributes:
        fractions: (steps + 1,): shares of the picture that are removed or restored, from 0 to 1.
        map: (steps + 1,): probability of the class when the hottest places of the map come first.
        random: (steps + 1,): the same in random order.
        map_area: Area under `map`, 0 to 1.
        random_area: Area under `random`.
    """

    @property
    def fractions(self) -> np.ndarray: ...  # noqa: D102
    @property
    def map(self) -> np.ndarray: ...  # noqa: D102
    @property
    def random(self) -> np.ndarray: ...  # noqa: D102
    @property
    def map_area(self) -> float: ...  # noqa: D102
    @property
    def random_area(self) -> float: ...  # noqa: D102


def faithfulness_curves(deletion: Curve, insertion: Curve, *, class_name: str) -> Chart:
    """Two panels, deletion and insertion: the order of the map against a random one.

    A faithful map's curve falls below the random one in deletion and rises above it in insertion.

    Args:
        deletion: The hottest places are removed first.
        insertion: The hottest places are restored first.
        class_name: Whose probability it is.

    Source: Petsiuk, Das and Saenko, arXiv:1806.07421.
    """
    panels = (("Deletion", "removed", deletion), ("Insertion", "restored", insertion))
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.12)
    for column, (name, done, curve) in enumerate(panels, 1):
        for order, values, line in (
            ("random order", curve.random, {"color": GUIDE, "width": 2, "dash": "dot"}),
            ("hottest first", curve.map, {"color": BLUE, "width": 3}),
        ):
            figure.add_scatter(
                name=order,
                x=[100 * fraction for fraction in curve.fractions],
                y=[100 * value for value in values],
                mode="lines",
                line=line,
                legendgroup=order,
                showlegend=column == 1,
                hovertemplate=f"{order}: %{{y:.1f}} %<br>%{{x:.0f}} % of the picture {done}<extra></extra>",
                row=1,
                col=column,
            )
        figure.add_annotation(
            text=f"<b>{name}</b><br>area {curve.map_area:.2f}, random {curve.random_area:.2f}",
            xref="x domain" if column == 1 else "x2 domain",
            yref="paper",
            x=0,
            y=1.03,
            xanchor="left",
            yanchor="bottom",
            align="left",
            showarrow=False,
        )
        figure.update_xaxes(
            title_text=f"Picture {done}",
            range=[0, 100],
            tickvals=[0, 50, 100],
            ticktext=["0", "50 %", "100 %"],
            showgrid=False,
            row=1,
            col=column,
        )
    frame(figure, name="faithfulness", height=_HEIGHT, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    figure.update_layout(margin_t=56)
    figure.update_yaxes(range=[0, 100], tickvals=[0, 50, 100], ticktext=["0", "50 %", "100 %"])
    figure.update_yaxes(title_text=f"Probability of {class_name}", row=1, col=1)
    return Chart(figure, _alt(deletion, insertion, class_name))


def _alt(deletion: Curve, insertion: Curve, class_name: str) -> str:
    sentences = [f"Two line charts of the probability of {class_name}."]
    for doing, curve, good, is_good in (
        ("Removing", deletion, "smaller", deletion.map_area < deletion.random_area),
        ("Restoring", insertion, "larger", insertion.map_area > insertion.random_area),
    ):
        verdict = f"{good}, as of a faithful map" if is_good else f"not {good}, as a faithful map's would be"
        sentences.append(
            f"{doing} the hottest places first takes it from {100 * curve.map[0]:.1f} % to "
            f"{100 * curve.map[-1]:.1f} %; the area under the curve is {curve.map_area:.2f} against "
            f"{curve.random_area:.2f} in random order: {verdict}."
        )
    return " ".join(sentences)
