"""The picture as the network gets it."""

import streamlit as st

from explorer.ui.session import cache
from explorer.vision.look import Look

_PX = 150


def show_input(look: Look, place: str) -> None:
    """The square of pixels, what was done to it, and a file of it; `place` tells apart what is shown twice."""
    seen = cache.seen_in(look)
    st.image(
        seen.as_seen,
        width=_PX,
        output_format="PNG",
        alt=f"{look.picture.alt}, squashed to the square that the network gets",
    )
    preprocessing = cache.network(look.config, look.weights).preprocessing
    is_told = look.weights is None or cache.trained(look.weights).told_preprocessing
    st.caption(
        f"{seen.tensor.shape[1]} × {seen.tensor.shape[2]} px: squashed to a square, bilinear; then "
        f"{preprocessing.words}, {'as in training' if is_told else 'which is assumed'}."
    )
    st.download_button(
        "Tensor as PNG",
        seen.as_seen,
        "as-seen.png",
        "image/png",
        icon=":material/image:",
        on_click="ignore",
        key=f"tensor {place}",
    )
