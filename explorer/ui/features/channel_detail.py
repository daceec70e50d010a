"""One channel at full size: over the photograph, and in numbers."""

from functools import partial

import numpy as np
import streamlit as st
from PIL import Image

from explorer.figures.charts.histogram import channel_histogram
from explorer.figures.maps.colour_bar import colour_bar_html
from explorer.figures.maps.common_scale import Scale
from explorer.figures.maps.kernel_table import kernel_html
from explorer.figures.maps.overlay import gray, overlay, png_bytes
from explorer.figures.real_numbers import significant
from explorer.ui.features.chosen import ChosenChannel
from explorer.ui.features.layer_view import LayerView
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.facts import show_facts
from explorer.vision.features.channels import ChannelStatistics
from explorer.vision.methods.upscaling import upscaled

_OPACITY = 0.9
_HIGHEST_PX = 232
"""Of the picture, so that it is seen whole on the first screen."""


def show_channel(view: LayerView, chosen: ChosenChannel) -> None:
    """The channel's map over the photograph, its numbers, and their distribution."""
    channel = chosen.number
    values = view.values[..., channel]
    scale = view.own_scale(channel)
    of = (view.subject.look.key, view.tap.node, channel)
    columns, rows = view.subject.seen.preview_size
    size = (round(_HIGHEST_PX * columns / rows), _HIGHEST_PX)
    st.subheader(f"Channel {channel}", anchor=False)
    st.image(
        cache.picture_file(partial(_over_photograph, view, channel, scale, size), view.badge, *of),
        width=size[0],
        output_format="PNG",  # as it is; else it would be made a JPEG at each run
        alt=f"Channel {channel} of {view.words} over the picture ({view.subject.picture.alt}), from "
        f"{significant(float(values.min()))} to {significant(float(values.max()))}",
    )
    st.html(colour_bar_html(scale.colour_map, scale.low, scale.high, title=f"Value in channel {channel}"))
    show_facts(_facts(view, channel, chosen.statistics))
    if view.tap.stage == "depthwise":
        _show_kernel(view, channel)
    st.subheader("Distribution of its values", anchor=False)
    drawn = partial(channel_histogram, values, title=f"{view.words}, channel {channel}")
    show_chart(cache.chart(drawn, view.words, *of), "chart_channel")


def _over_photograph(view: LayerView, channel: int, scale: Scale, size: tuple[int, int]) -> bytes:
    """As wide and high as it is shown: a larger one would be made smaller at each run."""
    width, height = size
    photograph = gray(np.asarray(Image.fromarray(view.photograph).resize(size)))
    field = view.tap.receptive_field
    return png_bytes(
        overlay(
            photograph,
            upscaled(view.values[..., channel], field, view.subject.config.input_size, height, width),
            colour_map=scale.colour_map,
            low=scale.low,
            high=scale.high,
            opacity=_OPACITY,
            badge=view.badge,
        )
    )


def _facts(view: LayerView, channel: int, statistics: ChannelStatistics) -> dict[str, str]:
    facts = {
        "Minimum": significant(float(statistics.minimum[channel])),
        "Mean": significant(float(statistics.mean[channel])),
        "Maximum": significant(float(statistics.maximum[channel])),
        "Variance": significant(float(statistics.variance[channel])),
        "At 0 or below": f"{100 * float(statistics.sparsity[channel]):.1f} %",
    }
    if statistics.contribution is not None:
        facts[f"Contribution to {view.class_words}"] = significant(float(statistics.contribution[channel]))
    return facts


def _show_kernel(view: LayerView, output: int) -> None:
    found = cache.convolution_kernels(view.subject.look, view.tap.layer)
    assert found is not None
    kernels, read = found.of_output(output), found.inputs(output)
    if len(kernels) == 1:
        st.html(kernel_html(kernels[0], title=f"Its kernel, over input channel {read[0]}"))
    else:
        st.caption(
            f"It reads {len(kernels)} input channels, {read[0]} to {read[-1]}, each through a kernel of its own."
        )
