import csv

from streamlit.testing.v1 import AppTest

from explorer.configuration.registry import PAPER, PRESETS, graph_of
from explorer.counting.differences.difference import difference
from explorer.counting.differences.difference_report import difference_csv
from explorer.counting.tally import tally


def _panel(second: str) -> None:
    from explorer.configuration.named import config_named
    from explorer.configuration.registry import PAPER, graph_of
    from explorer.counting.tally import tally
    from explorer.ui.compare.difference_panel import show_difference

    config = config_named(second)
    show_difference("The *paper*", tally(graph_of(PAPER)), "Mine", tally(graph_of(config)))


def shown(second: str) -> AppTest:
    app = AppTest.from_function(_panel, kwargs={"second": second}, default_timeout=30).run()
    assert not app.exception
    return app


def test_sentences_then_the_layers_that_differ_which_can_be_searched():
    app = shown("from-scratch")
    assert r"What **Mine** has otherwise than **The \*paper\***:" in app.markdown[0].value
    assert app.markdown[1].value.count("\n- ") == 5
    assert len(app.dataframe[0].value) == 51
    app.text_input[0].set_value("added relu block7").run()
    assert app.info[0].value.startswith("No layer that differs matches")
    app.text_input[0].set_value("added block7").run()
    assert list(app.dataframe[0].value["second"]) == ["block7_act"]


def test_equal_networks_and_strange_ones_have_no_table():
    equal, strange = shown("paper"), shown("vgg16")
    assert "No difference" in equal.success[0].value
    assert "share little" in strange.markdown[1].value
    assert not equal.dataframe
    assert not strange.dataframe


def test_the_csv_holds_every_layer_that_is_given():
    found = difference(tally(graph_of(PAPER)), tally(graph_of(PRESETS["from-scratch"].config)))
    rows = list(csv.DictReader(difference_csv(found.rows).splitlines()))
    assert len(rows) == len(found.rows) == 142
