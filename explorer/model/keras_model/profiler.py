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
        None if the profiler cannot tell, because the model holds layers that it counts wrongly (`miscounted`).
    """
    return None if miscounted(model) else visible_macs(model)


def miscounted(model: "keras.Model") -> tuple[str, ...]:
    """Names of the layers of which the profiler's number is not to be trusted.

    Grouped convolutions: Keras compiles them with XLA, and the profiler does not look inside what is compiled: 0.
    Dilated convolutions: TensorFlow cuts the map into as many pieces as the dilation has offsets (space to batch),
    pads them to one size and convolves each; the profiler counts the padding too.
    """
    import keras

    convolutions = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)
    return tuple(
        layer.name
        for layer in model.layers
        if isinstance(layer, convolutions) and (getattr(layer, "groups", 1) > 1 or max(layer.dilation_rate) > 1)
    )


def visible_macs(model: "keras.Model") -> int:
    """Multiply-adds of `model` for one image as far as the profiler sees them: see `miscounted`."""
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
