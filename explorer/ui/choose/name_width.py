"""How wide a box is in which one of many names stands: browsers cut what does not fit, and it cannot wrap."""

_CHARACTER_PX = 6.8
"""Of a long name, on average. Layers' names, which are wide, have 6.5."""
_AROUND_PX = 58
"""What stands at both sides of the name: the arrow, and air."""
_MOST_PX = 340
"""As wide as a phone's page is."""


def width_of(name: str, least: int) -> int:
    """Width in px of a box with `name` in it, not below `least`, not above what a phone has."""
    return max(least, min(_MOST_PX, round(_CHARACTER_PX * len(name)) + _AROUND_PX))
