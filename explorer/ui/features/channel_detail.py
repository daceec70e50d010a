"""One channel at full size: over the photograph, and in numbers."""

import streamlit as st

from explorer.figures.charts.histogram import channel_histogram
from explorer.figures.maps.colour_bar import colour_bar_html
from explorer.figures.maps.kernel_table import kernel_html
from explorer.figures.maps.overlay import gray, overlay, png_bytes
from explorer.figures.real_numbers import significant
from explorer.ui.features.layer_view import LayerView
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.facts import show_facts
from explorer.vision.features.channels import ChannelStatistics
from explorer.vision.methods.upscaling import upscaled

_OPACITY = 0.9


def show_channel(view: LayerView, channel: int, statistics: ChannelStatistics) -> None:
    """The channel's map over the photograph, and its numbers."""
    values = view.values[..., channel]
    photograph = gray(view.photograph)
    height, width = photograph.shape[:2]
    size = view.subject.config.input_size
    scale = view.own_scale(channel)
    spread = upscaled(values, view.tap.receptive_field, size, height, width)
    laid = overlay(
        photograph,
        spread,
        colour_map=scale.colour_map,
        low=scale.low,
        high=scale.high,
        opacity=_OPACITY,
        badge=view.badge,
    )
    st.subheader(f"Channel {channel}")
    st.image(
        png_bytes(laid),
        width="stretch",
        alt=f"Channel {channel} of {view.words} over the picture ({view.subject.picture.alt}), from "
        f"{significant(float(values.min()))} to {significant(float(values.max()))}",
    )
    st.html(colour_bar_html(scale.colour_map, scale.low, scale.high, title=f"Value in channel {channel}"))
    show_facts(_facts(view, channel, statistics))
    if view.tap.stage == "depthwise":
        _show_kernel(view, channel)


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


def show_spread(view: LayerView, channel: int) -> None:
    """The channel's histogram."""
    st.subheader("How its values are spread")
    title = f"{view.words}, channel {channel}"
    show_chart(channel_histogram(view.values[..., channel], title=title), "chart_channel")
