import numpy as np
import pytest

from explorer.vision.proofs.convolution import convolved
from explorer.vision.proofs.equivalence import TOLERANCE, compare, cut_towers, random_towers
from explorer.vision.proofs.one_output import KERNELS, MIXTURES, one_output


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_a_convolution_is_the_sum_that_its_definition_says(groups):
    drawn = np.random.default_rng(1)
    values, kernel = drawn.standard_normal((5, 4, 4)), drawn.standard_normal((3, 1, 4 // groups, 8))
    result = convolved(values, kernel, groups)
    for row, column, output in np.ndindex(5, 4, 8):
        first = output // (8 // groups) * (4 // groups)
        expected = sum(
            values[row + r - 1, column, first + c] * kernel[r, 0, c, output]
            for r in range(3)
            for c in range(4 // groups)
            if 0 <= row + r - 1 < 5
        )
        assert result[row, column, output] == pytest.approx(expected)


@pytest.mark.parametrize("towers", [2, 3, 4, 6, 8, 16, 96])
@pytest.mark.parametrize("seed", [0, 1])
def test_towers_and_segments_are_one_function(towers, seed):
    found = compare(*random_towers(seed, 12, 96, towers))
    assert found.towers.shape == (12, 12, 96) and found.range > 1
    assert found.relative < TOLERANCE == 1e-5 and found.holds


def test_towers_in_another_order_are_told_apart():
    values, mixtures, kernels = random_towers(0, 8, 12, 3)
    wrong = compare(values, mixtures, [kernels[1], kernels[0], kernels[2]])
    right = compare(values, mixtures, kernels)
    assert np.abs(right.towers - wrong.segments).max() > 0.1 * right.range


def test_towers_cut_from_layers_are_equal_too():
    drawn = np.random.default_rng(2)
    mixture, kernel = drawn.standard_normal((64, 128), np.float32), drawn.standard_normal((3, 3, 32, 64), np.float32)
    for towers in (2, 3, 16):
        mixtures, kernels = cut_towers(mixture, kernel, towers, 64 // towers)
        assert compare(drawn.standard_normal((9, 9, 64), np.float32), mixtures, kernels).holds
    with pytest.raises(ValueError, match="hold no 200 towers"):
        cut_towers(mixture, kernel, 200, 1)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("mixture", MIXTURES)
def test_one_output_is_the_same_in_two_steps_and_in_one(kernel, mixture):
    photograph = np.random.default_rng(3).uniform(-1, 1, (10, 11, 3)).astype(np.float32)
    made = one_output(photograph, kernel, mixture)
    assert made.mixed(mixture) == pytest.approx(made.output, abs=1e-5)
    assert made.regular_maps.sum(axis=-1) == pytest.approx(made.output, abs=1e-5)
