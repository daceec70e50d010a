"""Kernels as pictures: the stem's filters in their colours, and the depthwise kernels of a layer as a grid."""

from math import ceil, sqrt

import numpy as np
import streamlit as st

from explorer.errors import ConfigError
from explorer.figures.maps.common_scale import common_scale
from explorer.figures.maps.kernel_table import kernel_html
from explorer.figures.maps.map_grid import map_grid, picture_grid
from explorer.figures.maps.overlay import png_bytes
from explorer.figures.real_numbers import significant
from explorer.quantities import exact
from explorer.ui.features.layer_view import LayerView
from explorer.ui.features.window_panel import path_title
from explorer.ui.widgets.cell_picture import cell_picture
from explorer.vision.features.kernels import DepthwiseKernels, depthwise_kernels, stem_kernels

_STEM_COLUMNS = 8
_STEM_PX = 48
_GRID_PX = 1100
_LEAST_PX, _MOST_PX = 5, 20
"""Side that a weight of a depthwise kernel takes in the grid."""

_WIDER_THAN_HIGH = 1.6


@st.fragment
def show_kernels(view: LayerView) -> None:
    """What the weights alone look like, whatever the picture."""
    st.header("Kernels", anchor=False)
    stem, layer = st.columns((4, 7), gap="large")
    with stem:
        _show_stem(view)
    with layer:
        _show_depthwise(view)


def _show_stem(view: LayerView) -> None:
    st.subheader("The first filters", anchor=False)
    found = stem_kernels(view.subject.explainer.weights, view.subject.graph)
    count, height, width, _ = found.pictures.shape
    grid = picture_grid(
        found.pictures, range(count), columns=_STEM_COLUMNS, tile_px=_STEM_PX, badge=view.badge, numbered=False
    )
    cell_picture(
        png_bytes(grid.picture),
        grid.rows,
        grid.columns,
        [f"Filter {number}" for number in range(count)],
        None,
        key="stem_kernels",
        alt=f"The {count} filters of the first convolution as small colour pictures",
        area=grid.area,
    )
    st.caption(
        f"The {count} filters of the first convolution, {height} × {width} px each, which see the picture's own "
        f"colours: what the picture is compared with first. Gray is 0; the largest weight, its sign left out, is "
        f"{significant(found.limit)}."
    )


def _show_depthwise(view: LayerView) -> None:
    layer = view.tap.layer
    st.subheader(f"The depthwise kernels of {layer}", anchor=False)
    try:
        found = depthwise_kernels(view.subject.explainer.weights, view.subject.graph, layer)
    except ConfigError as error:
        st.info(str(error))
        return
    count, height, width = found.kernels.shape
    kernels = np.moveaxis(found.kernels, 0, -1)
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
        [_label(found, output) for output in range(count)],
        None,
        key="depthwise_kernels",
        alt=f"The {exact(count)} depthwise kernels of {layer}, blue below 0, red above",
        area=grid.area,
    )
    st.caption(
        f"All {exact(count)}, {height} × {width} each, in one scale: ±{significant(scale.high)} and beyond get the "
        "last colours. **Click one to see its numbers.**"
    )
    if chosen is not None:
        st.html(kernel_html(found.kernels[chosen], title=_label(found, chosen)))


def _label(found: DepthwiseKernels, output: int) -> str:
    title = path_title(int(found.inputs[output]), output)
    return f"{title[:1].upper()}{title[1:]}"
