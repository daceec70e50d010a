"""Compare: two to four networks side by side, and what is known of them."""

import streamlit as st

from explorer.ui.compare.accuracy_panel import show_accuracy
from explorer.ui.compare.budget.panel import show_budget
from explorer.ui.compare.chosen import choose_compared
from explorer.ui.compare.comparison_panels import show_comparison_charts, show_totals
from explorer.ui.compare.diagrams_panel import show_diagrams
from explorer.ui.compare.difference_panel import show_differences
from explorer.ui.compare.disagreements_panel import show_disagreements
from explorer.ui.compare.export_panel import show_export
from explorer.ui.compare.paper_panel import show_paper_tables
from explorer.ui.links.linked_tabs import open_tab
from explorer.ui.links.parts.compared_link import SIDE, SIDES
from explorer.ui.session import cache, state
from explorer.ui.timed.timing_panel import show_timing

_POINT = (
    "The point of the paper: with as many parameters as Inception V3, Xception is more accurate, because it uses them "
    "better. All are counted here from the same kind of description."
)

st.container(horizontal=True).title("Compare", anchor=False, width="content")
configs = choose_compared(state.config())
tallies = {title: cache.tally(config) for title, config in configs.items()}
name, side = open_tab(SIDE, SIDES, next(iter(SIDES)))
with side:
    match name:
        case "totals":
            st.markdown(_POINT)
            show_totals(tallies)
            show_export(configs)
            show_comparison_charts(tallies)
        case "diagrams":
            show_diagrams(configs)
        case "layers":
            show_differences(tallies)
        case "accuracy":
            show_accuracy()
        case "budget":
            show_budget(state.config())
        case "timing":
            show_timing(configs)
        case "printed":
            show_disagreements()
        case "paper":
            show_paper_tables()
