"""What the browser is told to paint maps of: addresses of photographs and numbers, where cells lie, colours, badges."""

from base64 import b64encode
from functools import lru_cache

import numpy as np
from streamlit import runtime

from explorer.arch.receptive_field import ReceptiveField, Span
from explorer.figures.badge import band
from explorer.figures.maps.colour_maps import COLOUR_MAPS, DIVERGING, STEPS, symmetric_limits, table
from explorer.figures.maps.overlay import png_bytes
from explorer.ui.browser import browser_file
from explorer.vision.methods.upscaling import centre

_FEW_BYTES = 1 << 15
"""Up to here to ask for them would take longer than to send them: the map of a layer of the middle flow, say."""


def painter_js(name: str) -> str:
    """The script of a component that paints maps, with all that it needs."""
    return "\n".join(browser_file(f"maps/{part}.js") for part in ("look", "arriving", "painting", name))


def address(data: bytes, kind: str, place: str) -> str:
    """Where the browser gets `data`, for as long as the session has it in that place, as it is with `st.image`.

    Args:
        data: A file.
        kind: Its MIME type.
        place: Unique in the session; what was there before is let go.
    """
    return runtime.get_instance().media_file_mgr.add(data, kind, place)


def numbers_address(values: np.ndarray, place: str) -> str:
    """The same for numbers, which the browser reads as float32, little-endian; few come as a data URL."""
    data, kind = np.ascontiguousarray(values, "<f4").tobytes(), "application/octet-stream"
    if len(data) <= _FEW_BYTES:
        return f"data:{kind};base64,{b64encode(data).decode()}"
    return address(data, kind, place)


def cell_places(field: ReceptiveField) -> dict[str, dict[str, float]]:
    """Where the cells of a map look, in px of what the network saw: the first one's middle, and the next one's way."""
    return {"rows": _places(field.rows), "columns": _places(field.columns)}


def own_range(values: np.ndarray, signed: bool) -> float:
    """The value of the last colour in a map's own range, which begins at 0, or is symmetric to it if `signed`."""
    return symmetric_limits(values)[1] if signed else float(values.max(initial=0))


def colour_maps(signed: bool) -> tuple[str, ...]:
    """The colour maps that a map can be shown in, the usual one first."""
    return tuple(name for name in COLOUR_MAPS if (name in DIVERGING) == signed)


def colour_tables(signed: bool) -> dict[str, str]:
    """Those as base64: red, green and blue of each colour, from low to high."""
    return {name: _table(name) for name in colour_maps(signed)}


@lru_cache(maxsize=32)
def badge_address(width: int, badge: str | None) -> str | None:
    """The band over the lowest rows of a picture of that width, if there is one, as a data URL."""
    return f"data:image/png;base64,{b64encode(png_bytes(band(width, badge))).decode()}" if badge else None


def _places(span: Span) -> dict[str, float]:
    return {"centre": centre(span), "jump": span.jump}


@lru_cache(maxsize=32)
def _table(name: str) -> str:
    return b64encode(table(name)[:STEPS].tobytes()).decode()
