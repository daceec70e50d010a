"""The weights of convolutions as things to look at: first filters, kernels of any layer, separable pairs.

A convolution is read in one form, whatever it is called: it has outputs, each with a small kernel for every input
channel that it reads. That is one channel in a depthwise convolution, a segment of the channels where the convolution
has segments, and all of them in a regular one.
"""

from dataclasses import dataclass

import numpy as np

from explorer.arch.graph import Graph, Node, output_shapes
from explorer.arch.ops import Conv2D, Costless, DepthwiseConv2D, Input, Shape
from explorer.arch.places.separable_pairs import find_pair, layer_of
from explorer.arch.places.taps import Stage, Tap, find_tap, taps
from explorer.arch.written_out import written_out
from explorer.errors import ConfigError
from explorer.model.weights.arrays import Arrays, Weights
from explorer.model.weights.written_out_arrays import written_out_arrays
from explorer.vision.features.channels import check_channel


@dataclass(frozen=True, slots=True, eq=False)
class FirstFilters:
    """The filters of the first convolution, which reads the picture's red, green and blue, or its gray.

    Attributes:
        layer: The convolution.
        pictures: (filters, height, width, 3), uint8, read-only: each filter as an RGB picture, gray if it reads gray.
            All are in one scale: 0 is gray (between 127 and 128), 255 is +`limit`, 0 is -`limit`.
        kernels: (filters, height, width, channels), float32, read-only: the same as weights, in RGB order.
        limit: The largest weight of all filters, without sign.
    """

    layer: str
    pictures: np.ndarray
    kernels: np.ndarray
    limit: float


@dataclass(frozen=True, slots=True, eq=False)
class DepthwiseKernels:
    """The kernels of a depthwise convolution, one for each of its outputs.

    Attributes:
        kernels: (outputs, height, width), float32, read-only.
        inputs: (outputs,): the input channel that each reads.
    """

    kernels: np.ndarray
    inputs: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class ConvolutionKernels:
    """A convolution in one form.

    Attributes:
        spatial: The convolution's node in the written-out graph.
        input_shape: Of the map that it reads, the output of `spatial.inputs[0]`.
        kernels: (height, width, reads, outputs). Each output reads `reads` input channels.
        bias: (outputs,): None if there is none.
    """

    spatial: Node
    input_shape: Shape
    kernels: np.ndarray
    bias: np.ndarray | None

    @property
    def reads(self) -> int:
        """Input channels that each output reads: 1 in a depthwise convolution."""
        return self.kernels.shape[2]

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return self.kernels.shape[3]

    @property
    def segments(self) -> int:
        """Independent segments of the input channels."""
        return self.input_shape[-1] // self.reads

    def inputs(self, output: int) -> range:
        """The input channels that an output reads."""
        first = output // (self.outputs // self.segments) * self.reads
        return range(first, first + self.reads)

    def of_output(self, output: int) -> np.ndarray:
        """(reads, height, width): the kernels of an output."""
        return np.moveaxis(self.kernels[..., output], -1, 0)


@dataclass(frozen=True, slots=True, eq=False)
class SeparableWeights(ConvolutionKernels):
    """A separable convolution in one form, however it is written; as a `ConvolutionKernels` it is its first half.

    Attributes:
        layer: Its name: of its pointwise half where the halves are layers of their own.
        between: What stands between the halves, in order.
        pointwise: The node of its second half.
        stages: The nodes of what follows: "bn", "act", "add", where there are such.
        mixture: (outputs, channels): the pointwise weights.
        mixture_bias: (channels,): added to the mixture; None if there is none.
    """

    layer: str
    between: tuple[Node, ...]
    pointwise: Node
    stages: dict[Stage, str]
    mixture: np.ndarray
    mixture_bias: np.ndarray | None


def convolution_kernels(weights: Weights, graph: Graph, layer: str) -> ConvolutionKernels | None:
    """The kernels of a layer, of a separable one those of its first half; None if it is no convolution.

    Raises:
        ConfigError: If there is no such layer; names the nearest.
    """
    layer = find_tap(graph, layer).layer
    network = written_out(graph)
    steps = [node for node in network.nodes if layer_of(node) == layer and _is_convolution(node)]
    if not steps:
        return None
    return _kernels(steps[0], network, written_out_arrays(graph, weights.arrays))


