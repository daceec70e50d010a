"""What looking at a picture gives: frozen values of NumPy arrays, for figures, pages and the command line alike."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.model.weights.arrays import Provenance


@dataclass(frozen=True, slots=True)
class ClassProbability:
    """One class.

    Attributes:
        index: Position among the logits.
        label: What it is called; None if the network's classes have no meaning or nobody told it.
        probability: From 0 to 1.
    """

    index: int
    label: str | None
    probability: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """The answer to one picture.

    Attributes:
        provenance: State of the weights that gave it.
        engine: Engine and version that computed it, as "openvino 2026.4".
        logits: (classes,), float32, read-only.
        top: The most probable classes, the best first.
        entropy_bits: Uncertainty, from 0 (one class has it all) to `max_entropy_bits`.
        seconds: Duration of the pass through the network.
    """

    provenance: Provenance
    engine: str
    logits: np.ndarray
    top: tuple[ClassProbability, ...]
    entropy_bits: float
    seconds: float

    @cached_property
    def probabilities(self) -> np.ndarray:
        """(classes,), float64; they sum to 1 unless each class is independent of the others."""
        return probabilities(self.logits, self.provenance)

    @property
    def max_entropy_bits(self) -> float:
        """Entropy if all classes were equally probable; a bit for each class if they are independent."""
        return float(self.logits.size if self.provenance.output == "sigmoid" else np.log2(self.logits.size))

    @property
    def entropy_share(self) -> float:
        """Entropy as a share of the largest possible, from 0 to 1."""
        return self.entropy_bits / self.max_entropy_bits


def probabilities(logits: np.ndarray, provenance: Provenance) -> np.ndarray:
    """(classes,): the probabilities of `logits` by such weights, float64; where they say no more, by softmax."""
    return sigmoid(logits) if provenance.output == "sigmoid" else softmax(logits)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """The probability of each class by itself, computed in float64."""
    exact = logits.astype(np.float64)
    decay = np.exp(-np.abs(exact))
    return np.where(exact >= 0, 1.0, decay) / (1.0 + decay)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of `logits` along the last axis, computed in float64."""
    exponentials = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
