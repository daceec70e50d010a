"""Published accuracy over what is counted or was timed here: a point for each published measurement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from math import ceil, floor, log10

import plotly.graph_objects as go

from explorer.arch.knobs import Config
from explorer.configuration.registry import network_of
from explorer.counting.measured.timing import Timing
from explorer.counting.published.accuracy import Accuracy, AccuracyPoint
from explorer.counting.tally import Cost
from explorer.figures.charts.cost import COST_TITLES, cost_unit
from explorer.figures.charts.style import HOVER_REACH_PX, Chart, frame
from explorer.figures.theme import BLUE, BROWN, CYAN, GREEN, GREY, LEAF, ORANGE, PURPLE
from explorer.quantities import exact, milliseconds, rounded

ACCURACY_TITLES: dict[Accuracy, str] = {"top1": "Top-1 accuracy", "top5": "Top-5 accuracy"}

_COMPARED = {"xception": BLUE, "inception-v3": PURPLE}
"""The colours that these have in the other charts of the page."""
_OTHERS = tuple(product(("circle", "square", "diamond"), (ORANGE, GREEN, BROWN, CYAN, LEAF, GREY)))
"""Symbol and colour of the rest, in their order."""

_ROOM = 1.25
"""How far the axis of costs reaches beyond the outermost points, as a factor."""
_MARGIN = 0.02
"""How far the axis of accuracy does."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """What accuracy is drawn over.

    Attributes:
        name: Keeps the zoom.
        title: Of the axis.
        words: For the whole of it, in a sentence.
        of: The value of a point; None if it is not known.
        write: A value, with its unit.
        about: The same, short.
        tick: The same at the axis.
    """

    name: str
    title: str
    words: str
    of: Callable[[AccuracyPoint], float | None]
    write: Callable[[float], str]
    about: Callable[[float], str]
    tick: Callable[[float], str]


def accuracy_against_cost(points: Sequence[AccuracyPoint], *, accuracy: Accuracy, by: Cost) -> Chart:
    """Points: accuracy over the parameters or MACs counted here, on a logarithmic axis, a colour for each network.

    Args:
        points: Measurements; those without this accuracy are left out.
        accuracy: Top-1 or top-5.
        by: The cost.
    """
    axis = _Axis(
        name=by,
        title=f"{COST_TITLES[by]}, counted here",
        words=cost_unit(by),
        of=lambda point: getattr(point, by),
        write=lambda value: f"{exact(value)} {cost_unit(by)}",
        about=lambda value: rounded(int(value)),
        tick=lambda value: f"{value / 1e9:g} G" if value >= 1e9 else f"{value / 1e6:g} M",
    )
    return _scatter(points, accuracy, axis)


def accuracy_against_time(
    points: Sequence[AccuracyPoint], timings: Mapping[Config, Timing], *, accuracy: Accuracy
) -> Chart:
    """The same over the time of one image that was measured on this machine.

    Args:
        points: Measurements; those without this accuracy are left out, and those that were not timed.
        timings: By configuration, at least one of a point with this accuracy; one image in a pass, all on one machine.
        accuracy: Top-1 or top-5.
    """
    one = next(iter(timings.values()))
    axis = _Axis(
        name="time",
        title="Milliseconds of one image, measured here",
        words=f"the time of one image, measured here on {one.machine.cpu} with {one.engine_title} "
        f"{one.engine_version}, batch 1, float32",
        of=lambda point: timings[point.config].image_s if point.config in timings else None,
        write=lambda value: f"{milliseconds(value)}, measured here",
        about=milliseconds,
        tick=lambda value: f"{1000 * value:g}",
    )
    chart = _scatter(points, accuracy, axis)
    chart.figure.update_layout(
        title={
            "text": f"Measured here: {one.machine.cpu},<br>{one.engine_title} {one.engine_version}, batch 1, float32",
            "font": {"size": 15},
            "x": 0,
            "xref": "container",
            "y": 0.94,
            "yanchor": "top",
        },
        margin_t=64,
    )
    return chart


def _scatter(points: Sequence[AccuracyPoint], accuracy: Accuracy, axis: _Axis) -> Chart:
    told = {
        point: cost for point in points if getattr(point, accuracy) is not None and (cost := axis.of(point)) is not None
    }
    figure = go.Figure()
    others = cycle(_OTHERS)
    for name in dict.fromkeys(network_of(point.config).name for point in points):
        symbol, colour = ("circle", _COMPARED[name]) if name in _COMPARED else next(others)
        of_network = [point for point in told if network_of(point.config).name == name]
        if not of_network:
            continue
        figure.add_scatter(
            name=of_network[0].network,
            x=[told[point] for point in of_network],
            y=[getattr(point, accuracy) for point in of_network],
            mode="markers",
            marker={"size": 11, "color": colour, "symbol": symbol, "line": {"width": 1, "color": "white"}},
            customdata=[[_words(point, told[point], accuracy, axis)] for point in of_network],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    name = f"accuracy, {accuracy}, {axis.name}"
    frame(figure, name=name, height=480, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    low, high = min(told.values()) / _ROOM, max(told.values()) * _ROOM
    ticks = _one_two_five(low, high)
    figure.update_xaxes(
        type="log",
        title_text=axis.title,
        range=[log10(low), log10(high)],
        tickvals=ticks,
        ticktext=list(map(axis.tick, ticks)),
    )
    # Of all points, so that it stays as it is while more of them get a place.
    of_all = [value for point in points if (value := getattr(point, accuracy)) is not None]
    figure.update_yaxes(
        title_text=f"{ACCURACY_TITLES[accuracy]}, as published",
        tickformat=".2f",
        range=[min(of_all) - _MARGIN, max(of_all) + _MARGIN],
    )
    return Chart(figure, _alt(told, accuracy, axis))


def _one_two_five(low: float, high: float) -> list[float]:
    """1, 2, 5, 10 ... from `low` to `high`."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [tick for tick in ticks if low <= tick <= high]


def _words(point: AccuracyPoint, cost: float, accuracy: Accuracy, axis: _Axis) -> str:
    lines = [
        f"<b>{point.network}</b>" + (f", {point.turned}" if point.turned else ""),
        f"{ACCURACY_TITLES[accuracy]} {getattr(point, accuracy):g}",
        axis.write(cost),
        point.source,
        point.note,
    ]
    return "<br>".join(line for line in lines if line)


def _alt(points: Mapping[AccuracyPoint, float], accuracy: Accuracy, axis: _Axis) -> str:
    best: dict[str, AccuracyPoint] = {}
    for point in points:
        if point.network not in best or getattr(point, accuracy) > getattr(best[point.network], accuracy):
            best[point.network] = point
    words = ", ".join(
        f"{name} {getattr(point, accuracy):g} at {axis.about(points[point])}" for name, point in best.items()
    )
    return (
        f"Scatter chart of {len(points)} published values of {ACCURACY_TITLES[accuracy].lower()} over {axis.words}. "
        f"The best of each network: {words}."
    )
