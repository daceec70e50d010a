"""The panels of the comparison: totals and stages."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from explorer.counting.alignment import aligned
from explorer.counting.comparison import TOTALS, ratio, totals_csv
from explorer.counting.tally import Tally
from explorer.figures.comparison.comparison_charts import cost_by_stage, cost_through_depth, memory_use
from explorer.quantities import shape
from explorer.ui.architecture.network_charts import cost_control
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.table import show_table


def show_totals(tallies: Mapping[str, Tally]) -> None:
    """A row for each quantity, a column for each network; behind the others' numbers how many times the first's."""
    first, *_ = tallies.values()
    columns: dict[str, list[str]] = {"Quantity": ["Input", *(total.title for total in TOTALS)]}
    for name, tally in tallies.items():
        columns[name] = [shape(tally.graph.input_shape)]
        for total in TOTALS:
            value = total.of(tally)
            times = "" if tally is first else f" · {ratio(value, total.of(first))}"
            columns[name].append(f"{total.write(value)}{times}")
    show_table(tuple(columns), tuple(zip(*columns.values(), strict=True)))
    st.download_button(
        "Comparison as CSV",
        totals_csv(tallies),
        "comparison.csv",
        "text/csv",
        icon=":material/table:",
        on_click="ignore",
    )


@st.fragment
def show_comparison_charts(tallies: Mapping[str, Tally]) -> None:
    """By stage, through depth, in memory; and the numbers of the stages."""
    by = cost_control("cost_in_comparison")
    of = (tuple(tallies), tuple(tally.graph for tally in tallies.values()))
    stages, depth = st.container(key="stage_charts").columns(2)
    with stages:
        st.header("By stage")
        show_chart(cache.chart(partial(cost_by_stage, tallies, by=by), by, of), "chart_by_stage")
        st.caption("Stages are aligned by spatial size: by how often the map has been halved since the image.")
    with depth:
        st.header("Summed up through depth")
        show_chart(cache.chart(partial(cost_through_depth, tallies, by=by), by, of), "chart_through_depth")
        st.caption("Where along the network the cost is spent: left the image, right the logits.")
    st.header("Memory")
    show_chart(cache.chart(partial(memory_use, tallies), of), "chart_memory")
    numbers = st.expander("The stages in numbers", key="stages_in_numbers", on_change="rerun")
    if numbers.open:
        numbers.dataframe(
            _stage_frame(tallies).style.format(thousands=","),
            hide_index=True,
            alt="Sizes, layers, parameters and MACs by stage.",
        )


def _stage_frame(tallies: Mapping[str, Tally]) -> pd.DataFrame:
    rows = []
    for row in aligned(tuple(tallies.values())):
        cells: dict[str, str | int] = {"Stage": row.label}
        for name, stage in zip(tallies, row.networks, strict=True):
            cells[f"{name}: maps"] = stage.sizes
            cells[f"{name}: layers"] = stage.conv_layers
            cells[f"{name}: parameters"] = stage.params
            cells[f"{name}: MACs"] = stage.macs
        rows.append(cells)
    return pd.DataFrame(rows)
