"""Kernels as pictures: the first filters in their colours, and the kernels of a layer as a grid."""

from math import ceil, sqrt

import numpy as np
import streamlit as st

from explorer.figures.maps.common_scale import common_scale
from explorer.figures.maps.kernel_table import kernel_html
from explorer.figures.maps.map_grid import map_grid, picture_grid
from explorer.figures.maps.overlay import png_bytes
from explorer.figures.real_numbers import significant
from explorer.quantities import exact
from explorer.ui.features.layer_view import LayerView
from explorer.ui.features.window_panel import path_title
from explorer.ui.session import cache
from explorer.ui.widgets.cell_picture import cell_picture
from explorer.vision.features.kernels import ConvolutionKernels

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
        channel: Whose kernel is shown first, where each output has many slices.
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
        st.info("No convolution of this network reads the picture's colours themselves.")
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
        f"The {count} filters of the first convolution, {height} × {width} px each, which see the picture's own "
        f"colours: what the picture is compared with first. Gray is 0; the largest weight, its sign left out, is "
        f"{significant(found.limit)}."
    )


def _show_layer(view: LayerView, channel: int) -> None:
    layer = view.tap.layer
    found = cache.convolution_kernels(view.subject.look, layer)
    if found is None:
        st.subheader(f"No kernels in {layer}", anchor=False)
        st.caption("It has no weights: it gathers what others found.")
    elif found.reads == 1:
        _show_depthwise(view, found)
    else:
        _show_slices(view, found, channel)


def _show_depthwise(view: LayerView, found: ConvolutionKernels) -> None:
    st.subheader(f"The depthwise kernels of {view.tap.layer}", anchor=False)
    kernels = np.moveaxis(found.kernels[:, :, 0], -1, 0)
    labels = [_capital(path_title(found.inputs(output)[0], output)) for output in range(found.outputs)]
    chosen, reach = _grid(view, kernels, labels, f"depthwise kernels of {view.tap.layer}")
    count, height, width = kernels.shape
    st.caption(
        f"All {exact(count)}, {height} × {width} each, in one scale: ±{significant(reach)} and beyond get the last "
        "colours. **Click one to see its numbers.**"
    )
    if chosen is not None:
        st.html(kernel_html(kernels[chosen], title=labels[chosen]))


def _show_slices(view: LayerView, found: ConvolutionKernels, channel: int) -> None:
    """The kernel of one output, a slice for each of the input channels that it reads."""
    name = found.spatial.name
    height, width = found.kernels.shape[:2]
    st.subheader(f"The kernels of {name}", anchor=False)
    start = channel if channel < found.outputs else 0
    last, key = found.outputs - 1, f"kernels of {name} from {start}"
    output = int(st.number_input(f"Of output (0 to {last})", 0, last, start, step=1, key=key))
    read = found.inputs(output)
    kernels = np.moveaxis(found.kernels[..., output], -1, 0)
    labels = [f"Input channel {number}" for number in read]
    chosen, reach = _grid(view, kernels, labels, f"slices of the kernel of output {output} of {name}")
    strongest = int(np.abs(kernels).sum((1, 2)).argmax())
    one = "weight" if height * width == 1 else f"slice of {height} × {width} weights"
    st.caption(
        f"Output {output} reads {exact(len(read))} input channels, {read[0]} to {read[-1]}, each through a {one} of "
        f"its own; that of channel {read[strongest]} is the largest. All are in one scale: ±{significant(reach)} and "
        "beyond get the last colours. **Click one to see its numbers.**"
    )
    if chosen is not None:
        st.html(kernel_html(kernels[chosen], title=f"{labels[chosen]} → output {output}"))


def _grid(view: LayerView, stack: np.ndarray, labels: list[str], what: str) -> tuple[int | None, float]:
    """Kernels, (count, height, width), side by side; the one that was clicked, and the value of the last colour."""
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
    chosen = cell_picture(
        png_bytes(grid.picture),
        grid.rows,
        grid.columns,
        labels,
        None,
        key="layer_kernels",
        alt=f"The {exact(count)} {what}, blue below 0, red above",
        area=grid.area,
    )
    return chosen, scale.high


def _capital(title: str) -> str:
    return f"{title[:1].upper()}{title[1:]}"
