"""A separable convolution as source for Keras and for PyTorch: there the depthwise half is a grouped convolution.

In Keras a depthwise convolution has a depth multiplier. PyTorch has no such layer: `groups` equals the input channels,
and the depth multiplier is out_channels / groups. Kernels are stored in another order of axes, too.
"""

from dataclasses import dataclass

from explorer.arch.graph import Graph
from explorer.arch.ops import Conv2D, DepthwiseConv2D
from explorer.chapters.graphs.rewiring import begin


@dataclass(frozen=True, slots=True)
class Separable:
    """What is written out.

    Attributes:
        channels: That enter.
        multiplier: Depthwise outputs for each of them.
        filters: That leave.
        kernel: Side of the depthwise kernels; odd.
    """

    channels: int
    multiplier: int
    filters: int
    kernel: int

    @property
    def mixed(self) -> int:
        """Depthwise outputs."""
        return self.channels * self.multiplier

    def graph(self, size: int = 32) -> Graph:
        """The two layers, for a map `size` px on a side."""
        builder, x = begin("Separable convolution", (size, size, self.channels))
        x = builder.add("depthwise", DepthwiseConv2D((self.kernel,) * 2, depth_multiplier=self.multiplier), x)
        builder.add("pointwise", Conv2D(self.filters, (1, 1)), x)
        return builder.graph()


def keras_code(of: Separable) -> str:
    """For Keras 3; the network is the variable `model`."""
    return f"""import keras
from keras import layers

image = keras.Input((None, None, {of.channels}))
x = layers.DepthwiseConv2D(
    {of.kernel},
    padding="same",
    depth_multiplier={of.multiplier},
    use_bias=False,
)(image)
x = layers.Conv2D(
    {of.filters}, 1, use_bias=False
)(x)
model = keras.Model(image, x)
# kernels: {of.kernel} x {of.kernel} x {of.channels} x {of.multiplier}
# and 1 x 1 x {of.mixed} x {of.filters}
"""


def pytorch_code(of: Separable) -> str:
    """For PyTorch; the network is the variable `model`."""
    return f"""from torch import nn

model = nn.Sequential(
    # depth multiplier:
    # {of.mixed} / {of.channels} = {of.multiplier}
    nn.Conv2d(
        {of.channels}, {of.mixed}, {of.kernel},
        padding={of.kernel // 2},
        groups={of.channels},
        bias=False,
    ),
    nn.Conv2d(
        {of.mixed}, {of.filters}, 1, bias=False
    ),
)
# kernels: {of.mixed} x 1 x {of.kernel} x {of.kernel}
# and {of.filters} x {of.mixed} x 1 x 1
"""
