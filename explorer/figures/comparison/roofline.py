"""The roofline: how fast each layer runs, against what the machine's arithmetic and its memory allow."""

from math import ceil, floor, log10

import plotly.graph_objects as go

from explorer.counting.measured.kinds import KIND_ORDER
from explorer.counting.measured.timing import LayerTime, Timing
from explorer.counting.measured.traffic import BYTES_IN_WORDS
from explorer.figures.charts.style import GUIDE, HOVER_REACH_PX, Chart, frame
from explorer.figures.theme import TIMED_COLOURS, TIMED_TITLES
from explorer.quantities import milliseconds, rate, share

_ROOM = 1.6
"""How far the axes reach beyond the outermost points, as a factor."""

_SYMBOLS = {"depthwise": "circle", "segments": "circle", "pointwise": "square", "convolution": "diamond"}
"""Beside the colours; of other kinds a triangle."""


def roofline(timing: Timing) -> Chart:
    """Points: MACs per second over MACs per byte moved, both logarithmic; lines: the two roofs of the machine.

    Args:
        timing: With layers. Those without multiply-adds have no place in it.
    """
    layers = [layer for layer in timing.layers if layer.macs and layer.seconds]
    machine = timing.machine
    intensities = [layer.intensity for layer in layers]
    low, high = min(*intensities, machine.ridge) / _ROOM, max(*intensities, machine.ridge) * _ROOM
    figure = go.Figure()
    figure.add_scatter(
        name=f"Roofs: {rate(machine.bytes_per_s, 'B')} of memory, {rate(machine.macs_per_s, 'MAC')}",
        x=[low, machine.ridge, high],
        y=[machine.roof(each) for each in (low, machine.ridge, high)],
        mode="lines",
        line={"width": 2.5, "color": GUIDE},
        hoverinfo="skip",
    )
    for kind in KIND_ORDER:
        of_kind = [layer for layer in layers if layer.kind == kind]
        if not of_kind:
            continue
        figure.add_scatter(
            name=TIMED_TITLES[kind],
            x=[layer.intensity for layer in of_kind],
            y=[layer.macs_per_s for layer in of_kind],
            mode="markers",
            marker={
                "size": 10,
                "color": TIMED_COLOURS[kind],
                "symbol": _SYMBOLS.get(kind, "triangle-up"),
                "line": {"width": 1, "color": "white"},
            },
            customdata=[[_words(layer, timing)] for layer in of_kind],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    rates = [*(layer.macs_per_s for layer in layers), machine.roof(low), machine.macs_per_s]
    frame(figure, name="roofline", height=480, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    figure.update_xaxes(title_text="Intensity, MACs per byte", **_axis(low, high))
    figure.update_yaxes(title_text="Rate, MACs per second", **_axis(min(rates) / _ROOM, max(rates) * _ROOM))
    return Chart(figure, _alt(timing, layers))


def _axis(low: float, high: float) -> dict[str, object]:
    """A logarithmic axis with a tick at each power of ten."""
    ticks = [10.0**power for power in range(floor(log10(low)), ceil(log10(high)) + 1)]
    return {"type": "log", "range": [log10(low), log10(high)], "tickvals": ticks, "tickformat": "~s"}


def _words(layer: LayerTime, timing: Timing) -> str:
    roof = timing.machine.roof(layer.intensity)
    lines = [
        f"<b>{layer.name}</b>",
        f"{milliseconds(layer.seconds)}, {share(layer.seconds, timing.profiled_s)} of the time, "
        f"{share(layer.macs, timing.macs)} of the MACs",
        f"{rate(layer.macs_per_s, 'MAC')} at {layer.intensity:.3g} MACs per byte",
        f"{share(layer.macs_per_s, roof)} of the roof there",
    ]
    if layer.fused:
        lines.append(f"with {', '.join(layer.fused)}")
    return "<br>".join(lines)


def _alt(timing: Timing, layers: list[LayerTime]) -> str:
    machine = timing.machine
    told = []
    for kind in KIND_ORDER:
        of_kind = [layer for layer in layers if layer.kind == kind]
        if of_kind:
            macs, seconds = sum(layer.macs for layer in of_kind), sum(layer.seconds for layer in of_kind)
            intensity = macs / sum(layer.bytes for layer in of_kind)
            told.append(
                f"{TIMED_TITLES[kind].lower()}, {len(of_kind)} layers, {intensity:.3g} MACs per byte, "
                f"{rate(macs / seconds, 'MAC')}"
            )
    return (
        f"Roofline of {timing.title} on {machine.cpu}: rate over intensity, on logarithmic axes. The roofs are "
        f"{rate(machine.bytes_per_s, 'B')} of memory and {rate(machine.macs_per_s, 'MAC')} of arithmetic, which meet "
        f"at {machine.ridge:.3g} MACs per byte. Bytes are {BYTES_IN_WORDS}. All together: {'; '.join(told)}."
    )
