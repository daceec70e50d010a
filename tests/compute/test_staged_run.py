"""Every second here is the test's own."""

import pytest

from explorer.compute.staged_run import Stage, StagedRun

SMALL, LARGE = Stage(2.0, 0.1, 10), Stage(4.0, 2.0, 10)


def test_small_passes_are_a_small_share_and_what_is_left_follows_what_was_off():
    now = 0.0
    run = StagedRun((SMALL, LARGE), lambda: now)
    assert (run.share(20), run.left(20)) == (0, 27)
    run.saw(0)
    now = 60.0  # it waited for others
    run.saw(1)
    assert run.left(20) == pytest.approx(27 - 2.1), "the clock begins at the first pass"
    now += 1.8
    run.saw(10)
    assert run.share(20) == pytest.approx(3 / 27)
    assert run.left(20) == pytest.approx(24 * (2.7 + 1.8) / (2.7 + 0.9)), "twice as slow so far, which was little"
    now += 6.0
    run.saw(11)
    run.saw(11)
    assert run.share(20) == pytest.approx(9 / 27)
    assert run.left(20) == pytest.approx(18 * (2.7 + 7.8) / (2.7 + 6.9))
    run.saw(20)
    assert (run.share(20), run.left(20)) == pytest.approx((1, 0))
