"""A map painted by the server: for files, and for what stands beside the answer."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from explorer.figures.badge import badge_of
from explorer.figures.maps.overlay import map_picture, overlay
from explorer.ui.explain.appearance import Appearance
from explorer.ui.explain.question import Question
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.upscaling import upscaled


@dataclass(frozen=True, slots=True, eq=False)
class PaintedMap:
    """A map in colours.

    Attributes:
        cells: (h, w, 3): each pixel has the colour of the cell that is nearest.
        overlay: (h, w, 3): over the picture, smoothly interpolated.
    """

    cells: np.ndarray
    overlay: np.ndarray


def painted_map(question: Question, heat_map: HeatMap, appearance: Appearance) -> PaintedMap:
    """The map as it is to be shown, over the picture as people see it."""
    picture = np.asarray(Image.open(BytesIO(question.subject.seen.preview)).convert("RGB"))
    place = (heat_map.field, heat_map.input_size, *picture.shape[:2])
    values = appearance.values(heat_map)
    colours: dict[str, Any] = {
        "colour_map": appearance.colour_map,
        "low": appearance.low,
        "high": appearance.high,
        "badge": badge_of(heat_map.provenance.state),
    }
    return PaintedMap(
        map_picture(upscaled(values, *place, smooth=False), **colours),
        overlay(picture, upscaled(values, *place), **colours, opacity=appearance.opacity),
    )
