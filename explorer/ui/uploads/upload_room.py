"""How much of what people upload the server holds at once; Streamlit bounds each file, not all of them together."""

from collections.abc import Callable, Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.stats import CacheStat
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.quantities import memory

MOST_HELD = 1 << 30
"""Bytes of all sessions' uploads together."""

_UNSAID = 200 * 2**20
"""What an upload counts that does not say its length: as much as one may have."""

_PATH = "/_stcore/upload_file/"


def held() -> int:
    """Bytes of the uploads that have arrived and belong to sessions, and of the pictures that sessions took over."""
    # Not before: the server answers sooner without what the pages need, which loads while the browser does.
    from explorer.ui.uploads.own_pictures import bytes_in_all

    families = runtime.get_instance().uploaded_file_mgr.get_stats().values()
    arrived = sum(stat.byte_length for family in families for stat in family if isinstance(stat, CacheStat))
    return arrived + bytes_in_all()


def taken_over(files: Iterable[UploadedFile]) -> None:
    """Streamlit need not keep these files any longer: it would until their session ends."""
    context = get_script_run_ctx()
    manager = context.uploaded_file_mgr if context else None
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        for file in files:
            manager.remove_file(session_id=context.session_id, file_id=file.file_id)


class UploadRoom:
    """Lets pass uploads for which there is room: with those that have arrived and those on their way `MOST_HELD`."""

    def __init__(self, app: ASGIApp, held: Callable[[], int] = held) -> None:
        """Stands before `app`, Streamlit's; `held` tells what has arrived."""
        self._app = app
        self._held = held
        self._on_their_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request; an upload for which there is no room is answered so, and nothing of it kept."""
        if scope["type"] != "http" or scope["method"] != "PUT" or _PATH not in scope["path"]:
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        size = int(length) if length.isdecimal() and len(length) < 16 else _UNSAID
        if self._held() + self._on_their_way + size > MOST_HELD:
            while (await receive()).get("more_body", False):
                pass  # a browser that is still sending would not see the answer
            words = f"All sessions together may hold {memory(MOST_HELD)} of uploads: try again when others have gone."
            await PlainTextResponse(words, status_code=503)(scope, receive, send)
            return
        self._on_their_way += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._on_their_way -= size
