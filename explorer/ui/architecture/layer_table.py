"""Every layer in one table: sorted and searched by Streamlit's own tools."""

from typing import Any

import pandas as pd
import streamlit as st

from explorer.counting.report import layer_rows
from explorer.counting.tally import Tally

_NUMBER = st.column_config.NumberColumn
_COLUMNS: dict[str, Any] = {
    "name": st.column_config.TextColumn("Layer", pinned=True, help="Keras Applications' name wherever it has one."),
    "op": "Operation",
    "flow": "Flow",
    "module": "Module",
    "output_shape": st.column_config.TextColumn("Output", help="Height x width x channels, without the batch."),
    "params": _NUMBER("Parameters", format="localized", help="Trainable and not."),
    "trainable_params": _NUMBER("Trainable", format="localized"),
    "macs": _NUMBER("MACs", format="localized", help="Multiply-adds for one image."),
    "flops": _NUMBER("FLOPs", format="localized", help="2 x MACs."),
    "depthwise_macs": _NUMBER("Depthwise MACs", format="localized"),
    "pointwise_macs": _NUMBER("Pointwise MACs", format="localized"),
    "activation_bytes": _NUMBER("Output bytes", format="localized", help="float32, one image."),
    "receptive_field_size": st.column_config.TextColumn("Receptive field", help="Input pixels; padding included."),
    "receptive_field_jump": st.column_config.TextColumn("Jump", help="Input pixels between neighbouring units."),
    "receptive_field_start": st.column_config.TextColumn("Start", help="First pixel of unit 0; negative: padding."),
}


def show_layer_table(tally: Tally, words: str) -> None:
    """The layers whose name, operation, flow or module contains all of `words`, with a download of all."""
    rows = layer_rows(tally)
    asked = words.lower().split()
    found = [row for row in rows if all(word in _searchable(row) for word in asked)]
    if not found:
        st.info(f"No layer matches {words[:40]!r}. Try a layer's name, an operation or a module: sepconv2, block7.")
        return
    frame = pd.DataFrame(found)
    for column in ("receptive_field_size", "receptive_field_jump", "receptive_field_start"):
        frame[column] = frame[column].astype(str)
    st.dataframe(
        frame,
        column_config=_COLUMNS,
        hide_index=True,
        height=420,
        alt=f"Table of {len(found)} of {len(rows)} layers with shapes, parameters, multiply-adds and receptive fields.",
    )
    st.caption(f"{len(found)} of {len(rows)} layers. Click a heading to sort.")


def _searchable(row: dict[str, Any]) -> str:
    return f"{row['name']} {row['op']} {row['flow']} {row['module']}".lower()
