"""What the browser says was clicked is believed only as far as the network has it."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.configuration.registry import PAPER, graph_of
from explorer.counting.tally import tally
from explorer.ui.widgets.clickable_diagram import Click, neighbour, read_click, toggled

XCEPTION = tally(graph_of(PAPER))


@pytest.mark.parametrize(
    ("value", "click"),
    [
        ({"kind": "module", "name": "block7"}, Click("block7")),
        ({"kind": "layer", "name": "block7_sepconv2"}, Click("block7", "block7_sepconv2")),
        ({"kind": "layer", "name": "block7"}, None),
        ({"kind": "module", "name": "block7_sepconv2"}, None),
        ({"kind": "flow", "name": "entry"}, None),
        ({"kind": "layer", "name": "<script>alert(1)</script>"}, None),
        ({"kind": "layer", "name": ["block7_sepconv2"]}, None),
        ({"kind": ["layer"], "name": "block7_sepconv2"}, None),
        ({"name": "block7"}, None),
        ({}, None),
        (["layer", "block7_sepconv2"], None),
        ("block7", None),
        (7, None),
        (None, None),
    ],
)
def test_only_what_the_network_has_can_be_clicked(value, click):
    assert read_click(XCEPTION, value) == click


def test_a_second_click_closes_and_of_equal_modules_one_is_open():
    opened = toggled(XCEPTION, frozenset({"block2"}), "block5")
    assert opened == {"block2", "block5"}
    assert toggled(XCEPTION, opened, "block9") == {"block2", "block9"}
    assert toggled(XCEPTION, frozenset({"block2", "block9"}), "block9") == {"block2"}


def test_of_equal_modules_left_open_by_another_network_the_one_shown_closes():
    # With other settings the modules may not have been equal, and several open.
    assert toggled(XCEPTION, frozenset({"block6", "block9"}), "block6") == frozenset()
    assert toggled(XCEPTION, frozenset({"block6", "block9"}), "block9") == {"block9"}


def test_the_layers_beside_what_is_selected_are_those_of_the_description():
    names = [layer.node.name for layer in XCEPTION.layers]
    click, walked = neighbour(XCEPTION, Click(XCEPTION.module_tallies[0].name), 1), []
    while click is not None:
        walked.append(click)
        click = neighbour(XCEPTION, click, 1)
    assert [each.layer for each in walked] == names
    assert all(XCEPTION.by_name[each.layer].node.module == each.module for each in walked)
    assert neighbour(XCEPTION, walked[5], -1) == walked[4]
    assert neighbour(XCEPTION, walked[0], -1) is None
    of_block2 = [each for each in walked if each.module == "block2"]
    before = walked[walked.index(of_block2[0]) - 1]
    assert neighbour(XCEPTION, Click("block2"), 1) == of_block2[0]
    assert neighbour(XCEPTION, Click("block2"), -1) == before


def page(repeats: int) -> None:
    import streamlit as st

    from explorer.configuration.registry import graph_of
    from explorer.counting.tally import tally
    from explorer.networks.xception import XceptionConfig
    from explorer.ui.widgets.clickable_diagram import architecture_diagram

    click = architecture_diagram(tally(graph_of(XceptionConfig(middle_repeats=repeats))), "diagram")
    st.write("nothing" if click is None else click.layer or click.module)


@pytest.mark.parametrize(
    ("selected", "repeats", "said"),
    [
        (None, 8, "nothing"),
        (Click("block12"), 8, "block12"),
        (Click("block12", "block12_sepconv3"), 8, "block12_sepconv3"),
        (Click("block12", "block12_sepconv3"), 2, "nothing"),
    ],
)
def test_a_selection_lasts_as_long_as_the_network_has_it(selected, repeats, said):
    app = AppTest.from_function(page, kwargs={"repeats": repeats}, default_timeout=30)
    app.session_state["diagram-selected"] = selected
    app.session_state["diagram-opened"] = frozenset({"block2", "block12"})
    app.run()
    assert not app.exception
    assert app.markdown[0].value == said
