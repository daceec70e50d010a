"""Whose picture is shown, as the link says it; known without the libraries that pictures need."""

from explorer.ui.links.linked import asked_for
from explorer.ui.links.opening_link import OWN_PICTURE, SAMPLE


def is_own_picture() -> bool:
    """Whether a person's own picture is shown, or asked for."""
    return asked_for(SAMPLE) == OWN_PICTURE
