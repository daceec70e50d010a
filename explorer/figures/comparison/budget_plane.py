"""A budget: every setting of width and repeats by what it takes of the limit, the limit's line, the frontier."""

from math import log2

import plotly.graph_objects as go

from explorer.arch.knobs import knobs
from explorer.counting.frontier import Plane, Setting
from explorer.counting.limits import Quantity
from explorer.figures.charts.style import GUIDE, Chart, frame
from explorer.figures.theme import BLUE, ORANGE, PURPLE
from explorer.quantities import exact, share

_CLEAR = "rgba(128,136,150,0.06)"
_COLOURS = [[0, BLUE], [0.5, _CLEAR], [1, ORANGE]]
"""From far below the limit to far above it; at the limit the page's own ground shows, dark or light."""

_REACH = 3
"""Halvings or doublings of the limit from which on the colour stays the same."""
_MARKS = ("⅛", "¼", "½", "limit", "2 ×", "4 ×", "8 ×")


def budget_plane(plane: Plane, quantity: Quantity, limit: float, own: Setting, *, reference: str = "") -> Chart:
    """A map of what each setting costs against the limit.

    Args:
        plane: All settings.
        quantity: What is limited.
        limit: The most of it.
        own: The setting at hand, on the grid or beside it.
        reference: What has just so much; "" for a mere number.
    """
    fields = knobs(type(plane.base))
    width, repeats = fields[plane.width_knob].label, fields[plane.repeats_knob].label
    frontier = plane.frontier({quantity: limit})
    rows = [row[0].repeats for row in plane.settings]
    doublings = [[log2(setting.costs[quantity] / limit) for setting in row] for row in plane.settings]
    told = [[_words(plane, setting, quantity, limit) for setting in row] for row in plane.settings]
    figure = go.Figure()
    figure.add_heatmap(
        x=plane.widths,
        y=rows,
        z=doublings,
        zmin=-_REACH,
        zmax=_REACH,
        colorscale=_COLOURS,
        colorbar={
            "thickness": 12,
            "outlinewidth": 0,
            "tickvals": list(range(-_REACH, _REACH + 1)),
            "ticktext": _MARKS,
        },
        text=told,
        hovertemplate="%{text}<extra></extra>",
    )
    figure.add_contour(
        name="The limit",
        x=plane.widths,
        y=rows,
        z=doublings,
        contours={"start": 0, "end": 0, "size": 1, "coloring": "none"},
        line={"width": 3, "color": GUIDE},
        showscale=False,
        showlegend=True,
        hoverinfo="skip",
    )
    for name, settings, marker in (
        ("Frontier", frontier, {"size": 10, "color": PURPLE, "line": {"width": 1.5, "color": "white"}}),
        ("Yours", (own,), {"size": 15, "color": PURPLE, "symbol": "x-thin", "line": {"width": 4, "color": PURPLE}}),
    ):
        figure.add_scatter(
            name=name,
            x=[setting.width for setting in settings],
            y=[setting.repeats for setting in settings],
            mode="markers",
            marker=marker,
            text=[f"<b>{name}</b><br>{_words(plane, setting, quantity, limit)}" for setting in settings],
            hovertemplate="%{text}<extra></extra>",
            showlegend=True,
        )
    most = f"at the most {quantity.write(limit)}"
    title = f"{quantity.title} {quantity.origin}:<br>{most}" if quantity.origin else f"{quantity.title}: {most}"
    if reference:
        title += f", as {reference}" if quantity.origin else f",<br>as {reference}"
    frame(
        figure,
        # Another reference keeps the zoom: it is the same plane.
        name=f"budget, {quantity.name}",
        height=480,
        hovermode="closest",
        title={"text": title, "font": {"size": 15}, "x": 0, "xref": "container", "y": 0.94, "yanchor": "top"},
    )
    figure.update_layout(margin_t=64)
    figure.update_xaxes(title_text=width, showgrid=False)
    figure.update_yaxes(title_text=repeats, showgrid=False)
    return Chart(figure, _alt(plane, quantity, limit, own, reference, frontier))


def _words(plane: Plane, setting: Setting, quantity: Quantity, limit: float) -> str:
    cost = setting.costs[quantity]
    return (
        f"{plane.words(setting)}<br>{quantity.write(cost)} {quantity.words}, {share(cost, limit)} of the limit"
        f"{'' if cost <= limit else ': too much'}"
    )


def _alt(
    plane: Plane, quantity: Quantity, limit: float, own: Setting, reference: str, frontier: tuple[Setting, ...]
) -> str:
    settings = sum(map(len, plane.settings))
    points = ", ".join(f"{setting.width:g} and {setting.repeats}" for setting in frontier)
    fields = knobs(type(plane.base))
    above = own.above({quantity: limit})
    title = f"{quantity.title} {quantity.origin}".rstrip()
    return (
        f"Map of {fields[plane.width_knob].label} and {fields[plane.repeats_knob].label} by {title}, against the "
        f"limit of {quantity.write(limit)}{f' of {reference}' if reference else ''}. "
        f"{exact(plane.admissible({quantity: limit}))} of {exact(settings)} settings are admissible. "
        f"The frontier: {points or 'nothing'}. Yours, {plane.words(own)}, is "
        f"{f'not admissible: {above}' if above else 'admissible'}."
    )
