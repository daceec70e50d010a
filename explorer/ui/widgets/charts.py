"""A chart on the page: always with its description, the same tools and the theme's colours."""

import streamlit as st

from explorer.figures.charts.style import PLOTLY_CONFIG, Chart


def show_chart(chart: Chart, key: str) -> None:
    """Draws `chart`; `key` keeps its zoom while knobs turn."""
    st.plotly_chart(chart.figure, theme="streamlit", config=PLOTLY_CONFIG, alt=chart.alt, key=key)
