import asyncio
import os
import re
import signal
import time
from contextlib import ExitStack
from pathlib import Path

from tests.browser.serving import PROCESSES, free_port, served
from tests.load.people.person import Person
from tests.load.processes import family

LINKS = (
    "/?middle_repeats=3&width=1.25&input_size=211&classes=17",
    "/explain?weights=kitchenware&sample=chelsea&middle_repeats=4&layer=block6_sepconv2&method=layercam&target=fork",
    "/feature_maps?weights=kitchenware&sample=rocket&middle_repeats=2&layer=block3_sepconv1&order=mean&channel=7",
)
DURATION = re.compile(r"\d+ ms|about [\d.]+ \w+|\d+ of")
PATIENCE_S = 60.0


def seen(person):
    """The page in words, without what was measured."""
    return [DURATION.sub("", line) for line in person.screen.lines]


def test_everybody_is_back_by_the_link_when_the_web_process_was_killed(tmp_path):
    port = free_port()

    async def look():
        server = {"port": port, "XCEPTION_EXPLORER_COMPUTE": "workers:1", "TMPDIR": str(tmp_path)}
        people = [Person(f"http://localhost:{port}") for _ in LINKS]
        with ExitStack() as first:
            address = first.enter_context(served(**server))
            await asyncio.gather(*(person.open(link) for person, link in zip(people, LINKS, strict=True)))
            before = [seen(person) for person in people]
            processes = family(PROCESSES[address])
            os.kill(PROCESSES[address], signal.SIGKILL)
        assert len(processes) > 2
        end = time.monotonic() + PATIENCE_S
        while left := [each for each in processes if Path(f"/proc/{each}/exe").exists()]:
            assert time.monotonic() < end, f"{left} live on without the server"
            await asyncio.sleep(0.1)
        assert list(tmp_path.glob("xception-explorer-*")) == []

        with served(**server) as address:
            for person, page in zip(people, before, strict=True):
                async with Person(address) as again:
                    await again.open(person.link)
                    assert again.screen.errors == []
                    assert seen(again) == page
        for person in people:
            await person.leave()

    asyncio.run(look())
