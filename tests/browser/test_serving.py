"""What `make serve` starts, as people see it, and what they see when a part of it is killed."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.balanced import Balanced, balanced, until
from tests.browser.test_main_path import opened, parameters, params_of, turn

COOKIE = "xception-explorer"


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    with balanced(tmp_path_factory.mktemp("with spaces")) as serving:
        yield serving


class Visitor:
    """Somebody's browser, as far as cookies and the web socket go."""

    def __init__(self, serving: Balanced) -> None:
        self.address = serving.address
        with urllib.request.urlopen(f"{self.address}/_stcore/health") as reply:
            cookies = [each.split(";")[0].split("=", 1) for each in reply.headers.get_all("Set-Cookie")]
        self.cookies = dict(cookies)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    @contextmanager
    def session(self) -> Iterator[str]:
        """A session, as long as its web socket is open."""
        with connect(
            f"{self.address.replace('http', 'ws')}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=self.address,
            additional_headers={"Cookie": self.cookie},
            max_size=None,
            max_queue=None,  # or what nobody reads would stand before the end of the conversation
        ) as socket:
            message = BackMsg()
            message.rerun_script.query_string = ""
            socket.send(message.SerializeToString())
            kind = ""
            while kind != "new_session":
                said = ForwardMsg.FromString(socket.recv(timeout=60))
                kind = said.WhichOneof("type")
            yield said.new_session.initialize.session_id

    def upload(self, session: str, **headers: str) -> int:
        """The reply's status."""
        boundary = "----together"
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n{"x" * 1000}\r\n'
            f"--{boundary}--\r\n"
        )
        request = urllib.request.Request(
            f"{self.address}/_stcore/upload_file/{session}/1",
            body.encode(),
            {"Cookie": self.cookie, "Content-Type": f"multipart/form-data; boundary={boundary}", **headers},
            method="PUT",
        )
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code


def test_sessions_are_spread_and_stick_and_uploads_find_them(serving):
    visitors = [Visitor(serving) for _ in range(4)]
    assert len({visitor.cookies[COOKIE] for visitor in visitors}) == 2
    one = visitors[0]
    other = next(each for each in visitors if each.cookies[COOKIE] != one.cookies[COOKIE])
    token = {"X-Xsrftoken": one.cookies["_streamlit_xsrf"]}
    for _ in range(3):
        with one.session() as session:
            assert one.upload(session, **token) == 204
            assert one.upload(session) == 403
            elsewhere = Visitor(serving)
            elsewhere.cookies = one.cookies | {COOKIE: other.cookies[COOKIE]}
            assert elsewhere.upload(session, **token) == 400, "another web process does not know the session"


def test_who_is_on_a_web_process_that_is_killed_goes_on_with_what_the_link_holds(serving, browser):
    page = opened(browser, f"{serving.address}/?middle_repeats=3", viewport={"width": 1400, "height": 1000})
    expect(parameters(page)).to_have_text(params_of(middle_repeats=3))
    turn(page, "Width multiplier", "ArrowLeft")
    expect(parameters(page)).to_have_text(params_of(middle_repeats=3, width=0.95))
    expect(page).to_have_url(re.compile("width=0.95"))
    page.evaluate("window.wasNotReloaded = true")
    was = web_process(page)
    serving.kill(was)
    until(lambda: web_process(page) != was, "another web process took over")  # asks the browser, which goes on
    expect(page.get_by_role("slider", name="Middle-flow modules")).to_be_enabled()
    turn(page, "Middle-flow modules", "ArrowRight")
    expect(parameters(page)).to_have_text(params_of(middle_repeats=4, width=0.95))
    assert page.evaluate("window.wasNotReloaded")
    serving.until_said(f"spawned: '{was}'", 2)

    again = opened(browser, page.url)
    expect(parameters(again)).to_have_text(params_of(middle_repeats=4, width=0.95))
    page.close()
    again.close()


def test_a_question_is_answered_when_the_compute_server_was_killed(serving, browser):
    page = opened(browser, f"{serving.address}/classify?weights=kitchenware", viewport={"width": 1400, "height": 1400})
    expect(page.get_by_text("pretrained: xception/kitchenware")).to_be_visible()
    answer = page.get_by_test_id("stPlotlyChart").get_by_text(re.compile(r"\d %")).first
    expect(answer).to_be_visible()
    of_eight = answer.text_content()
    serving.kill("compute")
    turn(page, "Middle-flow modules", "ArrowLeft")
    expect(page.get_by_text("first 7 of 8")).to_be_visible()
    expect(answer).not_to_have_text(of_eight)
    serving.until_said("spawned: 'compute'", 2)
    page.close()


def test_files_that_people_brought_go_with_their_web_process(serving, browser, tmp_path):
    def kept() -> list[str]:
        return [path.name for path in serving.folder.glob("xception-explorer-uploads-*/*/*/*")]

    def opened_bar() -> None:
        page.get_by_role("button", name=re.compile(" · ")).first.click()
        page.wait_for_timeout(1000)

    def bring(name: str) -> None:
        (tmp_path / name).write_bytes(b"no weights at all")
        own = page.get_by_role("radio", name="own file")
        until(lambda: own.is_visible() or opened_bar(), "the panel stays open")  # a page that is run anew closes it
        own.click()
        page.locator("input[type=file]").set_input_files(tmp_path / name)
        until(lambda: name in kept(), "it lies on disk")

    page = opened(browser, f"{serving.address}/classify", viewport={"width": 1400, "height": 1400})
    bring("first.h5")
    was = web_process(page)
    serving.kill(was)
    until(lambda: kept() == [], "its successor has removed it")
    until(lambda: web_process(page) != was, "another web process took over")
    bring("second.h5")  # which goes at the end, as `balanced` sees to
    page.close()


def web_process(page) -> str:
    """The one that the browser is sent to."""
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)
