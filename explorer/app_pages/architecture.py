"""Architecture: the network that the knobs describe, counted, drawn, and proved."""

import streamlit as st

from explorer.configuration.registry import network_of, preset_of
from explorer.ui.architecture.flow_cards import show_flow_cards
from explorer.ui.architecture.headline import show_headline
from explorer.ui.session import cache, state
from explorer.ui.session.first_paint import let_numbers_appear

config = state.config()
tally = cache.tally(config)
preset = preset_of(config)

st.title(network_of(config).title)
story = preset.story if preset else "Your own configuration; the link in the address bar reproduces it."
st.markdown(f"{story} **Turn the knobs at the side:** every number, the drawing and the charts follow at once.")
show_headline(tally)
show_flow_cards(tally)
if preset and preset.departs_from:
    # Imported here: the paper's numbers do not wait for what tells differences.
    from explorer.counting.differences.departures import departures

    with st.expander("How it departs from the paper", expanded=True):
        st.markdown("\n".join(f"- {sentence}" for sentence in departures(preset)))
        st.caption(f"Source: {preset.source}")

let_numbers_appear()

# Imported here: the numbers above are on the screen before Plotly and pandas are loaded.
from explorer.ui.architecture.downloads import show_downloads
from explorer.ui.architecture.layer_table import show_layer_table
from explorer.ui.architecture.network_charts import show_network_charts
from explorer.ui.architecture.network_diagram import show_network_diagram
from explorer.ui.architecture.verification import show_verification

st.header("The network")
show_network_diagram(config, tally)

st.header("Where the cost sits")
show_network_charts(tally)

st.header("Every layer")
words = st.text_input("Search layers", placeholder="conv, BatchNorm, block3 ...", key="layer_words")
show_layer_table(tally, words)

st.header("Proof and downloads")
show_verification(config)
show_downloads(config, tally)
