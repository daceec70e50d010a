"""Black or white letters on a colour, whichever stand out more. Source: WCAG 2.1, relative luminance and contrast."""

_DARK, _LIGHT = "#000000", "#FFFFFF"
"""Of the two one has a contrast of at least 4.58 to 1 on whatever colour; no softer pair has."""


def ink_on(red: int, green: int, blue: int) -> str:
    """The letters' colour on a ground of that colour, each part from 0 to 255."""
    ground = luminance(red, green, blue) + 0.05
    return _DARK if ground / 0.05 >= 1.05 / ground else _LIGHT


def luminance(red: int, green: int, blue: int) -> float:
    """Relative luminance from 0, black, to 1, white; each part from 0 to 255."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red / 255, green / 255, blue / 255))
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
