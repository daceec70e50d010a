"""Where the cost of a network sits: by module, and by kind of arithmetic."""

from typing import get_args

import plotly.graph_objects as go

from explorer.arch.ops import Conv2D, Kind, Work
from explorer.counting.tally import Cost, GroupTally, Tally
from explorer.figures.charts.style import Chart, add_flow_bands, frame
from explorer.figures.theme import KIND_COLOURS, KIND_TITLES
from explorer.quantities import exact, rounded, share

COST_TITLES: dict[Cost, str] = {"macs": "MACs", "params": "Parameters"}
_AXIS_TITLES: dict[Cost, str] = {"macs": "MACs (multiply-adds) for one image", "params": "Parameters"}
_STACK: tuple[Kind, ...] = ("depthwise", "pointwise", "convolution", "dense", "normalization")
"""Order of the kinds, from the axis outwards: the depthwise part, the smallest, starts where it is best compared."""

_INSIDE = 0.08
"""Smallest share of a bar whose percentage fits into it even on a phone."""


_MOST_LABELS = 20
"""As many modules can each have a label on a phone."""


def cost_of(work: Work, by: Cost) -> int:
    """The MACs or the parameters of `work`."""
    return work.macs if by == "macs" else work.params


def cost_unit(by: Cost) -> str:
    """The word behind a number: MACs, or parameters."""
    return "MACs" if by == "macs" else "parameters"


