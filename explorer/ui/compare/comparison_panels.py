"""The panels of the comparison: totals, stages, and the paper's own tables."""

import csv
from collections.abc import Callable, Mapping
from functools import partial
from io import StringIO

import pandas as pd
import streamlit as st

from explorer.arch.knobs import Config, knobs
from explorer.configuration.registry import DEFAULT_NETWORK, network
from explorer.counting.alignment import aligned
from explorer.counting.paper import PaperTable, discrepancies, paper_tables
from explorer.counting.tally import Tally
from explorer.figures.charts.comparison_charts import cost_by_stage, cost_through_depth, memory_use
from explorer.quantities import difference, exact, memory, shape
from explorer.ui.architecture.network_charts import cost_control
from explorer.ui.session import cache
from explorer.ui.widgets.charts import show_chart
from explorer.ui.widgets.table import show_table

_ROWS: tuple[tuple[str, Callable[[Tally], int], Callable[[int], str]], ...] = (
    ("Parameters", lambda tally: tally.params, exact),
    ("Trainable parameters", lambda tally: tally.trainable_params, exact),
    ("Multiply-adds (MACs)", lambda tally: tally.macs, exact),
    ("FLOPs = 2 × MACs", lambda tally: tally.flops, exact),
    ("Weights, float32", lambda tally: tally.weight_bytes, memory),
    ("Feature maps at the peak, one image, float32", lambda tally: tally.peak.bytes, memory),
    ("Convolutional layers, as the paper counts", lambda tally: tally.conv_layers, exact),
    ("Modules with convolutions", lambda tally: tally.modules, exact),
)


def references(like: Config) -> dict[str, Config]:
    """What is compared with, by name: at the input size and with the classes of `like`, as far as in range."""
    networks = {"Inception V3": network("inception-v3").config, "The paper's Xception": DEFAULT_NETWORK.config}
    return {name: alike(config, like) for name, config in networks.items()}


def alike(config: type[Config], like: Config) -> Config:
    """The network as published, at the input size and with the classes of `like`, as far as in range."""
    fields = knobs(config)
    return config(**{name: fields[name].nearest(getattr(like, name)) for name in ("input_size", "classes")})


def show_totals(tallies: Mapping[str, Tally]) -> None:
    """A row for each quantity, a column for each network, and how far the others are from the first."""
    first, *others = tallies
    columns: dict[str, list[str]] = {"Quantity": ["Input", *(label for label, _, _ in _ROWS)]}
    for name, tally in tallies.items():
        columns[name] = [shape(tally.graph.input_shape), *(write(value(tally)) for _, value, write in _ROWS)]
    for name in others:
        columns[f"{first} against {name}"] = [
            "",
            *(difference(value(tallies[first]), value(tallies[name])) for _, value, _ in _ROWS),
        ]
    show_table(tuple(columns), tuple(zip(*columns.values(), strict=True)))
    st.download_button(
        "Comparison as CSV",
        totals_csv(tallies),
        "comparison.csv",
        "text/csv",
        icon=":material/table:",
        on_click="ignore",
    )


def totals_csv(tallies: Mapping[str, Tally]) -> str:
    """The totals as plain numbers: a row for each quantity, a column for each network."""
    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("Quantity", *tallies))
    rows.writerow(("Input", *(shape(tally.graph.input_shape) for tally in tallies.values())))
    for label, value, write in _ROWS:
        unit = " (bytes)" if write is memory else ""
        rows.writerow((f"{label}{unit}", *(value(tally) for tally in tallies.values())))
    return file.getvalue()


@st.fragment
def show_comparison_charts(tallies: Mapping[str, Tally]) -> None:
    """By stage, through depth, in memory; and the numbers of the stages."""
    by = cost_control("cost_in_comparison")
    of = (tuple(tallies), tuple(tally.graph for tally in tallies.values()))
    stages, depth = st.container(key="stage_charts").columns(2)
    with stages:
        st.subheader("By stage")
        show_chart(cache.chart(partial(cost_by_stage, tallies, by=by), by, of), "chart_by_stage")
        st.caption("Stages are aligned by spatial size: by how often the map has been halved since the image.")
    with depth:
        st.subheader("Summed up through depth")
        show_chart(cache.chart(partial(cost_through_depth, tallies, by=by), by, of), "chart_through_depth")
        st.caption("Where along the network the cost is spent: left the image, right the logits.")
    st.subheader("Memory")
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


def show_paper_tables() -> None:
    """Tables 1, 2 and 3, side by side."""
    for column, table in zip(st.columns(3), paper_tables(), strict=True):
        with column:
            _show(table)
    st.caption("Source: Chollet, Xception, arXiv:1610.02357v3. These are the paper's measurements, not this app's.")


def _show(table: PaperTable) -> None:
    st.markdown(f"**{table.title}**")
    show_table(table.columns, table.rows)
    st.caption(table.note)


def show_discrepancies() -> None:
    """What is printed, what is counted here, and what is known about the difference."""
    for discrepancy in discrepancies():
        with st.container(border=True):
            st.markdown(f"**{discrepancy.claim}**  \n{discrepancy.ours}")
            st.caption(discrepancy.explanation)
