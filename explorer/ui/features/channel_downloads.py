"""The channels of a layer as files: statistics, all maps, and the sheet of them that is shown."""

import csv
from io import StringIO

import streamlit as st

from explorer.quantities import memory
from explorer.ui.features.layer_view import LayerView
from explorer.vision.features.channels import ChannelStatistics
from explorer.vision.reports.evidence import npy_bytes

_COLUMNS = ("mean", "minimum", "maximum", "variance", "sparsity", "contribution", "dead")


def show_channel_downloads(view: LayerView, statistics: ChannelStatistics, grid_png: bytes) -> None:
    """Buttons; tables and arrays are made when their button is pressed."""
    name = f"{view.tap.name}-{view.subject.picture.name}".replace(" ", "-").lower()
    files = (
        ("Statistics as CSV", ":material/table:", f"{name}.csv", "text/csv", lambda: statistics_csv(statistics)),
        (
            f"All maps as .npy ({memory(view.values.nbytes)})",
            ":material/data_array:",
            f"{name}.npy",
            "application/octet-stream",
            lambda: npy_bytes(view.values),
        ),
        ("These maps as PNG", ":material/image:", f"{name}.png", "image/png", lambda: grid_png),
    )
    for label, icon, file_name, mime, make in files:
        key = f"download {mime} of channels"
        st.download_button(label, make, file_name, mime, icon=icon, on_click="ignore", width="stretch", key=key)
    st.caption(
        f"The array is (height, width, channels), float32, as the network has it. Weights: {_weights_words(view)}."
    )


def _weights_words(view: LayerView) -> str:
    provenance = view.subject.provenance
    return provenance.state if provenance.state == "random" else f"{provenance.source} ({provenance.state})"


def statistics_csv(statistics: ChannelStatistics) -> str:
    """A line for each channel, numbers in full; contributions only if there are any."""
    columns = {name: getattr(statistics, name) for name in _COLUMNS if getattr(statistics, name) is not None}
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["channel", *columns])
    writer.writerows(
        [number, *(value.item() for value in line)] for number, line in enumerate(zip(*columns.values(), strict=True))
    )
    return file.getvalue()
