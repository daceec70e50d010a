"""A chapter as data: what is told, where its live parts stand, its question, and where else the same is to be seen."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.arch.knobs import Config
from explorer.tour.step import Page


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs in Markdown; numbers that are counted stand in them by name, as `{{name}}`.

    Attributes:
        markdown: The text as the file has it.
        numbers: Names of the numbers in it.
        line: Of the file, from 1.
    """

    markdown: str
    numbers: tuple[str, ...]
    line: int

    def written(self, counted: Mapping[str, str]) -> str:
        """The text with its numbers put in; one that is not known stays a name."""
        text = self.markdown
        for name in self.numbers:
            text = text.replace(f"{{{{{name}}}}}", counted.get(name, name))
        return text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a live part stands.

    Attributes:
        name: Of the part.
        line: Of the file, from 1.
    """

    name: str
    line: int


Block = Words | Place


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A link to another page in a state.

    Attributes:
        words: What is to be seen there.
        page: Which page.
        config: What its knobs stand at.
        view: What else stands in the link, by name.
    """

    words: str
    page: Page
    config: Config
    view: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter.

    Attributes:
        number: From 1.
        title: In full.
        short: In a word or two, for the row in which chapters are chosen.
        blocks: What is told and shown, in order.
        question: What is asked at the end.
        answer: What opens.
        elsewhere: Links to other pages.
    """

    number: int
    title: str
    short: str
    blocks: tuple[Block, ...]
    question: tuple[Words, ...]
    answer: tuple[Words, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the live parts, in order."""
        return tuple(block.name for block in self.blocks if isinstance(block, Place))

    @property
    def numbers(self) -> frozenset[str]:
        """Names of the numbers that its text has."""
        words = [*(block for block in self.blocks if isinstance(block, Words)), *self.question, *self.answer]
        return frozenset(name for each in words for name in each.numbers)
