"""Parts side by side where the page has room for them, below each other where it has not."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def beside(widths: Sequence[int], key: str) -> list[DeltaGenerator]:
    """Columns of these widths, in proportion.

    `page.css` says how much room one of two and one of three needs at the least.

    Args:
        widths: Two or three.
        key: Unique on the page.
    """
    return st.container(key=f"beside{len(widths)}_{key}").columns(widths, gap="medium")
