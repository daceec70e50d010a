"""The tail of a network above a tap: from there to the logits, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.arch.places.split import descendants, sources, tail_sources
from explorer.model.gradients.activations import kept
from explorer.model.gradients.compiled import as_array, compiled
from explorer.model.gradients.split_model import SplitModel
from explorer.model.weights.arrays import Arrays


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """One answer of a tail.

    Attributes:
        activation: (N, height, width, channels): the value of the tap.
        gradient: The same shape: the derivative of the score by it.
        logits: (N, classes).
        score: (N,): the logits along the direction.
    """

    activation: np.ndarray
    gradient: np.ndarray
    logits: np.ndarray
    score: np.ndarray


class Tail:
    """From one tap to the logits, and back. May be called from several threads at once.

    Attributes:
        reads: The nodes whose maps it starts from.
        classes: The number of logits.
    """

    def __init__(self, split: SplitModel, node: str) -> None:
        import tensorflow as tf

        graph, known = split.network, kept(split.graph)
        below, entries = sources(graph, (node,), known), tail_sources(graph, node, known)
        to_tap = split.part(below, [node]) if below != (node,) else None
        to_logits = split.part(entries, [split.output])
        self.reads = tuple(dict.fromkeys((*below, *entries[1:])))
        (self.classes,) = split.shapes[split.output]
        self._dtype = split.dtype
        trainable = len(to_logits.trainable_variables)
        variables = [*to_logits.trainable_variables, *to_logits.non_trainable_variables]
        self._names = [_place(variable) for variable in variables]
        self._above = descendants(graph, node) - {node}
        self._own = [tf.convert_to_tensor(variable.value) for variable in variables]

        def run(maps: dict[str, Any], direction: Any, values: list[Any]) -> tuple[Any, ...]:
            tap = to_tap([maps[name] for name in below], training=False) if to_tap else maps[node]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(tap)
                inputs = [tap, *(maps[name] for name in entries[1:])]
                logits, _ = to_logits.stateless_call(values[:trainable], values[trainable:], inputs, training=False)
                score = tf.linalg.matvec(logits, direction)
            return tap, tape.gradient(score, tap), logits, score

        self._run = compiled(
            run,
            {name: tf.TensorSpec((None, *split.shapes[name]), split.dtype) for name in self.reads},
            tf.TensorSpec(split.shapes[split.output], split.dtype),
            [tf.TensorSpec(value.shape, value.dtype) for value in self._own],
        )

    def run(self, maps: Mapping[str, np.ndarray], direction: np.ndarray, above: Arrays | None = None) -> Gradients:
        """The tap's value, and the derivative by it of the logits along `direction`.

        Args:
            maps: For N pictures what the trunk keeps: at least the nodes that the tail `reads`.
            direction: (classes,): the weight of each logit in the score.
            above: Other weights for the layers that depend on the tap, by node of the written-out graph, for this call.
        """
        import tensorflow as tf

        values = self._own
        if above is not None:
            # What passes the tap by is computed again from there, but lies below. A dropout's generator is a variable,
            # too, but no weight; it is idle here.
            values = [
                tf.constant(above[of][name], self._dtype) if of in self._above and own.dtype == self._dtype else own
                for own, (of, name) in zip(self._own, self._names, strict=True)
            ]
        given = {name: tf.constant(maps[name], self._dtype) for name in self.reads}
        return Gradients(*map(as_array, self._run(given, tf.constant(direction, self._dtype), values)))


def _place(variable: Any) -> tuple[str, str]:
    """Node and name of a Keras variable."""
    node, name = variable.path.split("/")
    return node, name
