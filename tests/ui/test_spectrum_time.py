"""The spectrum timed on the chapter's page, with tiny networks; no time is asserted."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.chapters.graphs.spectrum import CHANNELS
from explorer.counting.measured.spectrum import LayerAtStop, TimedStop
from explorer.counting.measured.timing import Spread
from explorer.model.budget import BUDGET_VARIABLE
from explorer.model.engines.choice import ENGINE_VARIABLE
from explorer.networks.xception import XceptionConfig
from explorer.ui.understand.parts.extreme import spectrum_time
from explorer.ui.understand.parts.extreme.time_in_words import told
from tests.quick_rates import quicken
from tests.ui.test_timing_panel import pressed, words

TINY = {
    segments: XceptionConfig(input_size=64, width=0.25, middle_repeats=1, classes=10, segments=asked)
    for segments, asked in ((CHANNELS, None), (364, 8), (1, 1))
}


MS = 0.001


def page() -> None:
    from explorer.ui.session.error_boundary import explained
    from explorer.ui.understand.parts.extreme.spectrum_time import show_spectrum_time

    with explained():
        show_spectrum_time()


@pytest.fixture(autouse=True)
def short(monkeypatch):
    quicken(monkeypatch)
    monkeypatch.setattr(spectrum_time, "timed_networks", lambda: TINY)


def asked() -> AppTest:
    return pressed(AppTest.from_function(page, default_timeout=60).run(), "Time it on this machine")


def test_nothing_runs_until_it_is_asked_and_started():
    app = AppTest.from_function(page, default_timeout=60).run()
    assert "26 times" not in words(app)
    app = pressed(app, "Time it on this machine")
    assert "at 3 numbers of segments** runs each of them 26 times" in words(app)
    app = pressed(app, "Start")
    assert not app.exception and not app.error
    said = words(app)
    assert "With 364 segments it takes" in said and "% more multiply-adds" in said
    assert "All of Xception" in said and "With 1 segment the network takes" in said
    assert "median of the 3 equal ones" in said and "Weights are random" in said
    assert "10 passes of each network" in said
    assert "All of Xception" in words(AppTest.from_function(page, default_timeout=60).run()), "others see it at once"
    assert "runs each of them 26 times" in words(pressed(app, "Measure again"))


def test_what_does_not_fit_is_left_out_by_name(monkeypatch):
    monkeypatch.setenv(BUDGET_VARIABLE, "59 MiB")
    app = asked()
    assert "at 2 numbers of segments" in words(app)
    assert "may take here: 1 segment (92.9 MiB)." in words(app)
    monkeypatch.setenv(BUDGET_VARIABLE, "30 MiB")
    app = AppTest.from_function(page, default_timeout=60).run()
    assert "364 segments (53.2 MiB)" in words(app) and not app.button


def test_an_engine_without_a_record_times_the_whole_alone(monkeypatch):
    monkeypatch.setenv(ENGINE_VARIABLE, "tensorflow")
    app = pressed(asked(), "Start")
    assert not app.exception and not app.error
    assert "TensorFlow does not tell what each layer takes" in words(app)
    assert "One layer" not in words(app) and "All of Xception" in words(app)


def stop(segments: int, macs: int, median: float, spatial: float = 1.0) -> TimedStop:
    layer = LayerAtStop(macs // 24, spatial * MS, 2 * MS, 24)
    return TimedStop(segments, macs, Spread(median * MS, (median - 1) * MS, (median + 1) * MS, 10), layer)


@pytest.mark.parametrize(
    ("of_364", "said"),
    [
        (30, "**is the fastest here**: it takes 25.0 ms, the next one, with 364 segments, 30.0 ms"),
        (20, "**is not the fastest here**: with 364 segments it takes 20.0 ms, at the depthwise end 25.0 ms"),
        (26, "it cannot be told whether the depthwise end is the fastest: it takes 25.0 ms, with 364 segments 26.0 ms"),
    ],
)
def test_sentences_say_no_more_than_was_measured(of_364, said):
    layer, whole, ends = told((stop(1, 24000, 200), stop(364, 2448, of_364, 3.4), stop(728, 2400, 25)))
    assert said in whole
    assert "With 364 segments it takes **1.80 times as long** as the depthwise one, for 2.0 % more" in layer
    assert "takes 3.40 ms against 1.00 ms" in layer
    assert ends == (
        "With 1 segment the network takes 8.0 times as long as at the depthwise end, and has 10.0 times the "
        "multiply-adds."
    )
