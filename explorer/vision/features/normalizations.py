"""Batch normalization and activations in numbers, channel by channel; a step that is not known here raises."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import erf

import numpy as np

from explorer.arch.graph import Node
from explorer.arch.ops import BatchNorm, Function


@dataclass(frozen=True, slots=True)
class Normalization:
    """What batch normalization does to a channel: value x `scale` + `shift`.

    Attributes:
        gamma: Learnt; 1 if it learns none.
        beta: Learnt; 0 if it learns none.
        mean: Moving mean, of training.
        variance: Moving variance, of training.
        epsilon: Added to the variance.
    """

    gamma: float
    beta: float
    mean: float
    variance: float
    epsilon: float

    @property
    def scale(self) -> float:
        """Learnt scale over the deviation: gamma / sqrt(variance + epsilon)."""
        return self.gamma / float(np.sqrt(self.variance + self.epsilon))

    @property
    def shift(self) -> float:
        """What is left where the value is 0: beta - mean x scale."""
        return self.beta - self.mean * self.scale


def normalization(node: Node, arrays: Mapping[str, np.ndarray], channel: int) -> Normalization:
    """What a batch normalization, which holds `arrays`, does to one channel."""
    assert isinstance(node.op, BatchNorm)
    learnt = {name: float(array[channel]) for name, array in arrays.items()}
    return Normalization(
        learnt.get("gamma", 1.0),
        learnt.get("beta", 0.0),
        learnt["moving_mean"],
        learnt["moving_variance"],
        node.op.epsilon,
    )


def normalized(values: np.ndarray, node: Node, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """All channels, the last axis of `values`, after a batch normalization; in the dtype of `values`."""
    assert isinstance(node.op, BatchNorm)
    wide = {name: array.astype(np.float64) for name, array in arrays.items()}
    scale = wide.get("gamma", 1.0) / np.sqrt(wide["moving_variance"] + node.op.epsilon)
    shift = wide.get("beta", 0.0) - wide["moving_mean"] * scale
    return (values * scale + shift).astype(values.dtype)


def activated(values: np.ndarray, function: Function) -> np.ndarray:
    """`values` after an activation that looks at each value alone, as Keras computes it.

    Raises:
        TypeError: If there is no rule for it here; softmax looks at all channels.
    """
    match function:
        case "relu":
            return np.maximum(values, 0)
        case "relu6":
            return np.clip(values, 0, 6)
        case "leaky_relu":
            return np.where(values > 0, values, values * values.dtype.type(0.2))
        case "elu":
            return np.where(values > 0, values, np.expm1(np.minimum(values, 0)))
        case "selu":
            scale, alpha = 1.0507009873554805, 1.6732632423543772
            return scale * np.where(values > 0, values, alpha * np.expm1(np.minimum(values, 0)))
        case "gelu":
            return values * (1 + np.vectorize(erf)(values / np.sqrt(2))) / 2
        case "silu":
            return values * _sigmoid(values)
        case "sigmoid":
            return _sigmoid(values)
        case "hard_sigmoid":
            return np.clip(values + 3, 0, 6) / 6
        case "tanh":
            return np.tanh(values)
        case "softplus":
            return np.logaddexp(values, 0)
        case "linear":
            return values
    raise TypeError(f"no rule for the activation {function}")


ACTIVATION_WORDS: dict[Function, str] = {
    "relu": "what is below 0 becomes 0",
    "relu6": "what is below 0 becomes 0, what is above 6 becomes 6",
    "leaky_relu": "what is below 0 becomes a fifth of it",
    "elu": "what is below 0 becomes eˣ − 1, never below −1",
    "selu": "as ELU, and scaled by 1.0507",
    "gelu": "each value times the share of a normal distribution that lies below it",
    "silu": "each value times its sigmoid",
    "sigmoid": "1 / (1 + e⁻ˣ), from 0 to 1",
    "hard_sigmoid": "ReLU6 of x + 3, divided by 6",
    "tanh": "from −1 to 1",
    "softplus": "log(1 + eˣ), never below 0",
    "linear": "each value stays",
}
"""What the activations known here do, in a few words."""


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(values / 2)) / 2
