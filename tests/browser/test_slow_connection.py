from tests.browser.serving import served

APP = """
import time
import streamlit as st

shown = "a"
for name in "abc":
    if st.button(f"Show {name}"):
        shown = name
st.text(f"{shown} is shown {'.' * 20_000}")
time.sleep(0.3)
"""
"""Each answer is one large message, and each run takes as long as one that no click interrupts."""


def test_two_quick_clicks_over_a_slow_connection_do_not_lose_the_session(browser, tmp_path):
    app = tmp_path / "app.py"
    app.write_text(APP)
    late: list | None = None

    def connected(browser_side):
        server_side = browser_side.connect_to_server()
        server_side.on_message(lambda message: browser_side.send(message) if late is None else late.append(message))
        sides.append(browser_side)

    def press(name: str) -> None:
        page.get_by_role("button", name=f"Show {name}").click()

    sides: list = []
    with served(app) as address:
        page = browser.new_page()
        page.route_web_socket(lambda url: "_stcore/stream" in url, connected)
        page.goto(address)
        page.get_by_text("a is shown").wait_for()
        page.wait_for_timeout(500)
        press("b")
        page.get_by_text("b is shown").wait_for()
        page.wait_for_timeout(500)
        late = []
        press("c")
        page.wait_for_timeout(600)  # The server is done with c, of which the browser does not know yet.
        press("a")
        page.wait_for_timeout(50)
        on_the_way, late = late, None
        for message in on_the_way:
            sides[-1].send(message)
        page.get_by_text("a is shown").wait_for(timeout=10_000)
        page.close()
