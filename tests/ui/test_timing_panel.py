import pytest
from streamlit.testing.v1 import AppTest

from explorer.model.budget import BUDGET_VARIABLE
from explorer.networks.mobilenet import MobileNetConfig
from explorer.networks.xception import XceptionConfig
from explorer.ui.session import cache
from explorer.ui.timed.measuring import forget
from tests.quick_rates import quicken

SMALL = {
    "Small": XceptionConfig(input_size=79, width=0.25, middle_repeats=0, classes=10),
    "Other": MobileNetConfig(input_size=64, alpha=0.25, classes=10),
}


def page(configs) -> None:
    from explorer.ui.timed.timing_panel import show_timing

    show_timing(configs)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    quicken(monkeypatch)
    for config in SMALL.values():
        forget(config, 1)  # another test may have timed it


def opened(configs=SMALL) -> AppTest:
    return AppTest.from_function(page, kwargs={"configs": configs}, default_timeout=60).run()


def pressed(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def words(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.markdown, *app.caption, *app.subheader, *app.get("html")))


def test_a_network_is_timed_kept_compared_and_let_go():
    app = opened()
    assert "runs the network 26 times" in words(app) and "on this machine" in words(app)
    app = pressed(app, "Start")
    assert not app.exception and not app.error
    assert "Roofline" in words(app) and "Measured so far" not in words(app)
    assert "Weights are random" in words(app) and "at best" in words(app)
    app = pressed(app.selectbox[0].set_value("Other").run(), "Start")
    assert "Measured so far" in words(app)
    app = pressed(app, "Measure again")
    assert "runs the network" in words(app) and "Measured so far" not in words(app)
    assert "Roofline" in words(app.selectbox[0].set_value("Small").run())


def test_only_the_first_estimate_waits_for_a_network(monkeypatch):
    run = []
    monkeypatch.setattr(cache, "pass_seconds", lambda config, weights: run.append(config) or 0.002)
    cache.timing_pace.clear()
    app = opened()
    assert "runs the network 26 times" in words(app) and run == [SMALL["Small"]]
    app.selectbox[0].set_value("Other").run()
    assert "runs the network 26 times" in words(app) and run == [SMALL["Small"]]
    cache.timing_pace.clear()


def test_what_would_not_fit_is_refused_before_it_is_tried(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, "30 MiB")
    app = opened({"Large": XceptionConfig(), "Small": SMALL["Small"]})
    assert "Timing this network with one image in a pass may take 30.0 MiB" in app.error[0].value
    assert not [button for button in app.button if button.label == "Start"]
