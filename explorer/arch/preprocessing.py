"""What is done to a picture before a network sees it: a scale and an offset for each channel, in RGB or BGR order.

Preprocessing belongs to trained weights: they answer rightly only to pictures that were prepared as in training.
"""

from dataclasses import dataclass
from typing import Literal

Order = Literal["RGB", "BGR"]


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """`value x scale + offset` for each channel, of pixel values from 0 to 255.

    Attributes:
        name: For people and options: "-1..1".
        scale: A factor for each channel of the input, in the network's order.
        offset: Likewise, added after scaling.
        order: Of the channels in the network's input; gray pictures have one.
    """

    name: str
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    order: Order = "RGB"


SIGNED = Preprocessing("-1..1", (1 / 127.5,) * 3, (-1.0,) * 3)
"""From -1 (black) to 1: Keras calls it "tf". Xception, Inception V3, MobileNet."""

UNIT = Preprocessing("0..1", (1 / 255,) * 3, (0.0,) * 3)
"""From 0 to 1: the usual Rescaling(1/255) of networks trained by hand."""

PIXELS = Preprocessing("0..255", (1.0,) * 3, (0.0,) * 3)
"""As stored."""

MEAN_BGR = Preprocessing("mean", (1.0,) * 3, (-103.939, -116.779, -123.68), "BGR")
"""ImageNet's mean subtracted, blue first: Keras calls it "caffe". VGG-16, ResNet of 2015."""

SIGNED_GRAY = Preprocessing("-1..1", (1 / 127.5,), (-1.0,))
"""From -1 to 1 for networks that see one channel."""

PREPROCESSINGS = {each.name: each for each in (SIGNED, UNIT, PIXELS, MEAN_BGR)}
"""Those that a person can name, for colour pictures."""
