"""A separable convolution taken apart on one picture: from the map that enters to one channel that leaves.

Each input channel is filtered alone (depthwise), what comes out is mixed with one weight each (pointwise), and the
mixture is normalized. Everything that leads to the channel is here, in numbers that add up.
"""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Activation, BatchNorm, Function
from explorer.arch.written_out import written_out
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.model.weights.arrays import Weights
from explorer.vision.features.channels import check_channel
from explorer.vision.features.kernels import SeparableWeights, separable_weights
from explorer.vision.features.windows import WindowSum, first_half, leading_inputs, window_sum

By = Literal["part", "weight"]
"""Which depthwise outputs are shown: those that add the most on this picture, or those with the largest weights."""


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


@dataclass(frozen=True, slots=True, eq=False)
class SeparableSteps:
    """How a separable convolution makes one of its channels of a picture.

    Along the last axis of stacks stand the S depthwise outputs that are shown, the largest first: by the sum over
    positions of |weight x map|, or by |weight|. Maps of the first half are float32; from the pointwise weights on all
    is float64, so that `products`, `rest` and `bias` add up to `total`. All arrays are read-only.

    Attributes:
        layer: Name of the separable convolution.
        channel: Of its output.
        input_map: (1, rows, columns, channels): what enters.
        outputs: (S,): numbers of the depthwise outputs.
        inputs: (S,): the input channel that each reads. With channel segments it reads several, and this is the one
            that adds the most to it: with the largest sum over positions of |its part|.
        input_maps: (rows, columns, S): of these channels.
        kernels: (k, k, S): that read them.
        depthwise_maps: (height, width, S).
        mixed_maps: (height, width, S): what the pointwise half reads: the depthwise maps, after the activation between
            the halves where there is one.
        weights: (S,): pointwise.
        products: (height, width, S): weight x mixed map.
        strengths: (S,): sum over positions of |product|.
        all_strengths: That sum over all depthwise outputs.
        rest: (height, width): sum of the products of all other depthwise outputs.
        others: How many those are.
        bias: Added to every position; None if there is none.
        total: (height, width): the pointwise output, the layer's own.
        normalization: What batch normalization does to it; None if there is none.
        normalized: (height, width), after batch normalization; None likewise.
        activated: (height, width), after the ReLU that follows; None if none follows in the module.
        reads: Input channels that each depthwise output reads: more than 1 only with channel segments.
        between: The activation between the halves: "relu", "elu"; None if there is none.
        params: Parameters of the depthwise and of the pointwise half.
        macs: Multiply-adds of the two halves for one picture, all channels.
    """

    layer: str
    channel: int
    input_map: np.ndarray
    outputs: np.ndarray
    inputs: np.ndarray
    input_maps: np.ndarray
    kernels: np.ndarray
    depthwise_maps: np.ndarray
    mixed_maps: np.ndarray
    weights: np.ndarray
    products: np.ndarray
    strengths: np.ndarray
    all_strengths: float
    rest: np.ndarray
    others: int
    bias: float | None
    total: np.ndarray
    normalization: Normalization | None
    normalized: np.ndarray | None
    activated: np.ndarray | None
    reads: int
    between: Function | None
    params: tuple[int, int]
    macs: tuple[int, int]
    _separable: SeparableWeights

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def window(self, row: int, column: int, input_channel: int, output: int | None = None) -> WindowSum:
        """The kernel at one position of the depthwise map, over one input channel.

        Args:
            row: Of the depthwise map.
            column: Likewise.
            input_channel: Any that the layer reads.
            output: The depthwise output, if several read the channel (depth multiplier, segments); left out, the
                strongest of those that are shown, or the first.

        Raises:
            ConfigError: If there is no such position or channel, or the output does not read it.
        """
        rows, columns = self.total.shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise ConfigError(f"a position must be within {rows} rows and {columns} columns, got {row}, {column}")
        check_channel(input_channel, self.input_map.shape[-1])
        if output is None:
            output = self._reader(input_channel)
        check_channel(output, self._separable.outputs)
        return window_sum(self._separable, self.input_map, row, column, input_channel, output)

    def _reader(self, input_channel: int) -> int:
        shown = (int(output) for output in self.outputs)
        every = range(self._separable.outputs)
        return next(output for output in (*shown, *every) if input_channel in self._separable.inputs(output))


