"""Aligned Xception with the output stride turned."""

import streamlit as st

from explorer.arch.ops import Conv2D, DepthwiseConv2D, SeparableConv2D
from explorer.arch.places.taps import last_tap
from explorer.counting.tally import Tally
from explorer.networks.aligned_xception import Xception65Config
from explorer.quantities import exact, rounded, shape
from explorer.ui.session import cache
from explorer.ui.widgets.table import show_table

_SIZE = 513
"""Side of DeepLab's pictures, px."""
_STRIDES = (32, 16, 8)


@st.fragment
def show_output_stride() -> None:
    """The three strides as a table; beside it what the chosen one means."""
    stride = st.segmented_control("Output stride", _STRIDES, default=16, required=True, key="deeplab_stride")
    counted = {each: cache.tally(Xception65Config(output_stride=each, input_size=_SIZE)) for each in _STRIDES}
    rows = [
        (
            f"{'→ ' if each == stride else ''}{each}",
            shape(_last_map(one)),
            exact(one.params),
            rounded(one.macs),
            str(_dilated(one)),
        )
        for each, one in counted.items()
    ]
    show_table(("Output stride", "Last map", "Parameters", "MACs", "Dilated convolutions"), rows, room_rem=30)
    one, coarse = counted[stride], counted[32]
    rows_of_map = _last_map(one)[0]
    st.markdown(
        f"At stride {stride} the last map has {rows_of_map} × {rows_of_map} places for a picture of {_SIZE} px, one "
        f"for every {stride} × {stride} pixels, at {one.macs / coarse.macs:.1f} times the multiply-adds of stride 32. "
        "The parameters are the same, and the same weights fit."
    )


def _last_map(one: Tally) -> tuple[int, ...]:
    return last_tap(one.graph).shape


def _dilated(one: Tally) -> int:
    ops = (layer.node.op for layer in one.layers)
    return sum(isinstance(op, Conv2D | DepthwiseConv2D | SeparableConv2D) and op.dilation != (1, 1) for op in ops)
