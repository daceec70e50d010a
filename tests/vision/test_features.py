"""Numbers of channels against sums made by hand."""

import numpy as np
import pytest

from explorer.errors import ConfigError
from explorer.vision.features.channels import ORDERS, channel_statistics, check_channel, ordered

# Two rows, two columns, four channels: lively, off everywhere, constant, with one value below 0.
ACTIVATION = np.array([[[1, 0, 3, -1], [2, 0, 3, 0]], [[0, 0, 3, 4], [5, 0, 3, 1]]], np.float32)[None]
GRADIENT = np.array([[[1, 9, -1, 2], [0, 9, 0, 7]], [[3, 9, 0, 1], [-1, 9, 0, 1]]], np.float32)[None]


def test_every_number_is_over_all_positions():
    found = channel_statistics(ACTIVATION, GRADIENT)
    np.testing.assert_array_equal(found.mean, [2, 0, 3, 1])
    np.testing.assert_array_equal(found.minimum, [0, 0, 3, -1])
    np.testing.assert_array_equal(found.maximum, [5, 0, 3, 4])
    np.testing.assert_array_equal(found.variance, [3.5, 0, 0, 3.5])
    np.testing.assert_array_equal(found.sparsity, [0.25, 1, 0, 0.5])
    np.testing.assert_array_equal(found.contribution, [1 - 5, 0, -3, -2 + 4 + 1])
    np.testing.assert_array_equal(found.dead, [False, True, True, False])
    assert {array.dtype for array in (found.mean, found.minimum, found.sparsity, found.contribution)} == {
        np.dtype(np.float64)
    }
    with pytest.raises(ValueError, match="read-only"):
        found.mean[0] = 1


def test_sums_are_of_float64():
    many = np.full((1, 1000, 1000, 1), 0.1, np.float32)
    found = channel_statistics(many, many)
    assert found.mean[0] == pytest.approx(float(np.float32(0.1)), rel=1e-12)
    assert found.contribution[0] == pytest.approx(1e6 * float(np.float32(0.1)) ** 2, rel=1e-12)
    assert found.variance[0] < 1e-20


def test_a_map_of_one_position_is_dead_only_at_zero():
    np.testing.assert_array_equal(channel_statistics(np.array([[[[0, 2, -1]]]], np.float32)).dead, [True, False, False])


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("number", [0, 1, 2, 3]),
        ("mean", [2, 0, 3, 1]),
        ("variance", [0, 3, 1, 2]),  # of equals the lower number first
        ("sparsity", [1, 3, 0, 2]),
        ("contribution", [3, 1, 2, 0]),
    ],
)
def test_the_strongest_come_first(order, numbers):
    assert order in ORDERS
    np.testing.assert_array_equal(ordered(channel_statistics(ACTIVATION, GRADIENT), order), numbers)


def test_what_cannot_be_ordered_or_found_says_so():
    with pytest.raises(ConfigError, match="contribution only if a class is given"):
        ordered(channel_statistics(ACTIVATION), "contribution")
    with pytest.raises(ConfigError, match="nearest is variance"):
        ordered(channel_statistics(ACTIVATION), "varance")
    with pytest.raises(ConfigError, match="from 0 to 3, got 4"):
        check_channel(4, 4)
    with pytest.raises(ConfigError, match="from 0 to 3, got -1"):
        check_channel(-1, 4)