def cost_by_module(tally: Tally, *, by: Cost) -> Chart:
    """Stacked bars: the MACs or parameters of each module by kind of arithmetic, module after module."""
    modules = tally.module_tallies
    whole = getattr(tally, by)
    totals = [getattr(module, by) for module in modules]
    figure = go.Figure()
    figure.add_scatter(
        name=f"{COST_TITLES[by]} of the module",
        y=totals,
        mode="markers",
        marker={"opacity": 0},
        showlegend=False,
        customdata=[
            [f"<b>{module.title}</b><br>{exact(total)} {cost_unit(by)}, {share(total, whole)} of the network"]
            for module, total in zip(modules, totals, strict=True)
        ],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    for kind in _present_kinds(tally, by):
        values = [cost_of(module.kind(kind), by) for module in modules]
        figure.add_bar(
            name=kind_title(tally, kind),
            # A kind that a module does not have is left out of its hover text.
            y=[value or None for value in values],
            marker_color=KIND_COLOURS[kind],
            customdata=[[f"{exact(value)} ({share(value, whole)})"] for value in values],
            hovertemplate="%{customdata[0]}",
        )
    labels, example = _tick_labels(modules)
    frame(figure, name=f"cost by module, {by}", height=440, barmode="stack", bargap=0.18, hovermode="x unified")
    add_flow_bands(figure, tally.graph, [module.flow for module in modules])
    figure.update_xaxes(
        title_text=f"Module{example}",
        tickvals=list(range(len(modules))),
        ticktext=labels,
        range=[-0.5, len(modules) - 0.5],
        showgrid=False,
        unifiedhovertitle_text=" ",
    )
    figure.update_yaxes(title_text=_AXIS_TITLES[by], tickformat="~s", rangemode="tozero")
    return Chart(figure, _module_alt(tally, by, totals))


def cost_by_kind(tally: Tally) -> Chart:
    """Two bars, MACs and parameters, split by kind of arithmetic: depthwise against pointwise."""
    rows: tuple[Cost, ...] = get_args(Cost)
    figure = go.Figure()
    for kind in _STACK:
        work = tally.kind(kind)
        if not (work.macs or work.params):
            continue
        values = {by: cost_of(work, by) for by in rows}
        shares = {by: values[by] / getattr(tally, by) for by in rows}
        texts = {by: share(values[by], getattr(tally, by)) for by in rows}
        figure.add_bar(
            name=kind_title(tally, kind),
            orientation="h",
            y=[0, 1],
            x=[100 * shares[by] for by in rows],
            marker_color=KIND_COLOURS[kind],
            text=[texts[by] for by in rows],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            customdata=[[exact(values[by]), cost_unit(by), texts[by]] for by in rows],
            hovertemplate="<b>%{fullData.name}</b><br>%{customdata[0]} %{customdata[1]}<br>"
            "%{customdata[2]} of the network<extra></extra>",
        )
        if kind == "depthwise":
            for position, by in enumerate(rows):
                if shares[by] < _INSIDE:
                    _label_above(figure, position, f"{kind_title(tally, kind)} {texts[by]}")
    frame(figure, name="cost by kind", height=320, barmode="stack", bargap=0.5, hovermode="closest")
    # What does not fit into its part of the bar is left to the hover text.
    figure.update_layout(uniformtext={"minsize": 11, "mode": "hide"})
    figure.update_xaxes(title_text="Share of the network, %", range=[0, 100], fixedrange=True)
    figure.update_yaxes(
        tickvals=[0, 1],
        ticktext=[_row_label(tally, by) for by in rows],
        range=[1.4, -0.7],
        fixedrange=True,
        showgrid=False,
    )
    return Chart(figure, _kind_alt(tally))


def kind_title(tally: Tally, kind: Kind) -> str:
    """The kind's name; a "depthwise" step that works on larger channel segments is called what it is."""
    if kind == "depthwise" and any(
        layer.node.part is not None and layer.node.part.step == "depthwise" and isinstance(layer.node.op, Conv2D)
        for layer in tally.layers
    ):
        return "Spatial, in channel segments"
    return KIND_TITLES[kind]


def _present_kinds(tally: Tally, by: Cost) -> list[Kind]:
    return [kind for kind in _STACK if cost_of(tally.kind(kind), by)]


def _row_label(tally: Tally, by: Cost) -> str:
    return f"{COST_TITLES[by]}<br>{rounded(getattr(tally, by))}"


def _label_above(figure: go.Figure, row: int, text: str) -> None:
    """Writes `text` over the beginning of a bar whose first part is too thin to hold it."""
    figure.add_annotation(text=text, x=0, y=row - 0.26, xanchor="left", yanchor="bottom", xshift=-3, showarrow=False)


def _tick_labels(modules: tuple[GroupTally, ...]) -> tuple[list[str], str]:
    """Short labels ("7" for block7), and an example for the axis title that says how to read them."""
    every = 1 + len(modules) // _MOST_LABELS
    labels: list[str] = []
    example = ""
    for module in modules:
        number = module.name.lstrip("abcdefghijklmnopqrstuvwxyz_")
        labels.append(module.name if not number else number if len(labels) % every == 0 else "")
        if number and not example:
            example = f" ({number} is {module.name})"
    return labels, example


def _module_alt(tally: Tally, by: Cost, totals: list[int]) -> str:
    whole = getattr(tally, by)
    largest = max(range(len(totals)), key=totals.__getitem__)
    flows = ", ".join(f"{flow.title} {share(getattr(flow, by), whole)}" for flow in tally.flow_tallies)
    return (
        f"Bar chart of the {cost_unit(by)} of the {len(totals)} modules of "
        f"{tally.graph.title}, {exact(whole)} in total. {flows}. The largest is "
        f"{tally.module_tallies[largest].name} with {exact(totals[largest])}."
    )


def _kind_alt(tally: Tally) -> str:
    sentences = []
    for by in get_args(Cost):
        whole = getattr(tally, by)
        parts = ", ".join(
            f"{kind_title(tally, kind).lower()} {share(cost_of(tally.kind(kind), by), whole)}"
            for kind in _present_kinds(tally, by)
        )
        sentences.append(f"{COST_TITLES[by]}: {exact(whole)}, of them {parts}.")
    return f"Bars that split {tally.graph.title} by kind of arithmetic. {' '.join(sentences)}"
