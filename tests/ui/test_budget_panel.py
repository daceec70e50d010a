import re

import pytest
from streamlit.testing.v1 import AppTest

from explorer.model.budget import BUDGET_VARIABLE
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig
from tests.quick_rates import quicken


def page(config) -> None:
    import streamlit as st

    from explorer.ui.compare.budget.panel import show_budget
    from explorer.ui.session import state

    st.caption(f"{st.session_state.get('width')} {st.session_state.get('middle_repeats')}")
    state.set_config(config)
    show_budget(config)


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, kwargs={"config": XceptionConfig()}, default_timeout=30).run()


def frontier(app: AppTest):
    return next(group for group in app.get("button_group") if group.key.startswith("budget setting"))


def test_a_click_on_a_setting_of_the_frontier_turns_the_knobs(app):
    assert not app.exception
    # As many parameters as Inception V3 at first: the paper's Xception lies on the frontier.
    assert frontier(app).value == "1 × 8"
    frontier(app).set_value("0.6 × 32").run()
    assert not app.exception
    assert (app.session_state["width"], app.session_state["middle_repeats"]) == (0.6, 32)
    assert app.session_state["input_size"] == 299
    assert app.caption[0].value == "0.6 32"  # the whole page has run


def test_other_limits_have_other_frontiers(app):
    app.segmented_control(key="budget_quantity").set_value("macs").run()
    assert frontier(app).value is None
    assert "0.8 × 8" in frontier(app).options
    app.selectbox(key="budget_reference").select("a number").run()
    assert app.text_input[0].value == "570M"
    assert "0.25 × 8" in frontier(app).options
    app.text_input[0].set_value("1").run()
    assert app.warning[0].value.startswith("Nothing is admissible. Nearest is Width multiplier 0.25, Middle-flow mod")
    app.text_input[0].set_value("<b>/etc/passwd").run()
    assert "the limit must be a number above 0 such as 5e6 or 570M, got" in app.error[0].value
    assert not app.exception


def test_a_network_without_the_knobs_says_what_to_choose():
    app = AppTest.from_function(page, kwargs={"config": MobileNetConfig()}, default_timeout=30).run()
    assert not app.exception and not app.selectbox
    assert app.info[0].value.endswith("MobileNet V1 has no knobs for both: choose Xception.")


def test_milliseconds_are_predicted_from_networks_timed_by_one_click_then_judged_by_another(monkeypatch):
    quicken(monkeypatch)
    monkeypatch.setenv(BUDGET_VARIABLE, "70 MiB")
    small = {"config": XceptionConfig(input_size=71, classes=10)}
    app = AppTest.from_function(page, kwargs=small, default_timeout=60).run()
    app.selectbox(key="budget_reference").select("a number").run()
    app.segmented_control(key="budget_quantity").set_value("predicted_ms").run()
    assert "4 networks** runs each of them 46 times" in words(app) and not app.get("plotly_chart")
    start(app)
    assert not app.exception and not app.error
    assert len(app.get("plotly_chart")) == 1 and "the memory budget is too small" in words(app)
    app.text_input[0].set_value("0.001").run()
    assert app.warning[-1].value.startswith("Nothing is admissible. Nearest is Width multiplier 0.25, Middle-flow mod")
    least = float(re.search(r": ([0-9.]+) ms predicted", app.warning[-1].value)[1])
    app.text_input[0].set_value(f"{1.5 * least} ms").run()
    start(app)
    assert "A ratio of 1 would be exact" in words(app)
    app.segmented_control(key="budget_quantity").set_value("params").run()
    assert not app.exception and "A ratio of 1" not in words(app)


def words(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.markdown, *app.caption, *app.subheader))


def start(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Start").click().run()
