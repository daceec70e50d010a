"""A separable convolution taken apart on one picture: from the map that enters to one channel that leaves.

Each input channel is filtered alone (depthwise), what comes out is mixed with one weight each (pointwise), and the
mixture is normalized. What stands between the halves (nothing in Xception) is a step of its own. Everything that leads
to the channel is here, in numbers that add up.
"""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Activation, BatchNorm, Dropout, Function
from explorer.arch.written_out import written_out
from explorer.counting.tally import tally
from explorer.errors import ConfigError
from explorer.model.weights.arrays import Weights
from explorer.vision.features.channels import check_channel
from explorer.vision.features.kernels import separable_weights
from explorer.vision.features.normalizations import Normalization, activated, normalization, normalized
from explorer.vision.features.windows import Walk, first_half, leading_inputs, walk

By = Literal["part", "weight"]
"""Which depthwise outputs are shown: those that add the most on this picture, or those with the largest weights."""


@dataclass(frozen=True, slots=True, eq=False)
class StepBetween:
    """A step between the halves: batch normalization or an activation.

    Attributes:
        node: Its name.
        normalizations: What it does to each depthwise output that is shown; None of an activation.
        function: The activation; None of a normalization.
        maps: (height, width, S), float32, read-only: what it gives.
    """

    node: str
    normalizations: tuple[Normalization, ...] | None
    function: Function | None
    maps: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class SeparableSteps:
    """How a separable convolution makes one of its channels of a picture.

    Along the last axis of stacks stand the S depthwise outputs that are shown, the largest first: by the sum over
    positions of |weight x map|, or by |weight|. Maps of the first half are float32; from the pointwise weights on all
    is float64, so that `products`, `rest` and `bias` add up to `total`. All arrays are read-only.

    Attributes:
        layer: Name of the separable convolution.
        channel: Of its output.
        channels: How many enter, how many depthwise outputs there are, how many leave.
        outputs: (S,): numbers of the depthwise outputs.
        inputs: (S,): the input channel that each reads. With channel segments it reads several, and this is the one
            that adds the most to it: with the largest sum over positions of |its part|.
        input_maps: (rows, columns, S): of these channels.
        kernels: (k, k, S): that read them.
        depthwise_maps: (height, width, S).
        depthwise_bias: (S,): added to every position of a depthwise map, and in it; None if there is none.
        between: What stands between the halves, step by step; nothing in the paper's network.
        mixed_maps: (height, width, S): what the pointwise half reads: the depthwise maps, after what stands between.
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
        activated: (height, width), after the activation that follows; None if none follows in the module.
        activation: Which that is; None likewise.
        walk: How the window of the first half walks over the input maps.
        reads: Input channels that each depthwise output reads: more than 1 only with channel segments.
        params: Parameters of the depthwise and of the pointwise half.
        macs: Multiply-adds of the two halves for one picture, all channels.
    """

    layer: str
    channel: int
    channels: tuple[int, int, int]
    outputs: np.ndarray
    inputs: np.ndarray
    input_maps: np.ndarray
    kernels: np.ndarray
    depthwise_maps: np.ndarray
    depthwise_bias: np.ndarray | None
    between: tuple[StepBetween, ...]
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
    activation: Function | None
    walk: Walk
    reads: int
    params: tuple[int, int]
    macs: tuple[int, int]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        for step in self.between:
            step.maps.flags.writeable = False

    @property
    def multiplications(self) -> tuple[int, int, int]:
        """At one place, all channels: of the first half, of the pointwise half, of a regular convolution instead.

        Zeros of padding are multiplied, too, as in `macs`.
        """
        height, width = self.kernels.shape[:2]
        enter, between, leave = self.channels
        return height * width * self.reads * between, between * leave, height * width * enter * leave


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
        ConfigError: If there is no such layer or channel, it is no separable one, or `strongest` is less than 1.
        TypeError: If a step stands between the halves that is not known here.
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
    between = []
    mixed = depthwise
    for node in separable.between:
        if not isinstance(node.op, Dropout):  # idle once the network is trained
            mixed = _after(node, mixed, weights)
            between.append((node, mixed))

    mixture = separable.mixture[:, channel].astype(np.float64)
    every_strength = np.abs(mixture) * np.abs(mixed).sum((0, 1), dtype=np.float64)
    outputs = np.argsort(-(every_strength if by == "part" else np.abs(mixture)), kind="stable")[:strongest]
    products = mixed[..., outputs] * mixture[outputs]
    of_others = mixture.copy()
    of_others[outputs] = 0
    rest = np.einsum("ijo,o->ij", mixed, of_others)
    bias = None if separable.mixture_bias is None else float(separable.mixture_bias[channel])
    total = products.sum(-1) + rest + (bias or 0)

    of_total, of_layer = None, None
    if "bn" in separable.stages:
        node = nodes[separable.stages["bn"]]
        of_total = normalization(node, weights.arrays[node.name], channel)
        of_layer = total * of_total.scale + of_total.shift
    function: Function | None = None
    if "act" in separable.stages:
        function = nodes[separable.stages["act"]].op.function  # type: ignore[attr-defined]
    after = total if of_layer is None else of_layer
    inputs = leading_inputs(separable, input_map[0], outputs)
    counted = tally(network).by_name
    halves = [counted[node.name] for node in (separable.spatial, separable.pointwise)]
    return SeparableSteps(
        layer=separable.layer,
        channel=channel,
        channels=(input_map.shape[-1], separable.outputs, separable.mixture.shape[1]),
        outputs=outputs,
        inputs=inputs,
        input_maps=input_map[0][..., inputs],
        kernels=separable.kernels[:, :, inputs % separable.reads, outputs],
        depthwise_maps=depthwise[..., outputs],
        depthwise_bias=None if separable.bias is None else separable.bias[outputs],
        between=tuple(_step(node, maps, outputs, weights) for node, maps in between),
        mixed_maps=mixed[..., outputs],
        weights=separable.mixture[outputs, channel],
        products=products,
        strengths=every_strength[outputs],
        all_strengths=float(every_strength.sum()),
        rest=rest,
        others=separable.outputs - outputs.size,
        bias=bias,
        total=total,
        normalization=of_total,
        normalized=of_layer,
        activated=None if function is None else activated(after, function),
        activation=function,
        walk=walk(separable),
        reads=separable.reads,
        params=(halves[0].params, halves[1].params),
        macs=(halves[0].macs, halves[1].macs),
    )


def _after(node: Node, before: np.ndarray, weights: Weights) -> np.ndarray:
    """All maps after a step between the halves.

    Raises:
        TypeError: If it is a step that is not known here.
    """
    match node.op:
        case BatchNorm():
            return normalized(before, node, weights.arrays[node.name])
        case Activation(function=function):
            return activated(before, function)
    raise TypeError(f"no rule for {type(node.op).__name__} between the halves of a separable convolution")


def _step(node: Node, maps: np.ndarray, outputs: np.ndarray, weights: Weights) -> StepBetween:
    """A step between the halves that gives `maps`, for the depthwise `outputs` that are shown."""
    if isinstance(node.op, Activation):
        return StepBetween(node.name, None, node.op.function, maps[..., outputs])
    of_outputs = (normalization(node, weights.arrays[node.name], int(output)) for output in outputs)
    return StepBetween(node.name, tuple(of_outputs), None, maps[..., outputs])
