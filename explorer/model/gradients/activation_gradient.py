"""From the picture to one channel of a node, and back: what activation maximization follows."""

from typing import Any

import numpy as np

from explorer.model.gradients.compiled import as_array, compiled
from explorer.model.gradients.split_model import SplitModel


class ActivationGradient:
    """The mean of one channel of a node, and its gradient. May be called from several threads at once.

    The channel goes in as a tensor, so that all channels of the node share one trace. Of the logits, which have no
    positions, each is a channel.
    """

    def __init__(self, split: SplitModel, node: str) -> None:
        import tensorflow as tf

        model = split.part([split.image], [node])
        self._dtype = split.dtype

        def run(pictures: Any, channel: Any) -> tuple[Any, Any]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(pictures)
                values = tf.gather(model([pictures], training=False), channel, axis=-1)
                means = tf.reduce_mean(tf.reshape(values, (tf.shape(values)[0], -1)), axis=1)
            return means, tape.gradient(means, pictures)

        pictures = tf.TensorSpec((None, *split.graph.input_shape), split.dtype)
        self._run = compiled(run, pictures, tf.TensorSpec((), tf.int32))

    def run(self, pictures: np.ndarray, channel: int) -> tuple[np.ndarray, np.ndarray]:
        """The mean of the channel over its positions, (N,), and its derivative by the pictures.

        Args:
            pictures: (N, height, width, channels), as the network reads them.
            channel: Its number, from 0.
        """
        import tensorflow as tf

        means, gradient = self._run(tf.constant(pictures, self._dtype), tf.constant(channel, tf.int32))
        return as_array(means), as_array(gradient)
