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
        return max_entropy_bits(self.logits.size, self.provenance)

    @property
    def entropy_share(self) -> float:
        """Entropy as a share of the largest possible, from 0 to 1."""
        return self.entropy_bits / self.max_entropy_bits


def probabilities(logits: np.ndarray, provenance: Provenance) -> np.ndarray:
    """(classes,): the probabilities of `logits` by such weights, float64; where they say no more, by softmax."""
    return sigmoid(logits) if provenance.output == "sigmoid" else softmax(logits)


def entropy_bits(logits: np.ndarray, provenance: Provenance) -> float:
    """Shannon entropy of the answer; of independent classes each may be or not be."""
    found = probabilities(logits, provenance)
    shares = np.concatenate([found, 1 - found]) if provenance.output == "sigmoid" else found
    positive = shares[shares > 0]
    # Not below 0: the sum of one certain class is -0.0.
    return max(0.0, float(-(positive * np.log2(positive)).sum()))


def max_entropy_bits(classes: int, provenance: Provenance) -> float:
    """Entropy if all classes were equally probable; a bit for each class if they are independent."""
    return float(classes if provenance.output == "sigmoid" else np.log2(classes))


def certainty(entropy_share: float) -> str:
    """How sure the network is, in a word, by the entropy as a share of the largest possible, from 0 to 1."""
    if entropy_share < 0.25:
        return "sure"
    return "fairly sure" if entropy_share < 0.5 else "unsure" if entropy_share < 0.8 else "guessing"


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """The probability of each class by itself, computed in float64."""
    exact = logits.astype(np.float64)
    decay = np.exp(-np.abs(exact))
    return np.where(exact >= 0, 1.0, decay) / (1.0 + decay)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities of `logits` along the last axis, computed in float64."""
    exponentials = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)
