"""The panels of published numbers run, and say what is chosen and what is missing."""

from streamlit.testing.v1 import AppTest

from explorer.counting.published.accuracy import accuracy_points, without_accuracy
from explorer.counting.published.disagreements.listing import disagreements


def test_every_accuracy_stands_in_the_table_with_its_source():
    def panel():
        from explorer.ui.compare.accuracy_panel import show_accuracy

        show_accuracy()

    page = AppTest.from_function(panel, default_timeout=30).run()
    page.button_group(key="accuracy_of_networks").set_value("top5").run()
    page.button_group(key="cost_of_accuracy").set_value("params").run()
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["Source"]) == [point.source for point in accuracy_points()]
    assert all(title in page.caption[0].value for title in without_accuracy())


def test_every_disagreement_shows_its_claim_and_its_arithmetic():
    def panel():
        from explorer.ui.compare.disagreements_panel import show_disagreements

        show_disagreements()

    page = AppTest.from_function(panel, default_timeout=30).run()
    assert not page.exception
    assert [code.value for code in page.code] == ["\n".join(each.arithmetic) for each in disagreements()]
    assert len(page.expander) == len(disagreements())
