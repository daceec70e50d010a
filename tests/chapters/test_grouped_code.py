"""The sources of the last chapter: Keras' runs, PyTorch's arithmetic is done with NumPy."""

import re

import numpy as np
import pytest

from explorer.chapters.grouped_code import Separable, keras_code, pytorch_code
from explorer.counting.tally import tally
from explorer.vision.proofs.convolution import convolved

CASES = [Separable(6, 1, 5, 3), Separable(4, 3, 7, 5)]


def pytorch_result(code, image, arrays):
    """What PyTorch documents for `nn.Conv2d`: output o of groups g reads the channels of group o // (outputs / g).

    Source: https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html. Weights are (outputs, channels / groups,
    rows, columns); the map is (channels, rows, columns).
    """
    calls = re.findall(r"nn\.Conv2d\(\s*(\d+), (\d+), (\d+),(.*?)\),", code, re.S)
    for (enter, leave, kernel, options), weights in zip(calls, arrays, strict=True):
        enter, leave, kernel = int(enter), int(leave), int(kernel)
        told = dict(re.findall(r"(\w+)=(\w+)", options))
        groups, padding = int(told.get("groups", 1)), int(told.get("padding", 0))
        assert told["bias"] == "False"
        assert weights.shape == (leave, enter // groups, kernel, kernel)
        padded = np.pad(image, ((0, 0), (padding,) * 2, (padding,) * 2))
        rows, columns = (side - kernel + 1 for side in padded.shape[1:])
        result = np.zeros((leave, rows, columns))
        for output in range(leave):
            first = output // (leave // groups) * (enter // groups)
            for place in range(enter // groups):
                for row in range(kernel):
                    for column in range(kernel):
                        below = padded[first + place, row : row + rows, column : column + columns]
                        result[output] += weights[output, place, row, column] * below
        image = result
    return image


@pytest.mark.parametrize("of", CASES, ids=str)
def test_both_sources_are_the_same_function(of):
    space = {}
    exec(keras_code(of), space)
    model = space["model"]
    assert model.count_params() == tally(of.graph()).params
    drawn = np.random.default_rng(0)
    depthwise, pointwise = (drawn.standard_normal(weight.shape).astype("float32") for weight in model.get_weights())
    model.set_weights([depthwise, pointwise])
    image = drawn.standard_normal((9, 8, of.channels)).astype("float32")
    by_keras = np.asarray(model(image[None]))[0]
    # Only axes move: (rows, columns, channels, multiplier) to (channels x multiplier, 1, rows, columns).
    of_torch = depthwise.reshape(of.kernel, of.kernel, 1, of.mixed).transpose(3, 2, 0, 1)
    by_torch = pytorch_result(pytorch_code(of), image.transpose(2, 0, 1), [of_torch, pointwise.transpose(3, 2, 0, 1)])
    assert by_torch.transpose(1, 2, 0) == pytest.approx(by_keras, abs=1e-4)
    ours = convolved(image, depthwise.reshape(of.kernel, of.kernel, 1, of.mixed), groups=of.channels) @ pointwise[0, 0]
    assert ours == pytest.approx(by_keras, abs=1e-4)
