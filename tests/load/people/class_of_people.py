"""Many people at once, each at their own pace."""

import asyncio
import random
from collections.abc import Sequence
from time import monotonic

from tests.load.people.participant import Participant, Record
from tests.load.people.truth import Truth


async def class_of_people(address: str, truths: Sequence[Truth], seconds: float, think_s: float) -> Record:
    """Lets people use the app for so long, and until everybody has done everything once.

    Args:
        address: The server's, as http://localhost:8501.
        truths: One for each person.
        seconds: After these nobody who has done everything begins anything more.
        think_s: Time between an answer and what the person does next, the mean of an exponential distribution.
    """
    record, until = Record(), monotonic() + seconds
    people = [Participant(address, each, record, seed) for seed, each in enumerate(truths)]
    await asyncio.gather(*(_take_part(each, seed, until, think_s) for seed, each in enumerate(people)))
    return record


async def _take_part(participant: Participant, seed: int, until: float, think_s: float) -> None:
    pace = random.Random(1000 + seed)
    await asyncio.sleep(pace.random() * think_s)
    async with participant:
        for deed in participant.everything_once():
            await asyncio.sleep(pace.expovariate(1 / think_s))
            await deed
        while monotonic() + (pause := pace.expovariate(1 / think_s)) < until:
            await asyncio.sleep(pause)
            await participant.act()
