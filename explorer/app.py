"""The app: `streamlit run explorer/app.py`."""

import streamlit as st
from starlette.middleware import Middleware

from explorer.ui.session.warm_up import while_serving
from explorer.ui.uploads.upload_room import UploadRoom

app = st.App("run.py", lifespan=while_serving, middleware=[Middleware(UploadRoom)])
