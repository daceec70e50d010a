"""What one network has otherwise than another: sentences, the layers that differ, and these as a file."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from explorer.arch.graph import Graph
from explorer.counting.differences.difference import Difference, difference
from explorer.counting.differences.difference_report import difference_csv, difference_rows
from explorer.counting.differences.sentences.telling import sentences
from explorer.counting.tally import Tally, tally
from explorer.quantities import exact
from explorer.ui.widgets.plain_words import plain

_NUMBER = st.column_config.NumberColumn
_COLUMNS: dict[str, Any] = {
    "kind": st.column_config.TextColumn("What became of it", pinned=True),
    "first": "Layer",
    "second": "Layer now",
    "op": "Operation",
    "flow": "Flow",
    "module": "Module",
    "changes": st.column_config.TextColumn("Otherwise", width="large"),
    "more_params": _NUMBER("Parameters more", format="localized", help="Trainable and not; negative: fewer."),
    "more_macs": _NUMBER("MACs more", format="localized", help="Multiply-adds for one image; negative: fewer."),
}


@st.fragment
def show_differences(tallies: Mapping[str, Tally]) -> None:
    """What the first of the networks has otherwise than another one; which, is asked where there are several."""
    (title, own), *others = tallies.items()
    if not others:
        st.info("Choose a second network above to see what differs.", icon=":material/balance:")
        return
    known = dict(others)
    akin = next((name for name, each in others if _difference(each.graph, own.graph).are_akin), others[0][0])
    name = akin
    if len(known) > 1:
        name = st.segmented_control("Held against", tuple(known), default=akin, required=True, key="held against")
    show_difference(name, known[name], title, own)


def show_difference(first_title: str, first: Tally, second_title: str, second: Tally) -> None:
    """What the second network has otherwise than the first.

    Args:
        first_title: Name of the network that is compared with, as a person may have written it.
        first: Its tally.
        second_title: Name of the network that is told of, likewise.
        second: Its tally.
    """
    found = _difference(first.graph, second.graph)
    names = f"**{plain(second_title)}** and **{plain(first_title)}**"
    if not found.differing:
        st.success(f"No difference: {names} are equal, layer by layer.", icon=":material/check:")
        return
    st.markdown(f"What **{plain(second_title)}** has otherwise than **{plain(first_title)}**:")
    st.markdown("\n".join(f"- {plain(sentence.text)}" for sentence in sentences(found)))
    if found.are_akin:
        _show_layers(found)
    st.download_button(
        "Difference as CSV",
        lambda: difference_csv(found.rows),
        "difference.csv",
        "text/csv",
        icon=":material/table:",
        on_click="ignore",
        key="download difference",
    )


@lru_cache(maxsize=16)
def _difference(first: Graph, second: Graph) -> Difference:
    return difference(tally(first), tally(second))


def _show_layers(found: Difference) -> None:
    rows = difference_rows(found.differing)
    asked = st.text_input(
        "Search layers that differ", placeholder="added, ReLU, block3 ...", key="difference_words"
    ).lower()
    shown = [row for row in rows if all(word in " ".join(map(str, row.values())).lower() for word in asked.split())]
    if not shown:
        st.info(f"No layer that differs matches {plain(asked[:40])!r}. Try added, a layer's name or a module.")
        return
    st.dataframe(
        pd.DataFrame(shown)[list(_COLUMNS)],
        column_config=_COLUMNS,
        hide_index=True,
        height="auto" if len(shown) <= 10 else 380,
        alt=f"Table of {len(shown)} layers that were added, removed or changed, with what each costs more.",
    )
    kinds = ", ".join(f"{exact(len(found.by_kind[kind]))} {kind}" for kind in ("removed", "added", "changed", "same"))
    st.caption(f"{len(shown)} of {len(rows)} layers that differ. In all: {kinds}.")
