"""A separable convolution taken apart on one picture: from the map that enters to one channel that leaves.

Each input channel is filtered alone (depthwise), what comes out is mixed with one weight each (pointwise), and the
mixture is normalized. Everything that leads to the channel is here, in numbers that add up.
"""

from dataclasses import dataclass, fields

import numpy as np

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Activation, BatchNorm
from explorer.arch.tally import tally
from explorer.arch.written_out import written_out
from explorer.errors import ConfigError
from explorer.model.weights import Weights
from explorer.vision.features import check_channel
from explorer.vision.kernels import SeparableWeights, separable_weights


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
class WindowSum:
    """One position of a kernel over one input channel.

    Attributes:
        pixels: (k, k), float64: what lies under the kernel; 0 outside of the map.
        inside: (k, k), bool: False where the map is padded.
        kernel: (k, k), float64.
        products: (k, k), float64: pixels x kernel.
        top: Row of the input map at which the window begins; negative in the padding.
        left: Its column, likewise.
        output: The depthwise output that it belongs to.
    """

    pixels: np.ndarray
    inside: np.ndarray
    kernel: np.ndarray
    products: np.ndarray
    top: int
    left: int
    output: int

    @property
    def sum(self) -> float:
        """Of the products: the depthwise map's value there, or this channel's part of it if it reads several."""
        return float(self.products.sum())


@dataclass(frozen=True, slots=True, eq=False)
class SeparableSteps:
    """How a separable convolution makes one of its channels of a picture.

    Along the last axis of stacks stand the S depthwise outputs that add the most to the channel: those with the
    largest sum over positions of |weight x map|, the largest first. Maps of the first half are float32; from the
    pointwise weights on all is float64, so that `products`, `rest` and `bias` add up to `total`. All arrays are
    read-only.

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
    between: str | None
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
        read = self._separable.inputs(output)
        if input_channel not in read:
            raise ConfigError(
                f"depthwise output {output} reads channels {read[0]} to {read[-1]}, got channel {input_channel}"
            )
        window = self._separable.spatial.op.window
        top, left = (
            place * stride - before
            for place, stride, before in zip(
                (row, column), window.strides, window.padding_before(self.input_map.shape[1:3]), strict=True
            )
        )
        kernel = self._separable.kernels[:, :, input_channel - read.start, output].astype(np.float64)
        down, across = np.arange(top, top + kernel.shape[0]), np.arange(left, left + kernel.shape[1])
        height, width = self.input_map.shape[1:3]
        inside = np.logical_and.outer((down >= 0) & (down < height), (across >= 0) & (across < width))
        nearest = np.ix_(down.clip(0, height - 1), across.clip(0, width - 1))
        pixels = np.where(inside, self.input_map[0, :, :, input_channel][nearest], 0).astype(np.float64)
        return WindowSum(pixels, inside, kernel, pixels * kernel, top, left, output)

    def _reader(self, input_channel: int) -> int:
        shown = (int(output) for output in self.outputs)
        every = range(self._separable.outputs)
        return next(output for output in (*shown, *every) if input_channel in self._separable.inputs(output))


def take_apart(
    graph: Graph, weights: Weights, layer: str, input_map: np.ndarray, channel: int, strongest: int = 8
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

    depthwise = _first_half(separable, input_map[0])
    before = nodes[separable.pointwise.inputs[0]]
    between = before.op.function if isinstance(before.op, Activation) else None
    mixed = _activated(depthwise, between)

    mixture = separable.mixture[:, channel].astype(np.float64)
    every_strength = np.abs(mixture) * np.abs(mixed).sum((0, 1), dtype=np.float64)
    outputs = np.argsort(-every_strength, kind="stable")[:strongest]
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
    inputs = _strongest_inputs(separable, input_map[0], outputs)
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
        activated=None if activation is None else _activated(after, activation.op.function),
        reads=separable.reads,
        between=between,
        params=(halves[0].params, halves[1].params),
        macs=(halves[0].macs, halves[1].macs),
        _separable=separable,
    )


def _first_half(separable: SeparableWeights, values: np.ndarray) -> np.ndarray:
    """(height, width, outputs), float32, of a map (rows, columns, channels)."""
    segments, reads = separable.segments, separable.reads
    total: np.ndarray | None = None
    for row, column in np.ndindex(separable.kernels.shape[:2]):
        below = _below(separable, values, row, column)
        kernel = separable.kernels[row, column].reshape(reads, segments, -1)
        if reads == 1:
            part = below[..., None] * kernel[0]
        else:  # one matrix product for each segment
            by_segment = np.moveaxis(below.reshape(*below.shape[:2], segments, reads), 2, 0)
            part = np.moveaxis(by_segment @ np.moveaxis(kernel, 1, 0)[:, None], 0, 2)
        total = part if total is None else np.add(total, part, out=total)
    assert total is not None
    return total.reshape(*total.shape[:2], separable.outputs)


def _below(separable: SeparableWeights, values: np.ndarray, row: int, column: int) -> np.ndarray:
    """What lies under one pixel of the kernel at each of its positions: (height, width, channels)."""
    window = separable.spatial.op.window
    assert window is not None
    size = values.shape[:2]
    starts, strides, ends = window.padding_before(size), window.strides, window.output_size(size)  # type: ignore[arg-type]
    result = np.zeros((*ends, values.shape[2]), values.dtype)
    places = []
    for offset, start, stride, end, pixels in zip((row, column), starts, strides, ends, size, strict=True):
        read = np.arange(end) * stride + offset - start
        inside = (read >= 0) & (read < pixels)
        places.append((np.flatnonzero(inside), read[inside]))
    result[np.ix_(places[0][0], places[1][0])] = values[np.ix_(places[0][1], places[1][1])]
    return result


def _strongest_inputs(separable: SeparableWeights, values: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Of the channels that each of `outputs` reads, the one that adds the most to it."""
    found = []
    for output in outputs:
        read = separable.inputs(int(output))
        if len(read) > 1:
            part = sum(
                _below(separable, values[..., read.start : read.stop], row, column)
                * separable.kernels[row, column, :, output]
                for row, column in np.ndindex(separable.kernels.shape[:2])
            )
            found.append(read[int(np.abs(part).sum((0, 1), dtype=np.float64).argmax())])
        else:
            found.append(read.start)
    return np.array(found)


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


def _activated(values: np.ndarray, function: str | None) -> np.ndarray:
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
