"""The app: `streamlit run explorer/app.py`."""

import streamlit as st

from explorer.ui.session.warm_up import while_serving

app = st.App("run.py", lifespan=while_serving)
