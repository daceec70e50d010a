"""All chapters, in order. A chapter is there as soon as its file is."""

import re
from functools import cache

from explorer.assets import ASSETS
from explorer.chapters.chapter import Chapter
from explorer.chapters.reader import read_chapter
from explorer.errors import ChapterError

FOLDER = ASSETS / "chapters"
_NAME = re.compile(r"([1-9])-[a-z0-9-]+\.md")


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter.

    Raises:
        ChapterError: If a file is not as it must be, or a number is missing; names the file.
    """
    files = {path.name: path for path in FOLDER.glob("*.md") if _NAME.fullmatch(path.name)}
    found = []
    for number, name in enumerate(sorted(files), 1):
        if not name.startswith(f"{number}-"):
            raise ChapterError(f"{name}: expected the number {number}, for chapters are counted without gaps")
        found.append(read_chapter(files[name].read_text(encoding="utf-8"), name, number))
    return tuple(found)
