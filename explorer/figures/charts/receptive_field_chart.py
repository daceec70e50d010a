"""How much of the image a unit depends on, through depth."""

import plotly.graph_objects as go

from explorer.arch.receptive_field import Span
from explorer.counting.tally import LayerTally, Tally
from explorer.figures.charts.depth import X_TITLE, layers_by_depth
from explorer.figures.charts.style import GUIDE, HOVER_REACH_PX, LINE, Chart, add_flow_bands, frame
from explorer.quantities import exact

_ROOM_FOR_TEXT = 0.18
"""Share of the plot's height that two lines of text take."""


def receptive_field_through_depth(tally: Tally) -> Chart:
    """The theoretical receptive field of every layer's units in px, against the size of the image."""
    layers = [layer for layer in layers_by_depth(tally) if len(layer.output_shape) == 3]
    image = max(tally.graph.input_shape[:2])
    fields = [layer.receptive_field for layer in layers]
    figure = go.Figure()
    figure.add_scatter(
        y=[field.size for field in fields],
        mode="lines+markers",
        line=LINE,
        marker={"size": 6},
        customdata=[[layer.node.name, _words(layer)] for layer in layers],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    frame(figure, name="receptive field", height=420, hovermode="closest", hoverdistance=HOVER_REACH_PX)
    add_flow_bands(figure, tally.graph, [layer.node.flow for layer in layers])
    _mark_image_size(figure, layers, image)
    figure.update_xaxes(title_text=X_TITLE, range=[-0.5, len(layers) - 0.5], showgrid=False)
    largest = max(image, *(field.size for field in fields))
    figure.update_yaxes(title_text="Receptive field, px", range=[0, 1.06 * largest])
    return Chart(figure, _alt(tally, layers, image))


def larger_than_image(layers: list[LayerTally], image: int) -> int | None:
    """Position of the first layer whose units' windows are larger than the image, if there is one."""
    return next((i for i, layer in enumerate(layers) if layer.receptive_field.size > image), None)


def _mark_image_size(figure: go.Figure, layers: list[LayerTally], image: int) -> None:
    """A line at the image's size, a ring where the field outgrows it, and words where the curve leaves room.

    The curve rises ever faster, so there is room under it: at the right if it crosses early, at the left if late.
    """
    position = larger_than_image(layers, image)
    text = f"image: {exact(image)} px"
    early = False
    if position is not None:
        crossing = layers[position]
        early = position < len(layers) / 2
        text += f",<br>outgrown in {crossing.node.module}"
        figure.add_scatter(
            x=[position],
            y=[crossing.receptive_field.size],
            mode="markers",
            marker={"symbol": "circle-open", "size": 16, "color": GUIDE, "line": {"width": 2}},
            hoverinfo="skip",
            showlegend=False,
        )
    low = image < _ROOM_FOR_TEXT * layers[-1].receptive_field.size
    figure.add_hline(
        y=image,
        line={"dash": "dash", "width": 1.5, "color": GUIDE},
        annotation={
            "text": text,
            "x": 1 if early else 0,
            "xanchor": "right" if early else "left",
            "align": "right" if early else "left",
            "yanchor": "bottom" if low else "top",
        },
    )


def _words(layer: LayerTally) -> str:
    field = layer.receptive_field
    if field.rows == field.columns:
        return _span(field.rows)
    return f"rows: {_span(field.rows)}<br>columns: {_span(field.columns)}"


def _span(span: Span) -> str:
    return f"size {exact(span.size)} px, jump {span.jump} px, start {span.start} px"


def _alt(tally: Tally, layers: list[LayerTally], image: int) -> str:
    last = layers[-1]
    position = larger_than_image(layers, image)
    crossing = (
        f"No window is larger than the image of {exact(image)} px."
        if position is None
        else f"From {layers[position].node.name} on ({exact(layers[position].receptive_field.size)} px) every window "
        f"is larger than the image of {exact(image)} px."
    )
    return (
        f"Line chart of the theoretical receptive field through {tally.graph.title}, which grows to "
        f"{exact(last.receptive_field.size)} px at {last.node.name}. {crossing}"
    )
