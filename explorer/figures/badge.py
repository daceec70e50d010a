"""What a picture says of the weights it was made with, wherever it is copied to."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.lettering import write_centred
from explorer.figures.theme import GREY, STATE_COLOURS

_TEXTS = {"altered": "ALTERED WEIGHTS", "random": "RANDOM WEIGHTS"}
_INK = "#14171F"
"""Contrast of at least 4.5 to 1 with the colour of every state."""

_MARGIN_PX = 4


def badge_of(state: str) -> str | None:
    """What to write on a picture made with weights in that state; None if they are as they were trained."""
    return _TEXTS.get(state)


def band(width: int, badge: str) -> NDArray[np.uint8]:
    """(height, width, 3): `badge` on the colour of the state that it begins with; gray if it begins with none."""
    size = min(max(width // 30, 11), 18)
    height = round(1.7 * size)
    colour = next((colour for state, colour in STATE_COLOURS.items() if badge.lower().startswith(state)), GREY)
    picture = Image.new("RGB", (width, height), colour)
    write_centred(picture, badge, (_MARGIN_PX, 0, width - _MARGIN_PX, height), size, _INK)
    return np.asarray(picture)


def stamped(picture: NDArray[np.uint8], badge: str | None) -> NDArray[np.uint8]:
    """A copy of `picture` (h, w, 3) with the badge's band over its lowest rows."""
    copy = picture.copy()
    if badge:
        strip = band(picture.shape[1], badge)[-picture.shape[0] :]
        copy[-len(strip) :] = strip
    return copy
