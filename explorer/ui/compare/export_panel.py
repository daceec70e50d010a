"""The comparison as a file to take away."""

from collections.abc import Mapping

import streamlit as st

from explorer.arch.knobs import Config
from explorer.clock import day
from explorer.export.page import file_name, page


def show_export(configs: Mapping[str, Config]) -> None:
    """A button; the page is made when it is pressed.

    Args:
        configs: What is compared, by title, the first being what the others are held against; one to four.
    """
    st.download_button(
        "Comparison as one page",
        lambda: page(configs, day()),
        file_name(configs),
        "text/html",
        icon=":material/html:",
        on_click="ignore",
        help="A file that opens in any browser, without this app and without a network: totals, stages, diagrams that "
        "open by click, tables that sort.",
        key="export_comparison",
    )
