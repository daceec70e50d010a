"""The one boundary where a person's mistakes become messages on the page."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.widgets.plain_words import plain


@contextmanager
def explained(about: str = "") -> Iterator[None]:
    """Shows an `ExplorerError` in place of what could not be shown; anything else is a bug and surfaces.

    Args:
        about: What it is about, where that is one of several.
    """
    try:
        yield
    except ExplorerError as error:
        st.error(plain(f"{about}: {error}" if about else str(error)), icon=":material/error:")
