"""The chapters as they ship: nothing in them is unknown, and nothing that they could name is idle."""

import re
from importlib import import_module
from itertools import chain

from explorer.chapters.book import FOLDER, chapters
from explorer.chapters.numbers import NUMBERS
from explorer.ui.links.opening_link import LINKED, WEIGHTS
from explorer.ui.understand.parts.registry import PARTS


def test_every_place_is_a_live_part_and_every_part_has_a_place():
    places = list(chain.from_iterable(chapter.places for chapter in chapters()))
    assert sorted(places) == sorted(PARTS)
    for path in PARTS.values():
        module, function = path.rsplit(".", 1)
        assert callable(getattr(import_module(f"explorer.ui.understand.parts.{module}"), function))


def test_every_number_is_counted_and_every_counted_one_is_told():
    assert frozenset().union(*(chapter.numbers for chapter in chapters())) == set(NUMBERS)


def test_links_hold_choices_that_pages_know():
    for chapter in chapters():
        for place in chapter.elsewhere:
            assert set(place.view) <= {*LINKED, WEIGHTS}, place.words


def test_no_count_of_a_network_is_typed():
    for path in FOLDER.glob("[1-9]-*.md"):
        assert not re.search(r"\d{1,3},\d{3}", path.read_text(encoding="utf-8")), path.name
