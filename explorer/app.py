"""The app: `streamlit run explorer/app.py`."""

from pathlib import Path

import streamlit as st

from explorer.ui import state
from explorer.ui.controls import architecture_controls
from explorer.ui.opening_link import read_opening_link, show_ignored

# A file of our own: Streamlit would fetch a Material symbol for the browser's tab from another host.
ICON = str(Path(__file__).parents[1] / "assets" / "icon.png")

st.set_page_config(page_title="Xception Explorer", layout="wide")
# Before the link is read: mending it runs the app anew, on the page that navigation knows by then.
page = st.navigation(
    [
        st.Page("app_pages/architecture.py", title="Architecture", icon=":material/account_tree:", default=True),
        st.Page("app_pages/compare.py", title="Compare", icon=":material/balance:"),
        st.Page("app_pages/classify.py", title="Classify", icon=":material/image_search:"),
        st.Page("app_pages/explain.py", title="Explain", icon=":material/troubleshoot:"),
        st.Page("app_pages/feature_maps.py", title="Feature maps", icon=":material/grid_view:"),
    ],
    position="top",
)
read_opening_link()
with st.sidebar:
    state.set_config(architecture_controls())
show_ignored()
page.run()
st.set_page_config(page_icon=ICON)  # last: to read the file Streamlit imports NumPy and Pillow
