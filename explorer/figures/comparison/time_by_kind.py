"""Where the multiply-adds are, and where the time goes."""

import plotly.graph_objects as go

from explorer.counting.measured.kinds import by_kind
from explorer.counting.measured.timing import Timing
from explorer.figures.charts.style import GUIDE, Chart, frame
from explorer.figures.theme import TIMED_COLOURS, TIMED_TITLES
from explorer.quantities import exact, milliseconds, share

_HATCHED = {"shape": "/", "size": 6, "solidity": 0.4}
_TEXT_ROOM = 1.25
"""Length of the axis over its longest bar: room for the number behind it."""


def time_by_kind(timing: Timing) -> Chart:
    """Bars, two for each kind: its share of the multiply-adds, hatched, and its share of the time.

    Args:
        timing: With layers.
    """
    rows = by_kind(timing)
    titles = [TIMED_TITLES[row.kind].replace(", ", ",<br>", 1).replace(": ", ":<br>", 1) for row in rows]
    colours = [TIMED_COLOURS[row.kind] for row in rows]
    figure = go.Figure()
    for name, shares, words, marker in (
        (
            "Share of the MACs",
            [row.macs_share for row in rows],
            [f"{exact(row.macs)} MACs" for row in rows],
            {"color": colours, "pattern": _HATCHED},
        ),
        (
            "Share of the time",
            [row.time_share for row in rows],
            [milliseconds(row.seconds) for row in rows],
            {"color": colours},
        ),
    ):
        figure.add_bar(
            name=name,
            orientation="h",
            showlegend=False,
            offsetgroup=name,
            y=titles,
            x=[100 * each for each in shares],
            marker=marker,
            text=[share(each, 1) for each in shares],
            textposition="outside",
            cliponaxis=False,
            customdata=[[f"<b>{TIMED_TITLES[row.kind]}</b><br>{told}"] for row, told in zip(rows, words, strict=True)],
            hovertemplate="%{customdata[0]}<br>%{text}<extra></extra>",
        )
    # The colours are the kinds': the legend explains the filling alone.
    for name, filling in (("Share of the MACs", _HATCHED), ("Share of the time", {})):
        figure.add_bar(
            name=name,
            orientation="h",
            offsetgroup=name,
            x=[None],
            y=titles[:1],
            marker={"color": GUIDE, "pattern": filling},
        )
    longest = 100 * max(max(row.macs_share, row.time_share) for row in rows)
    frame(figure, name="time by kind", height=110 + 54 * len(rows), barmode="group", bargap=0.3, hovermode="closest")
    figure.update_xaxes(title_text="Share of the network, %", range=[0, _TEXT_ROOM * longest], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return Chart(figure, _alt(timing))


def _alt(timing: Timing) -> str:
    told = "; ".join(
        f"{TIMED_TITLES[row.kind].lower()} {share(row.macs_share, 1)} of the MACs and {share(row.time_share, 1)} of "
        "the time"
        for row in by_kind(timing)
    )
    return f"Bars of {timing.title} by kind, as measured on this machine: {told}."
