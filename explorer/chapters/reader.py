"""A chapter's file, read. `assets/chapters/README.md` says for people what a file may hold."""

import re
from collections.abc import Iterator
from itertools import groupby
from types import MappingProxyType
from typing import NoReturn, cast
from urllib.parse import parse_qsl

from explorer.arch.knobs import knobs
from explorer.chapters.chapter import Block, Chapter, Elsewhere, Place, Words
from explorer.configuration.link import NETWORK, from_query
from explorer.configuration.registry import DEFAULT_NETWORK, NETWORKS
from explorer.errors import ChapterError
from explorer.tour.step import PAGE_TITLES, Page

QUESTION, ANSWER, ELSEWHERE = "## Question", "## Answer", "## Elsewhere"
"""Headings that divide a chapter, in this order; they stay as they are in a translation."""

_TITLE, _SHORT = "# ", "short: "
_PLACE = re.compile(r"\{\{([a-z0-9]+(?:-[a-z0-9]+)*)\}\}")
_LINK = re.compile(r"- \[([^\]]+)\]\(([a-z_]+)(?:\?([^)\s]*))?\)")

_Line = tuple[int, str]


def read_chapter(text: str, file: str, number: int) -> Chapter:
    """The chapter that a file tells.

    Args:
        text: Of the file.
        file: Its name, for errors.
        number: The chapter's, from 1.

    Raises:
        ChapterError: If something in it is not as it must be; names file and line, and says what was expected.
    """
    return _Reader(file, number).chapter([(place, line.rstrip()) for place, line in enumerate(text.splitlines(), 1)])


class _Reader:
    def __init__(self, file: str, number: int) -> None:
        self.file, self.number = file, number

    def fail(self, line: int, expected: str, got: str) -> NoReturn:
        raise ChapterError(f"{self.file}, line {line}: expected {expected}, got {got[:60]!r}")

    def chapter(self, lines: list[_Line]) -> Chapter:
        told = [line for line in lines if line[1]]
        title = self.head(told, 0, _TITLE, f"{_TITLE.strip()} and a title")
        short = self.head(told, 1, _SHORT, f"{_SHORT.strip()} and a word or two")
        parts = self.parts([line for line in lines if line[0] > told[1][0]])
        return Chapter(
            self.number,
            title,
            short,
            tuple(self.blocks(parts[""])),
            tuple(self.words_alone(parts[QUESTION])),
            tuple(self.words_alone(parts[ANSWER])),
            tuple(self.elsewhere(parts[ELSEWHERE])),
        )

    def head(self, lines: list[_Line], place: int, mark: str, expected: str) -> str:
        at, text = lines[place] if place < len(lines) else (place + 1, "")
        if not text.startswith(mark) or not text.removeprefix(mark).strip():
            self.fail(at, expected, text)
        return text.removeprefix(mark).strip()

    def parts(self, lines: list[_Line]) -> dict[str, list[_Line]]:
        """The lines below each of the three headings, and above them."""
        order = ["", QUESTION, ANSWER, ELSEWHERE]
        found: dict[str, list[_Line]] = {"": []}
        for at, text in lines:
            if text.startswith(("# ", "## ")):
                expected = order[len(found)] if len(found) < len(order) else "no further heading of this size"
                if text != expected:
                    self.fail(at, expected, text)
                found[text] = []
            else:
                found[list(found)[-1]].append((at, text))
        for heading in order:
            if not any(text for _, text in found.get(heading, ())):
                end = lines[-1][0] if lines else 1
                self.fail(end, f"something under {heading}" if heading else "text before the question", "nothing")
        return found

    def blocks(self, lines: list[_Line]) -> Iterator[Block]:
        """Places, and the text between them as one block each."""
        for is_place, run in groupby(lines, key=lambda line: _PLACE.fullmatch(line[1]) is not None):
            same = list(run)
            if is_place:
                yield from (Place(text[2:-2], at) for at, text in same)
            else:
                yield from self.words(same)

    def words(self, lines: list[_Line]) -> Iterator[Words]:
        for at, text in lines:
            if _PLACE.sub("", text).count("{{") or _PLACE.sub("", text).count("}}"):
                self.fail(at, "a name of small letters, digits and hyphens between {{ and }}", text)
        told = "\n".join(text for _, text in lines).strip()
        if told:
            first = next(at for at, text in lines if text)
            yield Words(told, tuple(dict.fromkeys(_PLACE.findall(told))), first)

    def words_alone(self, lines: list[_Line]) -> Iterator[Words]:
        for block in self.blocks(lines):
            if isinstance(block, Place):
                self.fail(block.line, "text alone in question and answer", f"{{{{{block.name}}}}}")
            yield block

    def elsewhere(self, lines: list[_Line]) -> Iterator[Elsewhere]:
        for at, text in lines:
            if not text:
                continue
            found = _LINK.fullmatch(text)
            if found is None:
                self.fail(at, "a link such as - [What is seen there](architecture?segments=1)", text)
            words, page, query = found[1], cast(Page, found[2]), found[3] or ""
            if page not in PAGE_TITLES:
                self.fail(at, f"one of the pages {', '.join(PAGE_TITLES)}", page)
            asked = dict(parse_qsl(query, keep_blank_values=True))
            fields = knobs(NETWORKS.get(asked.get(NETWORK, ""), DEFAULT_NETWORK).config)
            turned = {name: value for name, value in asked.items() if name == NETWORK or name in fields}
            reading = from_query(turned)
            if reading.ignored:
                self.fail(at, "knobs in their range", reading.ignored[0])
            view = MappingProxyType({name: value for name, value in asked.items() if name not in turned})
            yield Elsewhere(words, page, reading.config, view)
