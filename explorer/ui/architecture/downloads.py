"""The network as files: code, data, table, page, picture."""

import json

import streamlit as st

from explorer.arch.knobs import Config
from explorer.clock import day
from explorer.configuration.named import title_of
from explorer.configuration.registry import graph_of, network_of
from explorer.counting.report import as_csv, as_data
from explorer.counting.tally import Tally
from explorer.export.page import page
from explorer.figures.diagram.drawing import diagram_svg
from explorer.figures.raster import png
from explorer.model.keras_model.code import to_code


def show_downloads(config: Config, tally: Tally) -> None:
    """Buttons; each file is made when its button is pressed."""
    alone = {title_of(config): config}
    name = network_of(config).name
    files = (
        ("Keras code", ":material/code:", f"{name}.py", "text/x-python", lambda: to_code(graph_of(config))),
        ("JSON", ":material/data_object:", f"{name}.json", "application/json", lambda: _json(config, tally)),
        ("Layers as CSV", ":material/table:", f"{name}-layers.csv", "text/csv", lambda: as_csv(tally)),
        ("All as one page", ":material/html:", f"{name}.html", "text/html", lambda: page(alone, day())),
        ("Diagram as SVG", ":material/polyline:", f"{name}.svg", "image/svg+xml", lambda: diagram_svg(tally)),
        ("Diagram as PNG", ":material/image:", f"{name}.png", "image/png", lambda: png(diagram_svg(tally))),
    )
    with st.container(horizontal=True):
        for label, icon, file_name, mime, make in files:
            st.download_button(label, make, file_name, mime, icon=icon, on_click="ignore", key=f"download {label}")
    st.caption(
        "The code rebuilds exactly this network in Keras and asserts its totals. The page is a file that opens in any "
        "browser, without this app and without a network: the diagram still opens by click, the table still sorts."
    )


def _json(config: Config, tally: Tally) -> str:
    return json.dumps(as_data(config, tally), indent=1)
