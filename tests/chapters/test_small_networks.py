"""Counts of the chapters' small networks against arithmetic by hand."""

import pytest

from explorer.chapters.graphs import convolutions, inception, order, spectrum, towards_extreme
from explorer.chapters.numbers import EXAMPLE, counted
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig


def test_the_calculators_example_is_the_tutorials():
    one, two = tally(convolutions.regular(**EXAMPLE)), tally(convolutions.separable(**EXAMPLE))
    assert one.params == 3 * 3 * 3 * 64 == 1728
    assert [layer.params for layer in two.layers[1:]] == [27, 192] and two.params == 219
    assert (one.macs, two.macs) == (299 * 299 * 1728, 299 * 299 * 219)
    assert counted(["regular-params", "separable-params"]) == {"regular-params": "1,728", "separable-params": "219"}


@pytest.mark.parametrize(("channels", "filters", "kernel"), [(3, 64, 3), (728, 728, 3), (16, 5, 7), (8, 1, 1)])
def test_the_share_that_is_left_is_one_over_outputs_and_one_over_the_kernel_squared(channels, filters, kernel):
    one = tally(convolutions.regular(10, channels, filters, kernel))
    two = tally(convolutions.separable(10, channels, filters, kernel))
    assert two.params / one.params == pytest.approx(1 / filters + 1 / kernel**2)
    assert two.macs / one.macs == pytest.approx(1 / filters + 1 / kernel**2)


def test_inception_v1_module_3a_with_and_without_reductions():
    """Filters of arXiv:1409.4842, table 1, each convolution with its bias."""
    same = (192 + 1) * 64 + (192 + 1) * 32
    reduced = (192 + 1) * 96 + (9 * 96 + 1) * 128 + (192 + 1) * 16 + (25 * 16 + 1) * 32
    whole = (9 * 192 + 1) * 128 + (25 * 192 + 1) * 32
    one, other = (tally(inception.v1_module("3a", reduced=each)) for each in (True, False))
    assert (one.params, other.params) == (same + reduced, same + whole)
    assert one.layers[-1].output_shape == other.layers[-1].output_shape == (28, 28, 256)


@pytest.mark.parametrize("name", inception.V1_MODULES)
def test_every_module_of_inception_v1_stands_alone(name):
    assert tally(inception.v1_module(name)).params < tally(inception.v1_module(name, reduced=False)).params


def test_small_kernels_see_as_much_for_less():
    one, two = tally(inception.one_large(17, 64)), tally(inception.two_small(17, 64))
    assert (one.params, two.params) == (25 * 64**2, 18 * 64**2)
    square, pair = tally(inception.square(17, 64, 7)), tally(inception.row_and_column(17, 64, 7))
    assert (square.params, pair.params) == (49 * 64**2, 14 * 64**2)
    for left, right in ((one, two), (square, pair)):
        fields = [each.layers[-1].receptive_field for each in (left, right)]
        assert fields[0].rows.size == fields[1].rows.size and fields[0].columns.size == fields[1].columns.size


def test_four_steps_towards_the_extreme():
    canonical, simplified, equivalent, extreme = (tally(each.graph) for each in towards_extreme.steps(35, 192))
    part = 192 // 4
    assert canonical.params == 4 * 192 * part + 3 * 9 * part**2
    assert simplified.params == equivalent.params == 192 * 192 + 3 * 9 * 64 * 64
    assert simplified.macs == equivalent.macs == 35 * 35 * simplified.params
    assert extreme.params == 192 * 192 + 9 * 192
    assert {each.layers[-1].output_shape for each in (canonical, simplified, equivalent, extreme)} == {(35, 35, 192)}


def test_the_spectrum_ends_where_xception_is():
    for segments in spectrum.stops():
        assert tally(spectrum.layer(segments)).params == 9 * 728**2 // segments + 728**2


@pytest.mark.parametrize("count", [1, 2, 5])
def test_two_orders_differ_in_one_layer(count):
    one, other = (tally(order.stack(count, depthwise_first=first)) for first in (True, False))
    same = order.shared(count) - {"input"}
    assert len(same) == 2 * count - 1
    for name in same:
        assert one.by_name[name].node.op == other.by_name[name].node.op
        assert one.by_name[name].output_shape == other.by_name[name].output_shape
    assert other.params - one.params == 9 * (256 - 128)


def test_what_stands_between_costs_nothing():
    plain, between = (
        tally(order.middle_module(XceptionConfig(intermediate_activation=each))) for each in (None, "relu")
    )
    assert plain.params == between.params == 3 * (9 * 728 + 728**2)
    assert len(between.layers) == len(plain.layers) + 3
