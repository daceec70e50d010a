"""Back and Forward of the browser: each goes by one choice of page, picture, layer, class, method or what lies beside.

Choices that stand in the link are remembered by the session, too, for another page opens without a link. Of a link
from the browser's history what it does not name is as usual, instead of as it was chosen last. Streamlit does the same
for the widgets that it keeps in the link itself, which are the knobs; `explorer.ui.knobs.turning.turn_back` undoes
that.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.ui.browser import browser_file
from explorer.ui.links.linked import choose
from explorer.ui.links.opening_link import LINKED, TOUR, WEIGHTS

# Once for the process.
_history = st.components.v2.component("history", js=browser_file("history.js"))


def follow_history() -> bool:
    """Takes a link from the browser's history at its word, if this is one; to be called before choices are read."""
    context = get_script_run_ctx()
    if context is None or not context.is_history_navigation:
        return False
    for name in LINKED:
        choose(name, st.query_params.get(name), "")
    return True


def keep_history() -> None:
    """Lets the browser keep one entry for each choice of a person. To be called at a page's end: it takes a line."""
    _history(key="history", data={"choices": [*LINKED, WEIGHTS, TOUR]})
