"""The trunk: one pass of a picture that keeps the maps from which every other question starts."""

import numpy as np

from explorer.model.gradients.activations import kept
from explorer.model.gradients.compiled import as_array, compiled
from explorer.model.gradients.split_model import SplitModel


class Trunk:
    """The network up to the logits, with all that is kept on the way. May be called from several threads at once."""

    def __init__(self, split: SplitModel) -> None:
        import tensorflow as tf

        self._image = split.image
        self._names = kept(split.graph)
        self._dtype = split.dtype
        model = split.part([split.image], [*self._names, split.output])
        signature = tf.TensorSpec((1, *split.graph.input_shape), split.dtype)
        # A single output comes without a list around it.
        self._run = compiled(lambda picture: tf.nest.flatten(model([picture], training=False)), signature)

    def run(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """What is kept of one picture, (1, height, width, channels) as the network reads it; itself included."""
        import tensorflow as tf

        *maps, _ = self._run(tf.constant(image, self._dtype))
        return {self._image: image} | {name: as_array(value) for name, value in zip(self._names, maps, strict=True)}