def separable_weights(weights: Weights, graph: Graph, layer: str) -> SeparableWeights:
    """The weights of the separable convolution that `layer` is, or is a half of; views, nothing is copied.

    Raises:
        ConfigError: If there is no such layer (names the nearest), or it belongs to no separable pair.
    """
    layer = find_tap(graph, layer).layer
    pair = find_pair(graph, layer)
    if pair is None:
        raise ConfigError(
            f"{layer} is no separable convolution, nor a half of one: choose a depthwise convolution that a pointwise "
            "one follows"
        )
    arrays = written_out_arrays(graph, weights.arrays)
    first = _kernels(pair.spatial, written_out(graph), arrays)
    last = layer_of(pair.pointwise)
    return SeparableWeights(
        spatial=first.spatial,
        input_shape=first.input_shape,
        kernels=first.kernels,
        bias=first.bias,
        layer=pair.name,
        between=pair.between,
        pointwise=pair.pointwise,
        stages={tap.stage: tap.node for tap in taps(graph) if tap.layer == last and tap.stage in ("bn", "act", "add")},
        mixture=arrays[pair.pointwise.name]["kernel"][0, 0],
        mixture_bias=arrays[pair.pointwise.name].get("bias"),
    )


def is_first_half(graph: Graph, tap: Tap) -> bool:
    """Whether a tap's channels are those of a separable pair's first half, which all go into each of its outputs."""
    pair = find_pair(graph, tap.layer)
    if pair is None:
        return False
    if len(pair.layers) == 1:
        return tap.stage == "depthwise"
    return tap.layer == pair.layers[0] and tap.stage != "add"


def first_filters(weights: Weights, graph: Graph) -> FirstFilters | None:
    """The filters of the first convolution, as they would look at the picture.

    None if no convolution reads the picture itself, or one that reads something other than colours or gray.
    """
    seen: set[str] = set()
    for node in graph.nodes:
        if isinstance(node.op, Conv2D) and node.op.groups == 1 and seen.issuperset(node.inputs):
            kernels = np.moveaxis(weights.arrays[node.name]["kernel"], -1, 0)
            if kernels.shape[-1] not in (1, 3):
                return None
            if weights.preprocessing.order == "BGR":
                kernels = kernels[..., ::-1]
            limit = float(np.abs(kernels).max())
            # Without any weight that is not 0 everything is gray.
            scaled = np.broadcast_to(kernels.astype(np.float64) / (limit or 1), (*kernels.shape[:3], 3))
            return FirstFilters(node.name, _read_only(np.rint((scaled + 1) * 127.5).astype(np.uint8)), kernels, limit)
        # The picture stays what it is where zeros are put around it, or its values are scaled.
        if isinstance(node.op, Input) or (isinstance(node.op, Costless) and seen.issuperset(node.inputs)):
            seen.add(node.name)
    return None


def depthwise_kernels(weights: Weights, graph: Graph, layer: str) -> DepthwiseKernels:
    """The kernels of a layer whose outputs read one input channel each; of a separable one, its first half.

    Raises:
        ConfigError: If there is no such layer, or its convolution over space also mixes channels: an output then has a
            kernel for each channel that it reads, see `kernels_of_output`.
    """
    found = _convolution(weights, graph, layer)
    if found.reads > 1:
        raise ConfigError(
            f"only depthwise kernels can be shown side by side: each output of {found.spatial.name} has {found.reads} "
            "kernels, one for each channel that it reads. Choose a single channel."
        )
    inputs = np.arange(found.outputs) // (found.outputs // found.segments)
    return DepthwiseKernels(np.moveaxis(found.kernels[:, :, 0], -1, 0), _read_only(inputs))


def kernels_of_output(weights: Weights, graph: Graph, layer: str, output: int) -> tuple[np.ndarray, range]:
    """The kernels of one output of a convolution; of a separable one, of its first half.

    Args:
        weights: Of the network.
        graph: The network.
        layer: The convolution.
        output: Number of the output, from 0.

    Returns:
        (input channels, height, width), float32, read-only, and these channels' numbers.

    Raises:
        ConfigError: If there is no such convolution or output.
    """
    found = _convolution(weights, graph, layer)
    check_channel(output, found.outputs)
    return found.of_output(output), found.inputs(output)


def _convolution(weights: Weights, graph: Graph, layer: str) -> ConvolutionKernels:
    found = convolution_kernels(weights, graph, layer)
    if found is None:
        raise ConfigError(f"{layer} has no kernels: choose a convolution")
    return found


def _is_convolution(node: Node) -> bool:
    return isinstance(node.op, (Conv2D, DepthwiseConv2D))


def _kernels(node: Node, network: Graph, arrays: Arrays) -> ConvolutionKernels:
    kernel = arrays[node.name]["kernel"]
    if isinstance(node.op, DepthwiseConv2D):
        # (height, width, channels, multiplier) is, in this order, one input channel for each of the outputs.
        kernel = kernel.reshape(*kernel.shape[:2], 1, -1)
    return ConvolutionKernels(node, output_shapes(network)[node.inputs[0]], kernel, arrays[node.name].get("bias"))


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
