import asyncio

from tests.browser.serving import served
from tests.load.people.class_of_people import class_of_people
from tests.load.people.participant import CHANNELS, LAYER, LENGTH, OPEN, PAGE, SLIDER, UPLOAD
from tests.load.people.truth import truths

PEOPLE, SECONDS, THINK_S = 8, 20.0, 0.2


def test_a_class_sees_no_fault_and_everybody_their_own():
    """The short form of `tests.benchmarks.bench_load`, which also measures."""
    own = truths(PEOPLE, networks=3, lengths=2, layers=1)
    with served() as address:
        record = asyncio.run(class_of_people(address, own, SECONDS, THINK_S))
    assert record.faults == [], "\n".join(record.faults)
    assert record.waits.keys() == {OPEN, SLIDER, PAGE, UPLOAD, LAYER, LENGTH, CHANNELS}
