"""What is ready before anybody asks: the first page's modules, then the workers and what other pages need.

Workers start behind the first page, or where nobody has opened one by then, a few seconds after the server.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Thread, Timer
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.model.sources.process_folder import remove_left_over, remove_own

_LISTENING_S = 0.05
_LATEST_S = 3.0


@asynccontextmanager
async def while_serving(app: Any) -> AsyncIterator[None]:
    """Around the life of the server."""
    # Behind the server's own start, which it would slow down by as long as it takes; a browser is not there by then.
    asyncio.get_running_loop().call_later(_LISTENING_S, Thread(target=_load_first_page, daemon=True).start)
    timer = Timer(_LATEST_S, _make_ready)
    timer.daemon = True
    timer.start()
    Thread(target=remove_left_over, daemon=True).start()
    yield
    timer.cancel()
    remove_own()  # here, for uvicorn passes on the signal that ends it, and Python does nothing more


def _load_first_page() -> None:
    """What the first numbers need, while the browser loads Streamlit's own page."""
    import inspect

    import streamlit.emojis
    import streamlit.material_icon_names  # noqa: F401

    import explorer.ui.architecture.flow_cards
    import explorer.ui.architecture.headline
    import explorer.ui.frame
    import explorer.ui.session.first_paint  # noqa: F401

    inspect.stack()  # Streamlit asks for it with the first element: Python looks up the files of all modules, once


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Starts the workers, and loads what the pages that look inside need, once; to be called when a page was sent."""
    _start_workers()
    Thread(target=_load_looking_pages, daemon=True).start()


def _make_ready() -> None:
    _start_workers()
    _load_looking_pages()


def _start_workers() -> None:
    from explorer.compute.choice import compute

    with suppress(ExplorerError):  # the page that asks says it
        compute()


def _load_looking_pages() -> None:
    """The first heat map waits neither for a second of imports nor for the hash of a weights file."""
    import explorer.ui.classify.answer
    import explorer.ui.explain.beside_view
    import explorer.ui.explain.film_panel
    import explorer.ui.explain.scores
    import explorer.ui.features.channel_detail
    import explorer.ui.features.panels  # noqa: F401
    from explorer.configuration.registry import DEFAULT_NETWORK
    from explorer.model.sources.store import available

    with suppress(ExplorerError):  # the page that asks says it
        available(DEFAULT_NETWORK)
