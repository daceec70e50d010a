"""The same separable convolution for Keras and for PyTorch."""

import streamlit as st

from explorer.chapters.grouped_code import Separable, keras_code, pytorch_code
from explorer.counting.tally import tally
from explorer.quantities import exact
from explorer.ui.understand.beside import beside


@st.fragment
def show_grouped_code() -> None:
    """Three choices, and the two sources that follow."""
    row = st.columns(4, gap="small")
    channels = int(row[0].number_input("Input channels", 1, 4096, 64, key="code_channels"))
    multiplier = row[1].select_slider("Depth multiplier", (1, 2, 3, 4), 1, key="code_multiplier")
    filters = int(row[2].number_input("Output channels", 1, 4096, 128, key="code_filters"))
    kernel = row[3].select_slider("Kernel", (3, 5, 7), 3, format_func=lambda k: f"{k} × {k}", key="code_kernel")
    of = Separable(channels, multiplier, filters, kernel)
    # Without Streamlit's colours of code, which are too faint to read in either theme.
    keras, torch = beside((1, 1), "grouped_code")
    with keras:
        st.markdown("**Keras**")
        st.code(keras_code(of), language=None, wrap_lines=True)
    with torch:
        st.markdown("**PyTorch**")
        st.code(pytorch_code(of), language=None, wrap_lines=True)
    counted = tally(of.graph())
    parts = " + ".join(exact(layer.params) for layer in counted.layers if layer.params)
    st.caption(
        f"Either has {parts} = {exact(counted.params)} parameters. Output *c* × multiplier + *m* of the depthwise half "
        "reads input *c* in both, so weights pass from one to the other by moving axes alone. That holds for stride 1: "
        "with strides the two put their padding differently."
    )
