import pytest

from explorer.chapters.chapter import Place, Words
from explorer.chapters.reader import read_chapter
from explorer.errors import ChapterError
from explorer.networks.xception import XceptionConfig

TEXT = """# A title
short: Short

Some words with {{a-number}} in them.

{{live}}
### Smaller
More.

## Question
Why?

## Answer
Because of {{another}}.

## Elsewhere
- [All regular](architecture?segments=1)
- [A layer](feature_maps?layer=block2_sepconv1&width=0.5)
"""


def test_a_chapter_is_read_in_its_order():
    chapter = read_chapter(TEXT, "1-a.md", 1)
    assert (chapter.title, chapter.short, chapter.places) == ("A title", "Short", ("live",))
    first, place, last = chapter.blocks
    assert isinstance(first, Words) and first.written({"a-number": "7"}) == "Some words with 7 in them."
    assert place == Place("live", 6)
    assert isinstance(last, Words) and (last.markdown, last.line) == ("### Smaller\nMore.", 7)
    assert chapter.numbers == {"a-number", "another"}
    one, two = chapter.elsewhere
    assert (one.page, one.config, dict(one.view)) == ("architecture", XceptionConfig(segments=1), {})
    assert (two.config, dict(two.view)) == (XceptionConfig(width=0.5), {"layer": "block2_sepconv1"})


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("# A title", "A title", r"1-a\.md, line 1: expected # and a title, got 'A title'"),
        ("short: Short", "", "line 4: expected short: and a word or two"),
        ("## Answer\n", "## Answers\n", "line 13: expected ## Answer, got '## Answers'"),
        ("Why?", "", "expected something under ## Question"),
        ("Why?", "{{live}}", "line 11: expected text alone in question and answer, got '{{live}}'"),
        ("{{a-number}}", "{{A number}}", "line 4: expected a name of small letters"),
        ("architecture?", "arquitecture?", "line 17: expected one of the pages architecture, .* got 'arquitecture'"),
        ("segments=1", "segments=x", "line 17: expected knobs in their range"),
        ("- [All regular](", "[All regular](", "line 17: expected a link such as"),
    ],
)
def test_what_is_not_as_it_must_be_is_told_by_file_and_line(before, after, message):
    assert before in TEXT
    with pytest.raises(ChapterError, match=message):
        read_chapter(TEXT.replace(before, after, 1), "1-a.md", 1)
