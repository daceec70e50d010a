"""What the panels of the Feature maps page look at: one output of one layer, for one picture."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.arch.places.separable_pairs import find_pair
from explorer.arch.places.taps import Tap, taps
from explorer.figures.badge import badge_of
from explorer.figures.maps.common_scale import Scale, common_scale
from explorer.ui.choose.subject_choice import Subject
from explorer.ui.session import cache
from explorer.vision.features.kernels import is_first_half
from explorer.vision.methods.target import Target

if TYPE_CHECKING:
    from explorer.vision.features.channels import ChannelStatistics
    from explorer.vision.features.separable_steps import By, SeparableSteps

_PHOTOGRAPH_PX = 560


@dataclass(frozen=True, slots=True, eq=False)
class LayerView:
    """The channels of a tap.

    Attributes:
        subject: The picture in the network.
        tap: Where.
        target: The class that contributions are to.
        values: (height, width, channels), read-only.
        scale: The colours that all channels share.
    """

    subject: Subject
    tap: Tap
    target: Target
    values: np.ndarray
    scale: Scale

    @property
    def signed(self) -> bool:
        """Whether values below 0 mean something here."""
        return self.scale.low < 0

    @property
    def badge(self) -> str | None:
        """What pictures say of the weights."""
        return badge_of(self.subject.provenance.state)

    @property
    def words(self) -> str:
        """Layer and stage: "block8_sepconv3, after ReLU"."""
        return f"{self.tap.layer}, {self.tap.stage_words}"

    @property
    def class_words(self) -> str:
        """The class that is asked about: by its name, or an output by its number."""
        return self.target.words(self.subject.labels)

    @property
    def photograph(self) -> np.ndarray:
        """(height, width, 3), uint8: the upright photograph, as large as panels show it."""
        picture = Image.open(BytesIO(self.subject.seen.preview))
        picture.thumbnail((_PHOTOGRAPH_PX, _PHOTOGRAPH_PX))
        return np.asarray(picture.convert("RGB"))

    def statistics(self, *, contribution: bool) -> "ChannelStatistics":
        """Of every channel; contributions cost a way from the layer to the logits and back."""
        return cache.channel_statistics(self.subject.look, self.tap.node, self.target if contribution else None)

    def steps(self, channel: int, by: "By" = "part") -> tuple["SeparableSteps", str]:
        """How a separable pair makes a channel of this output, and a sentence where it is not simply the layer's own.

        Of the depthwise output a channel goes into all of the layer's own: the one with the largest weight is made. An
        addition's channel is made by the last layer of its module.
        """
        subject, layer, remark = self.subject, self.tap.layer, ""
        if self.tap.stage == "add":
            into = (tap.layer for tap in taps(subject.graph) if tap.node == self.tap.node)
            layer = [each for each in into if find_pair(subject.graph, each)][-1]
            remark = f"The addition then adds channel {channel} of the shortcut."
        weights = cache.separable_weights(subject.look, layer)
        if is_first_half(subject.graph, self.tap):
            every = weights.mixture.shape[1]
            remark = (
                f"Depthwise channel {channel} goes into all {every} outputs; this is the one with its largest weight."
            )
            channel = int(abs(weights.mixture[channel]).argmax())
        return cache.separable_steps(subject.look, layer, weights.spatial.inputs[0], channel, by), remark

    def own_scale(self, channel: int) -> Scale:
        """The colours that fit one channel alone."""
        return common_scale(self.values[..., channel], signed=self.signed, covered_percent=99.5)


def layer_view(subject: Subject, tap: Tap, target: Target) -> LayerView:
    """Looks at `tap`: one pass of the picture unless it is known already."""
    values = cache.stage_values(subject.look, tap.node)[0]
    scale = cache.scale(subject.look, tap.node, tap.signed)
    return LayerView(subject, tap, target, values, scale)
