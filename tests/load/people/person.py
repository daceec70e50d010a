"""One person at the app: a session over its web socket, with the messages of Streamlit's own front end.

No browser is needed, so that thirty people fit beside the server on a small machine.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from time import perf_counter
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from tests.load.people.screen import Screen, Shown
from tests.load.people.widget_values import KINDS, state_of, text_in_link

PATIENCE_S = 180.0
"""After so long without a word from the server the session hangs."""

_XSRF = "_streamlit_xsrf"
_MOST_BYTES = 1 << 28


class Person:
    """A browser's window on the app, without the drawing.

    Attributes:
        screen: What the page shows.
        link: What stands in the address bar: path and query.
        page: Title of the page that is open.
    """

    def __init__(self, address: str) -> None:
        """`address` is the server's, as http://localhost:8501."""
        self.address = address
        self._http = requests.Session()
        self._stack = AsyncExitStack()
        self._fetched: set[str] = set()
        self._start_anew("/")

    def _start_anew(self, link: str) -> None:
        parts = urlsplit(link)
        self.screen = Screen()
        self.page = ""
        self._path, self._query = parts.path.strip("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
        self._pages: dict[str, Any] = {}
        self._page_hash, self._main_hash, self._session = "", "", ""
        self._widgets: dict[str, Shown] = {}
        self._values: dict[str, Any] = {}

    async def __aenter__(self) -> "Person":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Closes the window."""
        await self._stack.aclose()
        self._http.close()

    @property
    def link(self) -> str:
        """Path and query as the address bar has them."""
        return f"/{self._path}" + (f"?{urlencode(self._query)}" if self._query else "")

    async def connect(self) -> None:
        """Opens the web socket, and asks for nothing yet. After a connection was lost the window stands as it stood."""
        await self._stack.aclose()
        await self._get("/_stcore/health")  # brings the cookie
        socket = connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit", self.token, *([self._session] if self._session else [])],
            origin=self.address,
            additional_headers={"Cookie": f"{_XSRF}={self.token}"},
            max_size=_MOST_BYTES,
            ping_interval=None,
            compression=None,
        )
        self._socket = await self._stack.enter_async_context(socket)

    async def open(self, link: str = "/") -> float:
        """Opens the app by a link, as in a new window; seconds until the page stands."""
        self._start_anew(link)
        start = perf_counter()
        await self.connect()
        await self._run(page_name=self._path)
        return perf_counter() - start

    async def go(self, title: str) -> float:
        """Opens another page by its title in the navigation; seconds until it stands."""
        page = self._pages[title]
        left = [each for each in self._widgets.values() if each.script == self._page_hash != self._main_hash]
        for each in left:  # the page that is left takes its widgets along, and what they hold in the link
            self._query.pop(getattr(each.content, "query_param_key", ""), None)
            self._values.pop(each.content.id, None)
        self._path = "" if page.is_default else page.url_pathname
        return await self._run(page_hash=page.page_script_hash)

    async def turn(self, label: str, value: float) -> float:
        """Moves a slider; seconds until the page stands."""
        return await self._set(self._widget("slider", label), [float(value)])

    async def choose(self, label: str, option: str) -> float:
        """Chooses an option, as it is written, of a list or a row of buttons; seconds until the page stands."""
        shown = self._widget("selectbox", label, or_kind="button_group")
        return await self._set(shown, option if shown.kind == "selectbox" else [option])

    async def press(self, label: str) -> float:
        """Presses a button; seconds until the page stands."""
        return await self._run(self._widget("button", label), trigger=True)

    async def upload(self, name: str, data: bytes) -> float:
        """Gives a file to the page's uploader; seconds until the page stands."""
        start = perf_counter()
        shown = next(self.screen.elements("file_uploader"))
        file = await self.put(name, data)
        await self._set(shown, [file])
        return perf_counter() - start

    async def put(self, name: str, data: bytes) -> UploadedFileInfo:
        """Sends a file over HTTP, to the address that the server gives for it.

        Raises:
            requests.HTTPError: If the server refuses it.
        """
        urls = await self.place_for(name)
        answer = await asyncio.to_thread(
            self._http.put,
            self.address + urls.upload_url,
            files={"file": (name, data)},
            headers={"X-Xsrftoken": self.token},
            timeout=PATIENCE_S,
        )
        answer.raise_for_status()
        return UploadedFileInfo(name=name, size=len(data), file_id=urls.file_id, file_urls=urls)

    async def place_for(self, name: str) -> FileURLs:
        """Where the server wants a file to be sent to."""
        message = BackMsg()
        message.file_urls_request.request_id = str(uuid4())
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self._session
        await self._socket.send(message.SerializeToString())
        response = await self._until(lambda message: message.WhichOneof("type") == "file_urls_response")
        (urls,) = response.file_urls_response.file_urls
        return urls

    @property
    def token(self) -> str:
        """What shows the server that a request comes from a page of its own."""
        return str(self._http.cookies[_XSRF])

    async def fetch_pictures(self) -> None:
        """Fetches the pictures on the page that this browser has not yet.

        Raises:
            requests.HTTPError: If the server does not have one.
        """
        for url in self.screen.pictures - self._fetched:
            if url.startswith("/"):
                await self._get(url)
            self._fetched.add(url)

    def value(self, label: str) -> Any:
        """What the widget with this label shows."""
        shown = next(each for each in self._widgets.values() if each.content.label == label)
        value = self._values[shown.content.id]
        return value[0] if isinstance(value, list) else value

    async def _get(self, path: str) -> None:
        answer = await asyncio.to_thread(self._http.get, self.address + path, timeout=PATIENCE_S)
        answer.raise_for_status()

    def _widget(self, kind: str, label: str, or_kind: str = "") -> Shown:
        for each in (*self.screen.elements(kind), *self.screen.elements(or_kind)):
            if each.content.label == label:
                return each
        raise LookupError(f"no {kind} is labelled {label!r}")

    async def _set(self, shown: Shown, value: Any) -> float:
        content = shown.content
        self._values[content.id] = value
        if name := getattr(content, "query_param_key", ""):
            if value == KINDS[shown.kind].first(content):
                self._query.pop(name, None)
            else:
                self._query[name] = text_in_link(value)
        return await self._run(shown)

    async def _run(
        self, used: Shown | None = None, *, trigger: bool = False, page_hash: str | None = None, page_name: str = ""
    ) -> float:
        """Asks for a run, because a widget was used or a page is wanted; seconds until it is finished."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = urlencode(self._query)
        rerun.page_script_hash = self._page_hash if page_hash is None else page_hash
        rerun.page_name = page_name
        if used is not None and used.fragment:
            rerun.fragment_id = used.fragment
        for identifier, value in self._values.items():
            if value is not None:
                rerun.widget_states.widgets.append(state_of(identifier, self._widgets[identifier].kind, value))
        if trigger and used is not None:
            rerun.widget_states.widgets.add(id=used.content.id, trigger_value=True)
        start = perf_counter()
        await self._socket.send(message.SerializeToString())
        await self._until(self._is_end)
        return perf_counter() - start

    def _is_end(self, message: ForwardMsg) -> bool:
        return message.WhichOneof("type") == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
        )

    async def _until(self, is_meant: Callable[[ForwardMsg], bool]) -> ForwardMsg:
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self._socket.recv(), PATIENCE_S))
            self._take(message)
            if is_meant(message):
                return message

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self.screen.begin(message.metadata.run.script_run_id)
                self._session = message.new_session.initialize.session_id
                self._main_hash = message.new_session.main_script_hash
            case "navigation":
                pages = message.navigation.app_pages
                self._pages = {each.page_name: each for each in pages}
                self._page_hash = message.navigation.page_script_hash
                self.page = next((each.page_name for each in pages if each.page_script_hash == self._page_hash), "")
            case "page_info_changed":
                self._query = dict(parse_qsl(message.page_info_changed.query_string, keep_blank_values=True))
            case "delta":
                shown = self.screen.draw(message.delta, message.metadata)
                if shown is not None and shown.kind in KINDS:
                    self._keep(shown)
            case "script_finished":
                if self._is_end(message):
                    self.screen.finish(message.metadata.run.fragment_ids)
                    ids = {each.content.id for kind in KINDS for each in self.screen.elements(kind)}
                    self._widgets = {each: shown for each, shown in self._widgets.items() if each in ids}
                    self._values = {each: value for each, value in self._values.items() if each in ids}

    def _keep(self, shown: Shown) -> None:
        """Notes a widget and what it stands at: as the server set it, as it was left, or as it begins."""
        content = shown.content
        self._widgets[content.id] = shown
        if getattr(content, "set_value", False):
            self._values[content.id] = KINDS[shown.kind].set(content)
        elif content.id not in self._values:
            self._values[content.id] = KINDS[shown.kind].first(content)
