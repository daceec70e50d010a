"""The part of a link that says which chapter is open."""

from collections.abc import Mapping

from explorer.chapters.book import chapters
from explorer.errors import ChapterError
from explorer.ui.links.parts.view_link import View

CHAPTER = "chapter"
"""Number of the chapter."""

FIRST = "1"
"""What is open unless the link says otherwise."""


def numbers() -> tuple[str, ...]:
    """What the link may say."""
    return tuple(str(chapter.number) for chapter in chapters())


def read_chapter_choice(query: Mapping[str, str]) -> View:
    """What of `query` about chapters can be had. Never raises, whatever the link holds."""
    if CHAPTER not in query:
        return View({}, ())
    try:
        known = numbers()
    except ChapterError as error:
        return View({}, (f"{error}.",))
    if query[CHAPTER] in known:
        return View({CHAPTER: query[CHAPTER]}, ())
    return View({}, (f"{CHAPTER}: must be one of {', '.join(known)}; the first is shown.",))
