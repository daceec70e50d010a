import os
import re
import signal

from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.serving import PROCESSES, free_port, served
from tests.browser.test_feature_maps import click_cell
from tests.browser.test_main_path import PATIENCE_MS, opened


def test_a_window_that_stayed_open_goes_on_with_another_server(browser):
    """Its first click is in a part of the page that runs alone, of which the new process has never heard."""
    server = {"port": free_port(), "XCEPTION_EXPLORER_COMPUTE": "workers:1"}
    with served(**server) as address:
        page = opened(browser, f"{address}/feature_maps?weights=kitchenware&layer=block6_sepconv2&middle_repeats=4")
        first = page.get_by_role("heading", name=re.compile(r"^Channel \d+$")).inner_text()
        os.kill(PROCESSES[address], signal.SIGKILL)
    with served(**server):
        with page.expect_websocket() as found:
            pass
        found.value.wait_for_event("framereceived", is_end_of_a_run, timeout=PATIENCE_MS)
        click_cell(page, "64 of the 728 channels", 0, 5, 8, 8)
        expect(page.get_by_role("heading", name=re.compile(r"^Channel \d+$"))).not_to_have_text(first)
        expect(page.get_by_role("slider", name="Middle-flow modules")).to_have_value("4")
        page.close()


def is_end_of_a_run(frame):
    return ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"
