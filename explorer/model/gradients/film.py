"""The film: Grad-CAM at many nodes by one pass forward and backward."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.model.gradients.compiled import as_array, compiled
from explorer.model.gradients.split_model import SplitModel


class Film:
    """Grad-CAM at many nodes at once. May be called from several threads at once."""

    def __init__(self, split: SplitModel, nodes: Sequence[str]) -> None:
        import tensorflow as tf

        model = split.part([split.image], [*nodes, split.output])
        self._nodes = tuple(nodes)
        self._dtype = split.dtype

        def run(picture: Any, direction: Any) -> tuple[Any, ...]:
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(picture)
                *values, logits = model([picture], training=False)
                score = tf.linalg.matvec(logits, direction)
            # What lies below the first node is not computed: TensorFlow leaves out what nobody reads.
            gradients = tape.gradient(score, values)
            importances = [tf.reduce_mean(gradient, (1, 2)) for gradient in gradients]
            maps = [tf.einsum("nhwc,nc->nhw", *pair) for pair in zip(values, importances, strict=True)]
            return maps, logits, score

        shape = (1, *split.graph.input_shape)
        signature = (tf.TensorSpec(shape, split.dtype), tf.TensorSpec(split.shapes[split.output], split.dtype))
        self._run = compiled(run, *signature)

    def run(self, image: np.ndarray, direction: np.ndarray) -> dict[str, np.ndarray]:
        """The signed Grad-CAM, (height, width), at each node.

        Args:
            image: (1, height, width, channels), as the network reads it.
            direction: (classes,): the weight of each logit in the score.
        """
        import tensorflow as tf

        maps, *_ = self._run(tf.constant(image, self._dtype), tf.constant(direction, self._dtype))
        return {node: as_array(value)[0] for node, value in zip(self._nodes, maps, strict=True)}
