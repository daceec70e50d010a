"""Multiply-adds as TensorFlow's own profiler counts them: a second opinion that shares nothing with the tally."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

_COUNTED = ("Conv2D", "DepthwiseConv2dNative", "MatMul")


def profiler_macs(model: "keras.Model") -> int | None:
    """Multiply-adds of `model` for one image: the profiler's FLOPs of convolutions and dense layers, halved.

    Returns:
        None if the model holds a grouped convolution. Keras compiles these with XLA, and the profiler does not
        look inside what is compiled, so its sum would be too small.
    """
    import keras

    if any(isinstance(layer, keras.layers.Conv2D) and layer.groups > 1 for layer in model.layers):
        return None
    return visible_macs(model)


def visible_macs(model: "keras.Model") -> int:
    """Multiply-adds of `model` for one image as far as the profiler sees them: without grouped convolutions."""
    import tensorflow as tf

    image = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    inference = tf.function(lambda x: model(x, training=False)).get_concrete_function(image)
    options = {**tf.compat.v1.profiler.ProfileOptionBuilder.float_operation(), "output": "none"}
    with _silent(tf.get_logger()):
        profile = tf.compat.v1.profiler.profile(inference.graph, cmd="op", options=options)
    flops = 0
    pending = [profile]
    while pending:
        operation = pending.pop()
        pending.extend(operation.children)
        if operation.name in _COUNTED:
            flops += operation.float_ops
    return int(flops) // 2


@contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """No warnings meanwhile: TensorFlow warns its users that its own profiler calls what it deprecates."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
