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

    Without these statistics, or without the gain that ReLU asks for, a signal dies out or overflows in a deep network.
    """
    random = np.random.default_rng(0)
    for number, weight in enumerate(weight for layer in model.layers for weight in layer.weights):
        if weight.name == "bias":
            weight.assign(random.uniform(-0.01, 0.01, weight.shape))
        elif "kernel" in weight.name:
            weight.assign(keras.initializers.GlorotUniform(seed=number)(weight.shape) * np.sqrt(2))
    normalizations = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in normalizations]
    for layer in normalizations:
        layer.momentum = 0.0
    noise = random.uniform(-1, 1, (4, *model.input_shape[1:])).astype("float32")
    model(np.concatenate([image_pair(model), noise]), training=True)
    for layer, momentum in zip(normalizations, momenta, strict=True):
        layer.momentum = momentum
        mean, variance = (np.asarray(statistic) for statistic in (layer.moving_mean, layer.moving_variance))
        channels = mean.shape
        # A channel that hardly varied over these few pictures would blow up every rounding on others.
        variance = np.maximum(variance, variance.mean() / 4)
        layer.moving_mean.assign(mean + np.sqrt(variance) * random.uniform(-0.1, 0.1, channels))
        layer.moving_variance.assign(variance * random.uniform(0.5, 1.5, channels))
        if layer.center:
            layer.beta.assign(random.uniform(-0.1, 0.1, channels))
        if layer.scale:
            layer.gamma.assign(random.uniform(0.5, 1.5, channels))


def assert_same_function(ours: keras.Model, theirs: keras.Model) -> None:
    images = image_pair(theirs)
    expected, got = (np.asarray(model(images, training=False)) for model in (theirs, ours))
    scale = np.abs(expected).max()
    assert np.abs(expected[0] - expected[1]).max() > 0.1 * scale  # it does depend on the image
    np.testing.assert_allclose(got / scale, expected / scale, rtol=0, atol=1e-5)
