"""A heat map: which places of a picture spoke for a class, by which method, and where its cells lie."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.arch.places.taps import Tap
from explorer.arch.receptive_field import ReceptiveField
from explorer.model.weights.arrays import Provenance
from explorer.vision.methods.target import Target


def settings_words(settings: Mapping[str, float | int | str]) -> str:
    """A method's settings as people read them: "patch 18 px, stride 12 px"."""
    return ", ".join(
        f"{name.removesuffix('_px')} {value}{' px' if name.endswith('_px') else ''}" for name, value in settings.items()
    )


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """One map, before any scaling.

    Attributes:
        method: Which method, by its name in `explorer.vision.methods.table`.
        tap: Where it looks; None if at the picture.
        target: What it was asked about.
        signed: (rows, columns), float32, read-only: before what speaks against the target is cut off.
        field: Where the cells lie on the picture that the network saw.
        input_size: Side of that picture, px.
        score: The target's score, a logit or a difference of two.
        provenance: State of the weights.
        seconds: How long it took, the pass that left the activations not counted.
        settings: What else decides the map: samples, seed, size of a patch.
    """

    method: str
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
