"""Every second here is the test's own."""

import pytest

from explorer.compute.pace import Pace, Run, Work


def work(kind="deletion", times=2.0, network="large", macs=100, **more):
    return Work(kind, times, network, macs, **more)


def nobody():
    raise AssertionError("measured although something was seen")


def test_before_anything_was_seen_a_prediction_is_multiplied():
    assert Pace().seconds(work(share=0.5, start_s=3.0), 10, lambda: 0.1) == pytest.approx(3 + 10 * 0.1 * 2 * 0.5)


def test_the_same_kind_in_the_same_network_tells_most_then_the_kind_then_a_prediction():
    pace = Pace()
    pace.learn(work(), 10, 4.0)
    assert pace.seconds(work(start_s=3.0), 20, nobody) == pytest.approx(8), "what made it ready is done"
    pace.learn(work(network="other"), 10, 40.0)
    assert pace.seconds(work(), 20, nobody) == pytest.approx(8)
    assert pace.seconds(work(network="third", macs=50), 20, nobody) == pytest.approx(40)
    assert pace.seconds(work(kind="occlusion", times=4.0), 20, lambda: 0.1) == pytest.approx(20 * 0.1 * 4)


def test_it_forgets_the_oldest():
    pace = Pace()
    for number in range(1000):
        pace.learn(work(network=number), 1, 1.0)
    assert len(pace._seen) <= 256
    assert pace.seconds_per_pass(work(network=999), nobody) == pytest.approx(1)


def test_a_run_follows_its_last_passes_and_counts_from_the_first():
    now, pace = 0.0, Pace()
    run = Run(pace, work(), 0.25, lambda: now)
    now = 60.0  # it waited for others
    run.saw(1)
    assert run.seconds_per_pass() == 0.25
    for done in range(2, 12):
        now += 1
        run.saw(done)
    assert run.seconds_per_pass() == pytest.approx(1)
    for done in range(12, 42):
        now += 3
        run.saw(done)
        run.saw(done)
    assert run.seconds_per_pass() == pytest.approx(3)
    run.ended()
    assert pace.seconds_per_pass(work(), nobody) == pytest.approx(100 / 40)


def test_what_is_cancelled_at_once_teaches_nothing_and_what_ends_between_two_looks_does():
    now, pace = 0.0, Pace()
    cancelled = Run(pace, work(), 0.25, lambda: now)
    cancelled.ended()
    cancelled.saw(1)
    cancelled.ended()
    assert pace.seconds_per_pass(work(), lambda: 0.1) == pytest.approx(0.2)
    finished = Run(pace, work(), 0.25, lambda: now)
    finished.saw(1)
    now = 5.0
    finished.ended(11)
    assert pace.seconds_per_pass(work(), nobody) == pytest.approx(0.5)
