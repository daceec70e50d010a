"""How maps shrink and channels multiply through depth."""

from collections import Counter
from math import log10

from plotly.subplots import make_subplots

from explorer.counting.tally import LayerTally, Tally
from explorer.figures.charts.depth import X_TITLE, layers_by_depth
from explorer.figures.charts.style import LINE, Chart, add_flow_bands, frame
from explorer.quantities import exact, shape

_LABELS = 11
"""As many tick labels have room on one panel's axis."""

_LONGEST_LIST = 14
"""More numbers than these say nothing when read aloud."""


def shapes_through_depth(tally: Tally) -> Chart:
    """Two panels over one depth axis: spatial size in px above, channels below; both axes logarithmic."""
    layers = layers_by_depth(tally)
    sizes = [_size_px(layer) for layer in layers]
    channels = [layer.output_shape[-1] for layer in layers]
    customdata = [[f"<b>{layer.node.name}</b><br>{shape(layer.output_shape)}"] for layer in layers]
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    for row, values in enumerate((sizes, channels), start=1):
        figure.add_scatter(
            x=list(range(len(layers))),
            y=values,
            mode="lines",
            line={"shape": "hvh", **LINE},
            customdata=customdata,
            hovertemplate="%{customdata[0]}<extra></extra>",
            showlegend=False,
            row=row,
            col=1,
        )
    frame(figure, name="shapes through depth", height=460, hovermode="x unified")
    add_flow_bands(figure, tally.graph, [layer.node.flow for layer in layers])
    figure.update_xaxes(range=[-0.5, len(layers) - 0.5], showgrid=False, unifiedhovertitle_text=" ")
    figure.update_xaxes(title_text=X_TITLE, row=2, col=1)
    spatial = [size for size in sizes if size is not None]
    figure.update_yaxes(title_text="Size, px", **_levels(spatial), row=1, col=1)
    figure.update_yaxes(title_text="Channels", **_levels(channels), row=2, col=1)
    return Chart(figure, _alt(tally, spatial, channels))


def _size_px(layer: LayerTally) -> int | None:
    """The longer side of the layer's maps; None for a vector, which has no size in space."""
    return max(layer.output_shape[:2]) if len(layer.output_shape) == 3 else None


def _levels(values: list[int]) -> dict[str, object]:
    """A logarithmic axis with the values that occur for ticks: the most frequent ones, as far as there is room."""
    low, high = log10(min(values)) - 0.1, log10(max(values)) + 0.1
    ticks: list[int] = []
    for value, _ in Counter(values).most_common():
        if all(abs(log10(value / tick)) >= (high - low) / _LABELS for tick in ticks):
            ticks.append(value)
    ticks.sort()
    return {"type": "log", "tickvals": ticks, "ticktext": [exact(tick) for tick in ticks], "range": [low, high]}


def _alt(tally: Tally, sizes: list[int], channels: list[int]) -> str:
    def steps(values: list[int]) -> str:
        changes = [value for value, before in zip(values, [None, *values], strict=False) if value != before]
        if len(changes) > _LONGEST_LIST:
            return f"from {exact(values[0])} to {exact(values[-1])}, at most {exact(max(values))}"
        return ", ".join(exact(value) for value in changes)

    return (
        f"Step chart of {tally.graph.title} along its longest path. Spatial size in px: {steps(sizes)}. "
        f"Channels: {steps(channels)}."
    )
