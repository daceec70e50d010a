"""The spectrum in time: what was measured at some numbers of segments, beside the multiply-adds."""

from collections.abc import Sequence

import plotly.graph_objects as go

from explorer.counting.measured.spectrum import TimedStop
from explorer.figures.charts.spectrum import spectrum_axes
from explorer.figures.charts.style import Chart
from explorer.figures.theme import BLUE, ORANGE
from explorer.quantities import exact, milliseconds


def spectrum_time_chart(stops: Sequence[TimedStop]) -> Chart:
    """Lines of time and, broken, of multiply-adds, each as a multiple of what the last stop takes; logarithmic axes.

    Args:
        stops: By segments, at least two, the depthwise end last; without their layers only the network is drawn.
    """
    figure = go.Figure()
    segments = [stop.segments for stop in stops]
    told = []
    layers = [stop.layer for stop in stops if stop.layer is not None]
    if len(layers) == len(stops):
        times, words = [layer.seconds for layer in layers], [milliseconds(layer.seconds) for layer in layers]
        told.append(_add_time(figure, "Layer, time", BLUE, segments, times, words))
        _add_macs(figure, "Layer, MACs", BLUE, segments, [layer.macs for layer in layers])
    words = [
        f"{milliseconds(stop.whole.median_s)} (5 to 95 %: {milliseconds(stop.whole.low_s)} to "
        f"{milliseconds(stop.whole.high_s)})"
        for stop in stops
    ]
    times = [stop.whole.median_s for stop in stops]
    told.append(_add_time(figure, "Xception, time", ORANGE, segments, times, words))
    _add_macs(figure, "Xception, MACs", ORANGE, segments, [stop.macs for stop in stops])
    spectrum_axes(figure, name="spectrum in time", segments=segments)
    return Chart(figure, f"Time by number of segments, as measured on this machine. {' '.join(told)}")


def _add_time(
    figure: go.Figure, title: str, colour: str, segments: Sequence[int], times: Sequence[float], words: Sequence[str]
) -> str:
    """Adds the line; gives it in words."""
    figure.add_scatter(
        name=title,
        x=segments,
        y=[each / times[-1] for each in times],
        mode="lines+markers",
        line={"width": 3, "color": colour},
        marker={"size": 9},
        text=[f"<b>{title}</b><br>{count} segments: {each}" for count, each in zip(segments, words, strict=True)],
        hovertemplate="%{text}<br>%{y:.2f} times the depthwise end<extra></extra>",
    )
    told = ", ".join(f"{each} at {count}" for count, each in zip(segments, words, strict=True))
    return f"{title}: {told} segments."


def _add_macs(figure: go.Figure, title: str, colour: str, segments: Sequence[int], macs: Sequence[int]) -> None:
    figure.add_scatter(
        name=title,
        x=segments,
        y=[each / macs[-1] for each in macs],
        mode="lines",
        line={"width": 2, "color": colour, "dash": "dot"},
        text=[f"<b>{title}</b><br>{count} segments: {exact(each)}" for count, each in zip(segments, macs, strict=True)],
        hovertemplate="%{text}, %{y:.2f} times the depthwise end<extra></extra>",
    )
