import asyncio
import time

import pytest

from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig
from tests.browser.serving import PROCESSES, served
from tests.load.people.person import Person
from tests.load.processes import open_files, proportional_set_size
from tests.load.storms import half_asked, opened_and_dropped, silent, uploads

MIB = 1 << 20
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def address():
    """A server that gives up after a second on who does not answer, and on who left."""
    with served(STREAMLIT_SERVER_WEBSOCKET_PING_INTERVAL="1", STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1") as address:
        asyncio.run(look(address))
        yield address


async def look(address):
    async with Person(address) as person:
        await person.open("/?middle_repeats=7")
        assert person.screen.below("Parameters") == f"{tally(graph_of(XceptionConfig(middle_repeats=7))).params:,}"


def taken(address):
    """File descriptors and bytes of the web process; workers know nothing of connections."""
    return open_files(PROCESSES[address]), proportional_set_size(PROCESSES[address])


def is_back(address, files, size):
    """Soon no more than so much is taken. Who left is let go of when somebody comes."""
    end = time.monotonic() + PATIENCE_S
    while True:
        asyncio.run(look(address))
        now = taken(address)
        if now[0] <= files + 4 and now[1] <= size:
            return
        assert time.monotonic() < end, f"{now[0]} files and {now[1] / MIB:.0f} MiB, before {files} and {size / MIB:.0f}"
        time.sleep(0.5)


def test_a_thousand_connections_come_and_go(address):
    files, size = taken(address)
    assert opened_and_dropped(address, 1000) == 1000
    is_back(address, files, size + 64 * MIB)


def test_who_is_silent_or_stops_in_the_middle_keeps_nobody_out(address):
    files, size = taken(address)
    with silent(address, 200) as sockets, half_asked(address, 200):
        assert len(sockets) == 200
        assert open_files(PROCESSES[address]) >= files + 400
        # Those with half a request stay as long as they are held; the silent ones are given up.
        is_back(address, files + 200, size + 64 * MIB)
    is_back(address, files, size + 64 * MIB)


def test_many_uploads_at_once_are_served_or_refused_and_leave_nothing(address):
    files, size = taken(address)
    answers = asyncio.run(uploads(address, 24, 8 * MIB))
    assert set(answers) <= {204, 413, 503}
    is_back(address, files, size + 64 * MIB)
