"""Compare: the configuration at hand beside Inception V3 and the paper's Xception."""

import streamlit as st

from explorer.configuration.registry import PAPER, network_of, preset_of
from explorer.ui.compare.comparison_panels import references, show_comparison_charts, show_totals
from explorer.ui.compare.disagreements_panel import show_disagreements
from explorer.ui.compare.paper_panel import show_paper_tables
from explorer.ui.session import cache, state

config = state.config()
preset = preset_of(config)
title = preset.title if preset else f"Your {network_of(config).title}"

st.title("Compare")
st.markdown(
    "The point of the paper: with as many parameters as Inception V3, Xception is more accurate, because it uses them "
    "better. Both are counted here from the same kind of description."
)
alike = st.toggle(
    "Give all the same input size and classes",
    help="Off: each as published, at 299 px with 1,000 classes. Multiply-adds grow with the square of the input size.",
)
networks = {title: config, **references(config if alike else PAPER)}
tallies = {name: cache.tally(each) for name, each in networks.items() if name == title or each != config}
show_totals(tallies)
st.header("Stage by stage")
show_comparison_charts(tallies)
st.header("What the paper measured")
show_paper_tables()
st.header("Numbers that do not agree, and why")
show_disagreements()
