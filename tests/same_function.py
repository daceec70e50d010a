"""Whether two Keras models are the same function: lively weights, pictures, and a comparison in relative terms."""

from math import prod

import keras
import numpy as np


def image_pair(model: keras.Model) -> np.ndarray:
    """Noise and a ramp, in the range [-1, 1], at the model's input size."""
    shape = model.input_shape[1:]
    noise = np.random.default_rng(1).uniform(-1, 1, shape)
    ramp = np.linspace(-1, 1, prod(shape)).reshape(shape)
    return np.stack([noise, ramp]).astype("float32")


def randomize(model: keras.Model) -> None:
    """Weights as if trained: biases, and batch normalization with the statistics of its own input, all disturbed.

    Without these statistics a signal would die out or overflow in a deep network.
    """
    random = np.random.default_rng(0)
    for layer in model.layers:
        if getattr(layer, "bias", None) is not None:
            layer.bias.assign(random.uniform(-0.01, 0.01, layer.bias.shape))
    normalizations = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for layer in normalizations:
        layer.momentum = 0.0
    model(image_pair(model), training=True)
    for layer in normalizations:
        mean, variance = (np.asarray(statistic) for statistic in (layer.moving_mean, layer.moving_variance))
        channels = mean.shape
        layer.moving_mean.assign(mean + np.sqrt(variance) * random.uniform(-0.1, 0.1, channels))
        layer.moving_variance.assign(variance * random.uniform(0.5, 1.5, channels))
        layer.beta.assign(random.uniform(-0.1, 0.1, channels))
        if layer.scale:
            layer.gamma.assign(random.uniform(0.5, 1.5, channels))


def assert_same_function(ours: keras.Model, theirs: keras.Model) -> None:
    images = image_pair(theirs)
    expected, got = (np.asarray(model(images, training=False)) for model in (theirs, ours))
    scale = np.abs(expected).max()
    assert np.abs(expected[0] - expected[1]).max() > 0.1 * scale  # it does depend on the image
    np.testing.assert_allclose(got / scale, expected / scale, rtol=0, atol=1e-5)