def take_apart(
    graph: Graph,
    weights: Weights,
    layer: str,
    input_map: np.ndarray,
    channel: int,
    strongest: int = 8,
    by: By = "part",
) -> SeparableSteps:
    """The way from a picture's map through a separable convolution to one of its channels.

    Args:
        graph: The network.
        weights: Its weights.
        layer: The separable convolution.
        input_map: (1, rows, columns, channels), float32: what enters it, the output of the node that its first half
            reads (`separable_weights(...).spatial.inputs[0]`).
        channel: Of its output, from 0.
        strongest: How many depthwise outputs are shown one by one; all if there are fewer.
        by: Which those are: "part", what they add on this picture; "weight", whatever the picture.

    Raises:
        ConfigError: If there is no such layer or channel, or `strongest` is less than 1.
        ValueError: If the map has another shape than what enters the layer.
    """
    separable = separable_weights(weights, graph, layer)
    check_channel(channel, separable.mixture.shape[1])
    if strongest < 1:
        raise ConfigError(f"at least 1 depthwise output must be shown, got {strongest}")
    if input_map.shape != (1, *separable.input_shape):
        raise ValueError(f"{separable.layer} reads a map of shape {(1, *separable.input_shape)}, got {input_map.shape}")
    network = written_out(graph)
    nodes = {node.name: node for node in network.nodes}

    depthwise = first_half(separable, input_map[0])
    before = nodes[separable.pointwise.inputs[0]]
    between = before.op.function if isinstance(before.op, Activation) else None
    mixed = _activated(depthwise, between)

    mixture = separable.mixture[:, channel].astype(np.float64)
    every_strength = np.abs(mixture) * np.abs(mixed).sum((0, 1), dtype=np.float64)
    outputs = np.argsort(-(every_strength if by == "part" else np.abs(mixture)), kind="stable")[:strongest]
    products = mixed[..., outputs] * mixture[outputs]
    of_others = mixture.copy()
    of_others[outputs] = 0
    rest = np.einsum("ijo,o->ij", mixed, of_others)
    bias = None if separable.bias is None else float(separable.bias[channel])
    total = products.sum(-1) + rest + (bias or 0)

    normalization = _normalization(weights, nodes.get(separable.stages.get("bn", "")), channel)
    normalized = None if normalization is None else total * normalization.scale + normalization.shift
    activation = nodes.get(separable.stages.get("act", ""))
    after = total if normalized is None else normalized
    inputs = leading_inputs(separable, input_map[0], outputs)
    counted = tally(network).by_name
    halves = [counted[node.name] for node in (separable.spatial, separable.pointwise)]
    return SeparableSteps(
        layer=separable.layer,
        channel=channel,
        input_map=input_map.view(),
        outputs=outputs,
        inputs=inputs,
        input_maps=input_map[0][..., inputs],
        kernels=separable.kernels[:, :, inputs % separable.reads, outputs],
        depthwise_maps=depthwise[..., outputs],
        mixed_maps=mixed[..., outputs],
        weights=separable.mixture[outputs, channel],
        products=products,
        strengths=every_strength[outputs],
        all_strengths=float(every_strength.sum()),
        rest=rest,
        others=separable.outputs - outputs.size,
        bias=bias,
        total=total,
        normalization=normalization,
        normalized=normalized,
        activated=None if activation is None else _activated(after, activation.op.function),  # type: ignore[attr-defined]
        reads=separable.reads,
        between=between,
        params=(halves[0].params, halves[1].params),
        macs=(halves[0].macs, halves[1].macs),
        _separable=separable,
    )


def _normalization(weights: Weights, node: Node | None, channel: int) -> Normalization | None:
    if node is None:
        return None
    assert isinstance(node.op, BatchNorm)
    learnt = {name: float(array[channel]) for name, array in weights.arrays[node.name].items()}
    return Normalization(
        learnt.get("gamma", 1.0),
        learnt.get("beta", 0.0),
        learnt["moving_mean"],
        learnt["moving_variance"],
        node.op.epsilon,
    )


def _activated(values: np.ndarray, function: Function | None) -> np.ndarray:
    match function:
        case None:
            return values
        case "relu":
            return np.maximum(values, 0)
        case "relu6":
            return np.clip(values, 0, 6)
        case "elu":
            return np.where(values > 0, values, np.expm1(np.minimum(values, 0)))
    raise TypeError(f"no rule for the activation {function}")
