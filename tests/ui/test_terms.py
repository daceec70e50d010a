from math import log2

from explorer.tour.step import PAGE_TITLES
from explorer.ui.widgets.terms import TERMS, glossary


def test_every_page_explains_its_terms_and_no_meaning_is_idle():
    assert set(TERMS) == set(PAGE_TITLES.values())
    assert {term for terms in TERMS.values() for term in terms} == set(glossary())


def test_what_the_glossary_counts_is_so():
    assert f"log2 6 = {log2(6):.1f}" in glossary()["entropy"]
