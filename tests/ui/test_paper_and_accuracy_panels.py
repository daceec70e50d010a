"""The panels of published numbers run, and say what is chosen and what is missing."""

from streamlit.testing.v1 import AppTest

from explorer.counting.published.accuracy import AccuracyPoint, accuracy_points, without_accuracy
from explorer.counting.published.disagreements.listing import disagreements
from explorer.model.budget import BUDGET_VARIABLE
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig
from tests.quick_rates import quicken


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


SMALL = (MobileNetConfig(input_size=64, alpha=0.25, classes=10), XceptionConfig(input_size=79, width=0.25, classes=10))
LARGE = XceptionConfig()


def test_what_fits_is_timed_by_one_click_and_the_rest_is_named_before(monkeypatch):
    def panel():
        from explorer.ui.compare.accuracy_panel import show_accuracy

        show_accuracy()

    quicken(monkeypatch)
    points = tuple(AccuracyPoint("Net", config, "A paper", "", 1, 1, 0.7) for config in (*SMALL, LARGE))
    monkeypatch.setattr("explorer.ui.compare.accuracy_panel.accuracy_points", lambda: points)
    monkeypatch.setenv(BUDGET_VARIABLE, "100 MiB")
    page = AppTest.from_function(panel, default_timeout=60).run()
    assert "Time here" not in page.dataframe[0].value
    page.button_group(key="cost_of_accuracy").set_value("time").run()
    words = " ".join(each.value for each in (*page.markdown, *page.caption))
    assert "The measurement of 2 configurations** runs each of them 26 times" in words
    assert "not in the chart: MobileNet V1, Xception." in words and "100.0 MiB: Xception." in words
    assert not page.get("plotly_chart")
    next(button for button in page.button if button.label == "Start").click().run()
    assert not page.exception and len(page.get("plotly_chart")) == 1
    assert [bool(each) for each in page.dataframe[0].value["Time here"].fillna(0)] == [True, True, False]
    assert "Not timed yet" not in " ".join(each.value for each in page.caption)
