"""What is done to a picture before a network sees it: a scale and an offset for each channel, in RGB or BGR order.

Preprocessing belongs to trained weights: they answer rightly only to pictures that were prepared as in training. A
picture itself stays in the space that people see, RGB or gray from -1 (black) to 1 (white): covering, noise and
ascents work there, and the network that runs begins with a node that brings it into the space of the weights.
Subtracting a mean is not folded into the first kernel, which would be wrong where that pads with zeros.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import ChannelScale, Input

Order = Literal["RGB", "BGR"]
PREPARED = "preprocessing"
"""Name of the node that prepares the picture."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """`value x scale + offset` for each channel, of pixel values from 0 to 255.

    Attributes:
        name: For people and options: "-1..1".
        scale: A factor for each channel, in the network's order; one for all if there is but one.
        offset: Likewise, added after scaling.
        order: Of the channels in the network's input; a gray picture has one.
    """

    name: str
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    order: Order = "RGB"

    def of_picture(self, channels: int) -> ChannelScale:
        """The same for a picture of `channels` whose values run from -1 to 1."""
        scale, offset = (values * channels if len(values) == 1 else values for values in (self.scale, self.offset))
        # A pixel is 127.5 x value + 127.5.
        shifted = tuple(127.5 * factor + shift for factor, shift in zip(scale, offset, strict=True))
        return ChannelScale(tuple(127.5 * factor for factor in scale), shifted, self.order == "BGR")

    @property
    def words(self) -> str:
        """What the network gets, in a few words."""
        return _WORDS.get(self.name, "each channel scaled and shifted as the weights' file says")


SIGNED = Preprocessing("-1..1", (1 / 127.5,), (-1.0,))
"""From -1 (black) to 1 (white): Keras calls it "tf". Xception, Inception V3, MobileNet."""

UNIT = Preprocessing("0..1", (1 / 255,), (0.0,))
"""From 0 to 1: the usual Rescaling(1/255) of networks trained by hand."""

PIXELS = Preprocessing("0..255", (1.0,), (0.0,))
"""As stored."""

MEAN_BGR = Preprocessing("mean", (1.0, 1.0, 1.0), (-103.939, -116.779, -123.68), "BGR")
"""ImageNet's mean subtracted, blue first: Keras calls it "caffe". VGG-16, and ResNet of 2015."""

PREPROCESSINGS = {each.name: each for each in (SIGNED, UNIT, PIXELS, MEAN_BGR)}
"""Those that a person can name."""

_WORDS = {
    SIGNED.name: "each value scaled to [-1, 1]",
    UNIT.name: "each value scaled to [0, 1]",
    PIXELS.name: "each value from 0 to 255 as it is",
    MEAN_BGR.name: "the mean colour of ImageNet subtracted, blue first",
}


def prepared(graph: Graph, preprocessing: Preprocessing) -> Graph:
    """`graph` for pictures from -1 to 1: what `preprocessing` does to them is a node behind the image.

    The graph itself where the weights expect just that.
    """
    if preprocessing == SIGNED:
        return graph
    image = next(node for node in graph.nodes if isinstance(node.op, Input))

    def nodes() -> Iterator[Node]:
        for node in graph.nodes:
            if node is image:
                yield node
                op = preprocessing.of_picture(graph.input_shape[-1])
                yield Node(PREPARED, op, (image.name,), node.flow, node.module)
            else:
                inputs = tuple(PREPARED if source == image.name else source for source in node.inputs)
                yield Node(node.name, node.op, inputs, node.flow, node.module, node.branch, node.part)

    return Graph(graph.title, graph.flows, tuple(nodes()))
