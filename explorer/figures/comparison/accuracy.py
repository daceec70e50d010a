"""Published accuracy over cost: a point for each measurement."""

from collections.abc import Sequence
from itertools import cycle, product
from math import ceil, floor, log10

import plotly.graph_objects as go

from explorer.configuration.registry import network_of
from explorer.counting.published.accuracy import Accuracy, AccuracyPoint
from explorer.counting.tally import Cost
from explorer.figures.charts.cost import COST_TITLES, cost_unit
from explorer.figures.charts.style import HOVER_REACH_PX, Chart, frame
from explorer.figures.theme import BLUE, BROWN, CYAN, GREEN, GREY, LEAF, ORANGE, PURPLE
from explorer.quantities import exact, rounded

ACCURACY_TITLES: dict[Accuracy, str] = {"top1": "Top-1 accuracy", "top5": "Top-5 accuracy"}

_COMPARED = {"xception": BLUE, "inception-v3": PURPLE}
"""The colours that these have in the other charts of the page."""
_OTHERS = tuple(product(("circle", "square", "diamond"), (ORANGE, GREEN, BROWN, CYAN, LEAF, GREY)))
"""Symbol and colour of the rest, in their order."""

_ROOM = 1.25
"""How far the axis reaches beyond the outermost points, as a factor."""


def accuracy_against_cost(points: Sequence[AccuracyPoint], *, accuracy: Accuracy, by: Cost) -> Chart:
    """Points: accuracy over the parameters or MACs counted here, on a logarithmic axis, a colour for each network.

    Args:
        points: Measurements; those without this accuracy are left out.
        accuracy: Top-1 or top-5.
        by: The cost.
    """
    told = [point for point in points if getattr(point, accuracy) is not None]
    figure = go.Figure()
    others = cycle(_OTHERS)
    for name in dict.fromkeys(network_of(point.config).name for point in told):
        of_network = [point for point in told if network_of(point.config).name == name]
        symbol, colour = ("circle", _COMPARED[name]) if name in _COMPARED else next(others)
        figure.add_scatter(
            name=of_network[0].network,
            x=[getattr(point, by) for point in of_network],
            y=[getattr(point, accuracy) for point in of_network],
            mode="markers",
            marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 1, "color": "white"}},
            customdata=[[_words(point, accuracy, by)] for point in of_network],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    frame(figure, name=f"accuracy, {accuracy}, {by}", height=480, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    costs = [getattr(point, by) for point in told]
    low, high = min(costs) / _ROOM, max(costs) * _ROOM
    ticks = _one_two_five(low, high)
    figure.update_xaxes(
        type="log",
        title_text=f"{COST_TITLES[by]}, counted here",
        range=[log10(low), log10(high)],
        tickvals=ticks,
        ticktext=[f"{tick / 1e9:g} G" if tick >= 1e9 else f"{tick / 1e6:g} M" for tick in ticks],
    )
    figure.update_yaxes(title_text=f"{ACCURACY_TITLES[accuracy]}, as published", tickformat=".2f")
    return Chart(figure, _alt(told, accuracy, by))


def _one_two_five(low: float, high: float) -> list[float]:
    """1, 2, 5, 10 ... from `low` to `high`."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [tick for tick in ticks if low <= tick <= high]


def _words(point: AccuracyPoint, accuracy: Accuracy, by: Cost) -> str:
    lines = [
        f"<b>{point.network}</b>" + (f", {point.turned}" if point.turned else ""),
        f"{ACCURACY_TITLES[accuracy]} {getattr(point, accuracy):g}",
        f"{exact(getattr(point, by))} {cost_unit(by)}",
        point.source,
        point.note,
    ]
    return "<br>".join(line for line in lines if line)


def _alt(points: Sequence[AccuracyPoint], accuracy: Accuracy, by: Cost) -> str:
    best: dict[str, AccuracyPoint] = {}
    for point in points:
        if point.network not in best or getattr(point, accuracy) > getattr(best[point.network], accuracy):
            best[point.network] = point
    words = ", ".join(
        f"{name} {getattr(point, accuracy):g} at {rounded(getattr(point, by))}" for name, point in best.items()
    )
    return (
        f"Scatter chart of {len(points)} published values of {ACCURACY_TITLES[accuracy].lower()} over {cost_unit(by)}. "
        f"The best of each network: {words}."
    )
