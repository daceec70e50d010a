"""The app: `streamlit run explorer/app.py`."""

import streamlit as st

from explorer.ui import state
from explorer.ui.controls import architecture_controls
from explorer.ui.opening_link import read_opening_link, show_ignored

st.set_page_config(page_title="Xception Explorer", page_icon=":material/account_tree:", layout="wide")
read_opening_link()
page = st.navigation(
    [
        st.Page("app_pages/architecture.py", title="Architecture", icon=":material/account_tree:", default=True),
        st.Page("app_pages/compare.py", title="Compare", icon=":material/balance:"),
        st.Page("app_pages/classify.py", title="Classify", icon=":material/image_search:"),
    ],
    position="top",
)
with st.sidebar:
    state.set_config(architecture_controls())
show_ignored()
page.run()
