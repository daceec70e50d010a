"""What a person in a workshop does: turns knobs, changes pages, brings a photograph, asks why, at other layers."""

import random
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
from websockets.exceptions import WebSocketException

from tests.load.people.expected import differences
from tests.load.people.person import Person
from tests.load.people.truth import USUAL, Truth

SLIDER, PAGE, LAYER, LENGTH = "slider", "page", "another layer", "another length with its map"
OPEN, UPLOAD, CHANNELS = "open by link", "classify an upload", "channels of another layer"
LENGTH_KNOB, SIZE_KNOB = "Middle-flow modules", "Input size (px)"

_ELSEWHERE = ("Architecture", "Compare", "Classify", "Explain", "Explain", "Feature maps")
_OF_WEIGHTS = {"Classify", "Explain", "Feature maps"}


@dataclass(slots=True)
class Record:
    """What happened.

    Attributes:
        waits: Seconds from doing something to its answer on the page, by what was done.
        faults: What people saw that must not be, in words: errors, lost connections, and answers that are not theirs.
    """

    waits: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def deeds(self) -> int:
        """How much was done."""
        return sum(map(len, self.waits.values()))


class Participant:
    """A person with a photograph and a configuration of their own, who notices what is not theirs."""

    def __init__(self, address: str, truth: Truth, record: Record, seed: int) -> None:
        """At the app at `address`; the person writes into `record`. One seed, one order of deeds."""
        self.truth = truth
        self._address, self._record, self._random = address, record, random.Random(seed)
        self._person = Person(address)
        self._length, self._input_size = truth.config.middle_repeats, truth.config.input_size
        self._layer, self._has_brought = USUAL, False

    async def __aenter__(self) -> "Participant":
        await self.arrive()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._person.leave()

    @property
    def link(self) -> str:
        """The link of the person's own configuration."""
        config = self.truth.config
        return f"/?classes={config.classes}&input_size={self._input_size}&middle_repeats={self._length}"

    async def arrive(self) -> None:
        """Opens the app by the link; once more if the connection is lost."""
        await self._person.leave()
        self._person, self._layer, self._has_brought = Person(self._address), USUAL, False
        await self._do(OPEN, self._person.open(self.link))

    def everything_once(self) -> Iterator[Coroutine[Any, Any, None]]:
        """All that there is to do, each a thing to be awaited before the next is taken."""
        yield self.turn_a_knob()
        yield self.go("Classify")
        yield self.bring_photograph()
        for page in self._random.sample(("Explain", "Feature maps", "Compare"), 3):
            yield self.go(page)
            if page == "Explain":
                yield self.look_elsewhere(LAYER)
                yield self.change_length()
            elif page == "Feature maps":
                yield self.look_elsewhere(CHANNELS)

    async def act(self) -> None:
        """Does one thing, as people do: more of what the page offers than changing pages."""
        page, chance = self._person.page, self._random.random()
        if page == "Architecture" and chance < 0.6:
            await self.turn_a_knob()
        elif page == "Classify" and not self._has_brought:
            await self.bring_photograph()
        elif page == "Explain" and chance < 0.4:
            await self.look_elsewhere(LAYER)
        elif page == "Explain" and chance < 0.75:
            await self.change_length()
        elif page == "Feature maps" and chance < 0.5:
            await self.look_elsewhere(CHANNELS)
        else:
            await self.go(self._random.choice([each for each in _ELSEWHERE if each != page]))

    async def go(self, page: str) -> None:
        """Changes the page; what needs a photograph comes after it was brought."""
        if page in _OF_WEIGHTS and not self._has_brought:
            page = "Classify"
        await self._do(PAGE, self._person.go(page))

    async def bring_photograph(self) -> None:
        """Uploads the person's own on Classify."""
        self._has_brought = True
        await self._do(UPLOAD, self._upload())

    async def look_elsewhere(self, kind: str) -> None:
        """Chooses another layer, on Explain or on Feature maps."""
        self._layer = self._random.choice([each for each in self.truth.layers if each != self._layer])
        answers = self.truth.answers[self._length]
        known = answers.maps if kind == LAYER else answers.channels
        await self._do(kind, self._person.choose("Layer", known[self._layer].layer))

    async def change_length(self) -> None:
        """Turns the length of the middle flow, on Explain."""
        self._length = self._random.choice([each for each in self.truth.answers if each != self._length])
        await self._do(LENGTH, self._person.turn(LENGTH_KNOB, self._length))

    async def turn_a_knob(self) -> None:
        """Moves one of two sliders, on Architecture."""
        if self._random.random() < 0.5:
            self._input_size = self.truth.config.input_size + self._random.randrange(200)
            await self._do(SLIDER, self._person.turn(SIZE_KNOB, self._input_size))
        else:
            self._length = self._random.choice([each for each in self.truth.answers if each != self._length])
            await self._do(SLIDER, self._person.turn(LENGTH_KNOB, self._length))

    async def _upload(self) -> float:
        seconds = await self._person.choose("Picture", "Upload")
        return seconds + await self._person.upload(self.truth.photograph.name, self.truth.photograph.data)

    async def _do(self, what: str, doing: Awaitable[float]) -> None:
        """Waits for the answer and looks at it. Whose connection is lost comes back by the link."""
        try:
            seconds = await doing
            found = [*self._person.screen.errors, *self._differences()]
            await self._person.fetch_pictures()
        except (OSError, TimeoutError, LookupError, WebSocketException, requests.RequestException) as error:
            self._note(what, f"{type(error).__name__}: {error}")
            if what != OPEN:
                with suppress(OSError):
                    await self.arrive()
            return
        self._record.waits.setdefault(what, []).append(seconds)
        for each in found:
            self._note(what, each)

    def _differences(self) -> list[str]:
        if self._person.page in _OF_WEIGHTS and not self._has_brought:
            return []
        return differences(self._person, self.truth, self._length, self._input_size, self._layer)

    def _note(self, what: str, fault: str) -> None:
        self._record.faults.append(f"{self.truth.photograph.name}, {what} on {self._person.page}: {fault[:300]}")
