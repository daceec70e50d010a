"""The weights of convolutions as things to look at: the stem's filters, depthwise kernels, pointwise weights.

A separable convolution is read in one form, whether it is one layer of the graph or written out as several: its first
half has outputs, each with a small kernel for every input channel that it reads. That is one channel in a depthwise
convolution, and a segment of the channels where the convolution has segments.
"""

from dataclasses import dataclass

import numpy as np

from explorer.arch.graph import Graph, Node, output_shapes
from explorer.arch.ops import Conv2D, DepthwiseConv2D, Input, Shape
from explorer.arch.taps import Stage, find_tap, taps
from explorer.arch.written_out import written_out
from explorer.errors import ConfigError
from explorer.model.weights.arrays import Weights
from explorer.model.weights.written_out_arrays import written_out_arrays
from explorer.vision.features.channels import check_channel


@dataclass(frozen=True, slots=True, eq=False)
class StemKernels:
    """The filters of the first convolution, which reads the picture's red, green and blue.

    Attributes:
        pictures: (filters, height, width, 3), uint8, read-only: each filter as an RGB picture. All are in one scale:
            0 is gray (between 127 and 128), 255 is +`limit`, 0 is -`limit`.
        kernels: The same as weights, float32, read-only.
        limit: The largest weight of all filters, without sign.
    """

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
class SeparableWeights:
    """A separable convolution in one form, however it is written.

    Attributes:
        layer: Its name.
        spatial: The node of its first half in the written-out graph: depthwise, or with segments.
        pointwise: The node of its second half.
        stages: The nodes of what follows: "bn", "act", "add", where there are such.
        input_shape: Of the map that it reads, the output of `spatial.inputs[0]`.
        kernels: (height, width, reads, outputs): of the first half. Each output reads `reads` input channels.
        mixture: (outputs, channels): the pointwise weights.
        bias: (channels,): None if there is none.
    """

    layer: str
    spatial: Node
    pointwise: Node
    stages: dict[Stage, str]
    input_shape: Shape
    kernels: np.ndarray
    mixture: np.ndarray
    bias: np.ndarray | None

    @property
    def reads(self) -> int:
        """Input channels that each output of the first half reads: 1 in a depthwise convolution."""
        return self.kernels.shape[2]

    @property
    def outputs(self) -> int:
        """Outputs of the first half."""
        return self.kernels.shape[3]

    @property
    def segments(self) -> int:
        """Independent segments of the input channels."""
        return self.input_shape[-1] // self.reads

    def inputs(self, output: int) -> range:
        """The input channels that an output of the first half reads."""
        first = output // (self.outputs // self.segments) * self.reads
        return range(first, first + self.reads)


def separable_weights(weights: Weights, graph: Graph, layer: str) -> SeparableWeights:
    """The weights of the separable convolution `layer`; views, nothing is copied.

    Raises:
        ConfigError: If there is no such layer; names the nearest.
    """
    layer = find_tap(graph, layer).layer
    network = written_out(graph)
    arrays = written_out_arrays(graph, weights.arrays)
    steps = {node.part.step: node for node in network.nodes if node.part is not None and node.part.of == layer}
    spatial, pointwise = steps["depthwise"], steps["pointwise"]
    if spatial.op.use_bias:  # type: ignore[attr-defined]
        raise TypeError(f"no rule for the bias of {spatial.name}")
    kernel = arrays[spatial.name]["kernel"]
    if isinstance(spatial.op, DepthwiseConv2D):
        # (height, width, channels, multiplier) is, in this order, one input channel for each of the outputs.
        kernel = kernel.reshape(*kernel.shape[:2], 1, -1)
    return SeparableWeights(
        layer=layer,
        spatial=spatial,
        pointwise=pointwise,
        stages={tap.stage: tap.node for tap in taps(graph) if tap.layer == layer and tap.stage in ("bn", "act", "add")},
        input_shape=output_shapes(network)[spatial.inputs[0]],
        kernels=kernel,
        mixture=arrays[pointwise.name]["kernel"][0, 0],
        bias=arrays[pointwise.name].get("bias"),
    )


def stem_kernels(weights: Weights, graph: Graph) -> StemKernels:
    """The filters of the first convolution, as they would look at the picture."""
    image = next(node.name for node in graph.nodes if isinstance(node.op, Input))
    first = next(node.name for node in graph.nodes if isinstance(node.op, Conv2D) and node.inputs == (image,))
    kernels = np.moveaxis(weights.arrays[first]["kernel"], -1, 0)
    limit = float(np.abs(kernels).max())
    # Without any weight that is not 0 everything is gray.
    scaled = kernels.astype(np.float64) / (limit or 1)
    return StemKernels(_read_only(np.rint((scaled + 1) * 127.5).astype(np.uint8)), kernels, limit)


def depthwise_kernels(weights: Weights, graph: Graph, layer: str) -> DepthwiseKernels:
    """The depthwise kernels of a separable convolution.

    Raises:
        ConfigError: If there is no such layer, or its convolution over space also mixes channels (channel segments):
            an output then has a kernel for each channel of its segment, see `kernels_of_output`.
    """
    found = separable_weights(weights, graph, layer)
    if found.reads > 1:
        raise ConfigError(
            f"only depthwise kernels can be shown side by side: with channel segments each output of {found.layer} "
            f"has {found.reads} kernels, one for each channel of its segment. Choose a single channel."
        )
    inputs = np.arange(found.outputs) // (found.outputs // found.segments)
    return DepthwiseKernels(np.moveaxis(found.kernels[:, :, 0], -1, 0), _read_only(inputs))


def kernels_of_output(weights: Weights, graph: Graph, layer: str, output: int) -> tuple[np.ndarray, range]:
    """The kernels of one output of a separable convolution's first half, depthwise or with segments.

    Args:
        weights: Of the network.
        graph: The network.
        layer: The separable convolution.
        output: Number of the output, from 0.

    Returns:
        (input channels, height, width), float32, read-only, and these channels' numbers.

    Raises:
        ConfigError: If there is no such layer or output.
    """
    found = separable_weights(weights, graph, layer)
    check_channel(output, found.outputs)
    return np.moveaxis(found.kernels[..., output], -1, 0), found.inputs(output)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
