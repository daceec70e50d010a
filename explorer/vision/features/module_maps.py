"""What each module of a network hands on, as one small map: where in the picture it answers most."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.arch.places.taps import Tap, module_outputs

if TYPE_CHECKING:
    from explorer.model.gradients.activations import Activations
    from explorer.vision.explainer import Explainer

MOST_CELLS = 64
"""Rows and columns of a map at the most: larger ones are averaged down, which keeps their mean."""


@dataclass(frozen=True, slots=True, eq=False)
class ModuleMap:
    """One module.

    Attributes:
        tap: What it hands on, before the pooling if it ends in one.
        strength: (rows, columns), float32, read-only, at most `MOST_CELLS` each, never below 0: the mean over the
            channels of the absolute activation.
    """

    tap: Tap
    strength: np.ndarray


def module_maps(explainer: "Explainer", activations: "Activations") -> tuple[ModuleMap, ...]:
    """The map of each module that hands on maps, from what one pass of the picture left."""
    outputs = module_outputs(explainer.graph)
    values = explainer.values(activations, {tap.node for tap in outputs})
    return tuple(ModuleMap(tap, mean_strength(values[tap.node])) for tap in outputs)


def mean_strength(values: np.ndarray) -> np.ndarray:
    """The mean over the channels of the absolute value, averaged down to `MOST_CELLS`; as `ModuleMap.strength`.

    Args:
        values: (1, height, width, channels).
    """
    strength = np.abs(values[0]).mean(axis=-1, dtype=np.float32)
    if max(strength.shape) > MOST_CELLS:
        rows, columns = (_shares(cells, min(MOST_CELLS, cells)) for cells in strength.shape)
        strength = rows @ strength @ columns.T
    strength.flags.writeable = False
    return strength


def _shares(old: int, new: int) -> np.ndarray:
    """(new, old), float32: how much of each new cell in a row every old one makes up; parts of cells by their share."""
    edges = np.arange(new + 1) * (old / new)
    cells = np.arange(old)
    covered = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    return (np.clip(covered, 0, None) * (new / old)).astype(np.float32)
