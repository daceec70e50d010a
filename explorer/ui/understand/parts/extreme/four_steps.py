"""The paper's figures 1 to 4 as four steps of one picture."""

import streamlit as st

from explorer.chapters.graphs.towards_extreme import steps
from explorer.counting.tally import tally
from explorer.quantities import exact
from explorer.ui.understand.beside import beside
from explorer.ui.understand.small_network import show_small_network
from explorer.ui.widgets.table import show_table

_SIZE = 35
"""Side of the map, px: of Inception V3's first modules."""


@st.fragment
def show_four_steps() -> None:
    """One step as a picture, beside it what is new in it and the counts of all four."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    number = row.segmented_control(
        "Figure of the paper",
        (1, 2, 3, 4),
        default=1,
        required=True,
        format_func=lambda number: f"{number} {steps(_SIZE, 192)[number - 1].title}",
        key="extreme_step",
        wrap=True,
    )
    towers = row.select_slider("Towers", (2, 3, 4, 6), 3, key="extreme_towers", width=150)
    channels = row.select_slider("Channels", (48, 96, 192, 384, 768), 192, key="extreme_channels", width=200)
    every = steps(_SIZE, channels, towers)
    counted = [tally(step.graph) for step in every]
    picture, words = beside((5, 4), "four_steps")
    with picture:
        show_small_network(counted[number - 1], "extreme_picture", lanes=max(4, towers))
    with words:
        st.markdown(f"**Figure {number}: {counted[number - 1].graph.title}.** {every[number - 1].story}")
        rows = [
            (f"{'→ ' if step.figure == number else ''}{step.figure} {step.title}", exact(one.params), exact(one.macs))
            for step, one in zip(every, counted, strict=True)
        ]
        show_table(("Figure", "Parameters", "Multiply-adds"), rows, room_rem=20)
        st.caption(
            f"Each reads and gives a map of {_SIZE} × {_SIZE} × {channels}. Figures 2 and 3 cost the same to the last "
            "digit, for they are the same function."
        )
