"""Numbers in print that do not agree, each with its arithmetic."""

import streamlit as st

from explorer.counting.published.disagreements.disagreement import Disagreement, Verdict
from explorer.counting.published.disagreements.listing import disagreements
from explorer.ui.widgets.plain_words import plain
from explorer.ui.widgets.table import show_table

_ICONS: dict[Verdict, str] = {
    "explained": ":material/calculate:",
    "partly unknown": ":material/help:",
    "unknown": ":material/help:",
}


def show_disagreements() -> None:
    """What is printed, what is counted here, the arithmetic between them, and what is not known."""
    st.caption("Open one for the arithmetic. A question mark stands where something is not known.")
    for disagreement in disagreements():
        claim = f"**{plain(disagreement.claim)}** {plain(disagreement.source)}"
        with st.expander(claim, icon=_ICONS[disagreement.verdict]):
            _show(disagreement)


def _show(disagreement: Disagreement) -> None:
    st.markdown(f"Counted here: {plain(disagreement.counted)}")
    st.code("\n".join(disagreement.arithmetic), language=None, wrap_lines=True)
    st.markdown(plain(disagreement.explanation))
    if disagreement.rows is not None:
        show_table(disagreement.rows.columns, disagreement.rows.rows)
