"""Kernels as pictures: the first filters in their colours, and the kernels of a layer as a grid."""

from math import ceil, sqrt

import numpy as np
import streamlit as st

from explorer.arch.places.separable_pairs import find_pair
from explorer.figures.maps.common_scale import common_scale
from explorer.figures.maps.kernel_table import kernel_html
from explorer.figures.maps.map_grid import map_grid, picture_grid
from explorer.figures.maps.overlay import png_bytes
from explorer.figures.real_numbers import significant
from explorer.quantities import exact
from explorer.ui.features.layer_view import LayerView
from explorer.ui.features.separable_lanes import path_title
from explorer.ui.links.linked import choose
from explorer.ui.links.parts.channel_link import CHANNEL
from explorer.ui.painted.cell_picture import cell_picture
from explorer.ui.session import cache
from explorer.vision.features.kernels import ConvolutionKernels, is_first_half

_FIRST_COLUMNS = 8
_FIRST_PX = 48
_GRID_PX = 1100
_LEAST_PX, _MOST_PX = 5, 20
"""Side that a weight of a depthwise kernel takes in the grid."""

_WIDER_THAN_HIGH = 1.6


def show_kernels(view: LayerView, channel: int) -> None:
    """What the weights alone look like, whatever the picture.

    Args:
        view: The layer.
        channel: The chosen one, whose kernel is outlined or shown slice by slice.
    """
    first, layer = st.columns((4, 7), gap="large")
    with first:
        _show_first(view)
    with layer:
        _show_layer(view, channel)


def _show_first(view: LayerView) -> None:
    st.subheader("The first filters", anchor=False)
    found = cache.first_filters(view.subject.look)
    if found is None:
        st.info("No convolution of this network reads the picture's colours directly.")
        return
    count, height, width, _ = found.pictures.shape
    grid = picture_grid(
        found.pictures, range(count), columns=_FIRST_COLUMNS, tile_px=_FIRST_PX, badge=view.badge, numbered=False
    )
    cell_picture(
        png_bytes(grid.picture),
        grid.rows,
        grid.columns,
        [f"Filter {number}" for number in range(count)],
        None,
        key="first_filters",
        alt=f"The {count} filters of the first convolution as small colour pictures",
        area=grid.area,
    )
    st.caption(
        f"The {count} filters of the first convolution, {height} × {width} px each. They read the picture's colours. "
        f"Gray is 0; the largest weight, without its sign, is {significant(found.limit)}."
    )


def _show_layer(view: LayerView, channel: int) -> None:
    layer = view.tap.layer
    found = cache.convolution_kernels(view.subject.look, layer)
    if found is None:
        st.subheader(f"No kernels in {layer}", anchor=False)
        st.caption("It has no weights: it combines what other layers give.")
        return
    output, why = _output_of(view, found, channel)
    if found.reads == 1:
        _show_depthwise(view, found, output, why)
    else:
        _show_slices(view, found, output, why)


def _output_of(view: LayerView, found: ConvolutionKernels, channel: int) -> tuple[int, str]:
    """The convolution's output that the chosen channel is, or goes with; and a sentence where it is not the same."""
    graph, layer = view.subject.graph, view.tap.layer
    pair = find_pair(graph, layer)
    if pair is None or pair.spatial.name != found.spatial.name or is_first_half(graph, view.tap):
        return channel, ""
    weights = cache.separable_weights(view.subject.look, layer).mixture[:, channel]
    output = int(np.abs(weights).argmax())
    return output, (
        f"Channel {channel} adds up all {exact(len(weights))} maps that these kernels make. Its largest pointwise "
        f"weight, {significant(float(weights[output]))}, is on output {output}."
    )


def _show_depthwise(view: LayerView, found: ConvolutionKernels, output: int, why: str) -> None:
    st.subheader(f"The depthwise kernels of {view.tap.layer}", anchor=False)
    kernels = np.moveaxis(found.kernels[:, :, 0], -1, 0)
    labels = [_capital(path_title(found.inputs(each)[0], each)) for each in range(found.outputs)]
    name = f"depthwise kernels of {view.tap.layer}"
    shown, reach = _grid(view, kernels, labels, name, output, is_channel=not why)
    count, height, width = kernels.shape
    outlined = f"{why} That one is outlined." if why else "The chosen channel's is outlined."
    click = "Click one to see its numbers." if why else "Click one to choose its channel."
    st.caption(
        f"All {exact(count)}, {height} × {width} each, in one scale: ±{significant(reach)} and beyond get the last "
        f"colours. {outlined} **{click}**"
    )
    st.html(kernel_html(kernels[shown], title=labels[shown]))


def _show_slices(view: LayerView, found: ConvolutionKernels, output: int, why: str) -> None:
    """The kernel of one output, a slice for each of the input channels that it reads."""
    name = found.spatial.name
    height, width = found.kernels.shape[:2]
    st.subheader(f"The kernels of {name}", anchor=False)
    read = found.inputs(output)
    kernels = np.moveaxis(found.kernels[..., output], -1, 0)
    labels = [f"Input channel {number}" for number in read]
    strongest = int(np.abs(kernels).sum((1, 2)).argmax())
    shown, reach = _grid(view, kernels, labels, f"slices of the kernel of output {output} of {name}", strongest)
    one = "weight" if height * width == 1 else f"slice of {height} × {width} weights"
    st.caption(
        f"{why} Output {output} reads {exact(len(read))} input channels, {read[0]} to {read[-1]}, each through a {one} "
        f"of its own; that of channel {read[strongest]} is the largest. All are in one scale: ±{significant(reach)} "
        "and beyond get the last colours. **Click one to see its numbers.**"
    )
    st.html(kernel_html(kernels[shown], title=f"{labels[shown]} → output {output}"))


def _grid(
    view: LayerView, stack: np.ndarray, labels: list[str], what: str, first: int, *, is_channel: bool = False
) -> tuple[int, float]:
    """Kernels, (count, height, width), side by side; the one that is outlined, and the value of the last colour.

    Args:
        view: The layer.
        stack: The kernels.
        labels: One for each.
        what: They are.
        first: Which is outlined until another one is clicked.
        is_channel: Whether a kernel belongs to the layer's channel of the same number: then a click chooses that.
    """
    count, height, width = stack.shape
    kernels = np.moveaxis(stack, 0, -1)
    scale = common_scale(kernels, signed=True, covered_percent=99.5)
    columns = ceil(sqrt(count * _WIDER_THAN_HIGH))
    side = max(height, width)
    grid = map_grid(
        kernels,
        range(count),
        columns=columns,
        tile_px=side * min(max(_GRID_PX // (columns * side), _LEAST_PX), _MOST_PX),
        colour_map=scale.colour_map,
        low=scale.low,
        high=scale.high,
        badge=view.badge,
        numbered=False,
    )
    key = "layer_kernels" if is_channel else f"layer_kernels {what} {first}"
    clicked = cell_picture(
        png_bytes(grid.picture),
        grid.rows,
        grid.columns,
        labels,
        first if is_channel else None,
        key=key,
        alt=f"The {exact(count)} {what}, blue below 0, red above",
        area=grid.area,
        first=first,
        on_choose=(lambda output: choose(CHANNEL, str(output), "")) if is_channel else None,
    )
    return first if is_channel or clicked is None else clicked, scale.high


def _capital(title: str) -> str:
    return f"{title[:1].upper()}{title[1:]}"
