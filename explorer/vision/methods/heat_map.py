"""A heat map: which places of a picture spoke for a class, by which method, and where its cells lie."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.arch.receptive_field import ReceptiveField
from explorer.arch.taps import Tap
from explorer.model.weights.arrays import Provenance
from explorer.vision.methods.target import Target

Method = Literal[
    "grad-cam", "grad-cam++", "layercam", "score-cam", "faster-score-cam", "saliency", "smoothgrad", "occlusion"
]


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """What there is to say about a method.

    Attributes:
        title: Its name.
        story: What its map shows, in a sentence.
        source: The paper.
        layered: Whether it looks at a layer; else at the picture itself.
        signed: Whether cells below zero, which speak against the class, mean something before they are cut off.
        slow: Whether it runs the whole network many times.
    """

    title: str
    story: str
    source: str
    layered: bool
    signed: bool
    slow: bool


METHODS: dict[Method, MethodFacts] = {
    "grad-cam": MethodFacts(
        "Grad-CAM",
        "Each channel is weighted by the mean of its gradient: how much the score rises with it, everywhere alike.",
        "arXiv:1610.02391",
        layered=True,
        signed=True,
        slow=False,
    ),
    "grad-cam++": MethodFacts(
        "Grad-CAM++",
        "As Grad-CAM, but the gradients that raise the score count more, so that several objects can show.",
        "arXiv:1710.11063",
        layered=True,
        signed=True,
        slow=False,
    ),
    "layercam": MethodFacts(
        "LayerCAM",
        "Each cell of each channel is weighted by its own gradient where that is positive: sharp in early layers.",
        "Jiang et al., IEEE TIP 2021, doi:10.1109/TIP.2021.3089943",
        layered=True,
        signed=True,
        slow=False,
    ),
    "score-cam": MethodFacts(
        "Score-CAM",
        "Each channel is laid over the picture as a mask and weighted by the probability that is left. No gradients.",
        "arXiv:1910.01279",
        layered=True,
        signed=True,
        slow=True,
    ),
    "faster-score-cam": MethodFacts(
        "Faster-Score-CAM",
        "Score-CAM with only the channels whose maps vary most.",
        "github.com/tabayashi0117/Score-CAM",
        layered=True,
        signed=True,
        slow=True,
    ),
    "saliency": MethodFacts(
        "Saliency",
        "How much the score answers to each pixel: the largest of the three colours' gradients, without sign.",
        "arXiv:1312.6034",
        layered=False,
        signed=False,
        slow=False,
    ),
    "smoothgrad": MethodFacts(
        "SmoothGrad",
        "The mean of the saliencies of noisy copies of the picture.",
        "arXiv:1706.03825",
        layered=False,
        signed=False,
        slow=True,
    ),
    "occlusion": MethodFacts(
        "Occlusion",
        "How far the score falls when a gray square covers the place: an independent check that uses no gradients.",
        "arXiv:1311.2901",
        layered=False,
        signed=True,
        slow=True,
    ),
}


def settings_words(settings: Mapping[str, float | int | str]) -> str:
    """A method's settings as people read them: "patch 18 px, stride 12 px"."""
    return ", ".join(
        f"{name.removesuffix('_px')} {value}{' px' if name.endswith('_px') else ''}" for name, value in settings.items()
    )


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """One map, before any scaling.

    Attributes:
        method: Which method.
        tap: Where it looks; None if at the picture.
        target: What it was asked about.
        signed: (rows, columns), float32, read-only: before what speaks against the target is cut off.
        field: Where the cells lie on the picture that the network saw.
        input_size: Side of that picture, px.
        score: The target's score, a logit or a difference of two.
        provenance: State of the weights.
        seconds: How long it took, the pass through the trunk not counted.
        settings: What else decides the map: samples, seed, size of a patch.
    """

    method: Method
    tap: Tap | None
    target: Target
    signed: np.ndarray
    field: ReceptiveField
    input_size: int
    score: float
    provenance: Provenance
    seconds: float
    settings: dict[str, float | int | str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signed.flags.writeable = False

    @property
    def values(self) -> np.ndarray:
        """(rows, columns): what speaks for the target; 0 where nothing does."""
        return np.maximum(self.signed, 0)
