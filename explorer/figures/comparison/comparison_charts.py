"""Several networks side by side: by stage, through depth, in memory."""

from collections.abc import Mapping
from itertools import accumulate

import plotly.graph_objects as go

from explorer.arch.ops import Input
from explorer.counting.alignment import StageRow, StageTally, aligned
from explorer.counting.tally import Cost, Sums, Tally
from explorer.figures.charts.cost import COST_TITLES, cost_unit
from explorer.figures.charts.style import HOVER_REACH_PX, Chart, frame
from explorer.figures.theme import NETWORK_COLOURS
from explorer.quantities import exact, memory, rounded, shape, share

_DASHES = ("solid", "dash", "dot", "dashdot")
"""Beside the colours, so that equal lines are seen to lie on each other."""

_MIB = 2**20
_TEXT_ROOM = 1.3
"""Length of the memory axis over its longest bar, which leaves room for the number behind the bar on a phone."""


def _colours(tallies: Mapping[str, Tally]) -> dict[str, str]:
    """A colour for each network.

    Raises:
        ValueError: If there are more networks than colours.
    """
    if len(tallies) > len(NETWORK_COLOURS):
        raise ValueError(f"at most {len(NETWORK_COLOURS)} networks fit into one chart, got {len(tallies)}")
    return dict(zip(tallies, NETWORK_COLOURS, strict=False))


def cost_by_stage(tallies: Mapping[str, Tally], *, by: Cost) -> Chart:
    """Grouped bars: the MACs or parameters of each network in each stage, the stages aligned by stride."""
    colours = _colours(tallies)
    rows = aligned(tuple(tallies.values()))
    figure = go.Figure()
    for position, (name, tally) in enumerate(tallies.items()):
        stages = [row.networks[position] for row in rows]
        figure.add_bar(
            name=_with_total(name, tally, by),
            x=[_stage_label(row) for row in rows],
            y=[getattr(stage, by) for stage in stages],
            marker_color=colours[name],
            customdata=[[_stage_words(name, stage, tally, by)] for stage in stages],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    frame(figure, name=f"cost by stage, {by}", height=420, barmode="group", bargap=0.22, hovermode="x unified")
    figure.update_xaxes(title_text="Stage: size of the maps as a share of the image", showgrid=False)
    figure.update_yaxes(title_text=COST_TITLES[by], tickformat="~s", rangemode="tozero")
    return Chart(figure, _stage_alt(tallies, rows, by))


def cost_through_depth(tallies: Mapping[str, Tally], *, by: Cost) -> Chart:
    """Lines: MACs or parameters summed up from the image on, over the share of convolutional layers passed."""
    colours = _colours(tallies)
    unit = cost_unit(by)
    figure = go.Figure()
    for (name, tally), dash in zip(tallies.items(), _DASHES, strict=False):
        passed = accumulate(Sums((layer,)).conv_layers for layer in tally.layers)
        summed = accumulate(getattr(layer, by) for layer in tally.layers)
        steps = [
            (layer, count, cost)
            for layer, count, cost in zip(tally.layers, passed, summed, strict=True)
            if getattr(layer, by) or isinstance(layer.node.op, Input)
        ]
        figure.add_scatter(
            name=_with_total(name, tally, by),
            x=[100 * count / tally.conv_layers for _, count, _ in steps],
            y=[cost for _, _, cost in steps],
            mode="lines",
            line={"width": 3, "color": colours[name], "dash": dash},
            customdata=[
                [
                    f"<b>{name}</b><br>up to {layer.node.name} ({shape(layer.output_shape)}):<br>"
                    f"{exact(cost)} {unit}, {share(cost, getattr(tally, by))}"
                ]
                for layer, _, cost in steps
            ],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    frame(figure, name=f"cost through depth, {by}", height=420, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    figure.update_xaxes(title_text="Convolutional layers passed, %", range=[0, 101], showgrid=False)
    figure.update_yaxes(title_text=f"{COST_TITLES[by]}, summed up", tickformat="~s", rangemode="tozero")
    return Chart(figure, _depth_alt(tallies, by))


def memory_use(tallies: Mapping[str, Tally]) -> Chart:
    """Bars: bytes of the weights, and of the feature maps alive at once at the fullest moment."""
    colours = _colours(tallies)
    figure = go.Figure()
    largest = 0
    for name, tally in tallies.items():
        values = _memory(tally)
        largest = max(largest, *values.values())
        figure.add_bar(
            name=name,
            orientation="h",
            y=list(values),
            x=[count / _MIB for count in values.values()],
            marker_color=colours[name],
            text=[memory(count) for count in values.values()],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                [f"<b>{name}</b><br>{exact(tally.weight_bytes)} bytes"],
                [f"<b>{name}</b><br>{exact(tally.peak.bytes)} bytes<br>while {tally.peak.node} runs"],
            ],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    frame(figure, name="memory use", height=170 + 56 * len(tallies), barmode="group", bargap=0.3, hovermode="closest")
    figure.update_xaxes(title_text="MiB (float32, one image)", range=[0, _TEXT_ROOM * largest / _MIB])
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return Chart(figure, _memory_alt(tallies))


def _with_total(name: str, tally: Tally, by: Cost) -> str:
    return f"{name}: {rounded(getattr(tally, by))}"


def _memory(tally: Tally) -> dict[str, int]:
    return {"Weights": tally.weight_bytes, "Feature maps,<br>peak": tally.peak.bytes}


def _stage_label(row: StageRow) -> str:
    """The stage and, under it, the sizes of all networks' maps in it."""
    sizes = [size for network in row.networks if network.sizes_px for size in network.sizes_px]
    if not sizes:
        return row.label
    low, high = min(sizes), max(sizes)
    return f"{row.label}<br>{low}–{high}" if low != high else f"{row.label}<br>{low}"


def _stage_words(name: str, stage: StageTally, tally: Tally, by: Cost) -> str:
    cost = getattr(stage, by)
    layers = f", {stage.conv_layers} convolutional layers" if stage.conv_layers else ""
    return f"{name}: {exact(cost)} {cost_unit(by)} ({share(cost, getattr(tally, by))}), {stage.sizes}{layers}"


def _stage_alt(tallies: Mapping[str, Tally], rows: tuple[StageRow, ...], by: Cost) -> str:
    stages = ". ".join(
        f"{row.label}: "
        + ", ".join(
            f"{name} {rounded(getattr(network, by))}" for name, network in zip(tallies, row.networks, strict=True)
        )
        for row in rows
    )
    return f"Bar chart of {cost_unit(by)} by stage, {_totals(tallies, by)}. {stages}."


def _depth_alt(tallies: Mapping[str, Tally], by: Cost) -> str:
    return f"Line chart of {cost_unit(by)} summed up through the convolutional layers, {_totals(tallies, by)}."


def _totals(tallies: Mapping[str, Tally], by: Cost) -> str:
    return "in total " + ", ".join(f"{name} {exact(getattr(tally, by))}" for name, tally in tallies.items())


def _memory_alt(tallies: Mapping[str, Tally]) -> str:
    networks = "; ".join(
        f"{name}: weights {memory(tally.weight_bytes)}, feature maps at the peak {memory(tally.peak.bytes)}"
        for name, tally in tallies.items()
    )
    return f"Bar chart of memory in float32 for one image. {networks}."
