"""A drawn SVG as a PNG, the same on every machine: text is set in the fonts that come with the project."""

from explorer.assets import ASSETS

FONTS = ASSETS / "fonts"
_FAMILY = "Inter"


def png(svg: str, *, zoom: float = 2.0) -> bytes:
    """`svg` as the bytes of a PNG file.

    Args:
        svg: With colours of its own: CSS variables are not known here.
        zoom: Pixels of the picture for each unit of the drawing.

    Raises:
        ValueError: If `svg` is no SVG.
    """
    from resvg_py import svg_to_bytes

    # System fonts would make the picture, and whether it has any text at all, depend on the machine.
    return bytes(
        svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=[str(path) for path in sorted(FONTS.glob("*.otf"))],
            font_family=_FAMILY,
            sans_serif_family=_FAMILY,
        )
    )
