"""The part of a link that says which channels are looked at: order, sheet, the chosen one, a cell, an open panel."""

import re
from collections.abc import Mapping
from typing import Literal, get_args

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.places.taps import Tap, find_tap, first_tap, taps
from explorer.configuration.link import shown
from explorer.configuration.registry import graph_of
from explorer.ui.links.parts.view_link import LAYER, STAGE, View

ORDER = "order"
CHANNEL = "channel"
SHEET = "sheet"
CELL = "cell"
PANEL = "panel"
CHANNELS = (ORDER, CHANNEL, SHEET, CELL, PANEL)
"""Names in the link."""

PER_SHEET = 64
"""Channels that are shown at once: eight rows of eight."""

USUAL_ORDER = "variance"
"""The liveliest maps first."""

_CELL = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")

Panel = Literal["channels", "cell", "apart", "wants", "kernels"]
"""What may be open: all channels, what a cell depends on, the separable convolution taken apart, and so on."""

PANELS: tuple[Panel, ...] = get_args(Panel)
USUAL_PANEL: Panel = "channels"


def sheets(tap: Tap) -> int:
    """Sheets of `PER_SHEET` that the channels of a tap fill."""
    return -(-tap.shape[-1] // PER_SHEET)


def write_cell(row: int, column: int) -> str:
    """A cell as a link has it: "3-12" is row 3, column 12."""
    return f"{row}-{column}"


def read_cell(text: str, size: tuple[int, ...]) -> tuple[int, int] | None:
    """Row and column; None unless a map of `size`, rows and columns, has such a cell."""
    found = _CELL.fullmatch(text)
    if found is None:
        return None
    row, column = int(found[1]), int(found[2])
    return (row, column) if row < size[0] and column < size[1] else None


def read_channels(query: Mapping[str, str], config: Config, view: Mapping[str, str]) -> View:
    """What of `query` about channels can be had. Never raises, whatever the link holds.

    Args:
        query: The whole link; names that are not in `CHANNELS` are passed over.
        config: The network that it is of.
        view: Layer and stage as they were read.
    """
    asked = {name: query[name] for name in CHANNELS if name in query}
    if not asked:
        return View({}, ())
    from explorer.vision.features.channels import ORDERS  # needs NumPy, which a page that counts does not wait for

    taken, ignored = {}, []
    if ORDER in asked and asked[ORDER] in ORDERS:
        taken[ORDER] = asked[ORDER]
    elif ORDER in asked:
        ignored.append(f"{ORDER}: must be one of {', '.join(ORDERS)}; {USUAL_ORDER} is shown.")
    if PANEL in asked and asked[PANEL] in PANELS:
        taken[PANEL] = asked[PANEL]
    elif PANEL in asked:
        ignored.append(f"{PANEL}: must be one of {', '.join(PANELS)}; {USUAL_PANEL} is shown.")
    tap = _tap(graph_of(config), view)
    for name, first, last in ((CHANNEL, 0, tap.shape[-1] - 1), (SHEET, 1, sheets(tap))):
        text = asked.get(name, "")
        if text.isdecimal() and len(text) <= len(str(last)) and first <= int(text) <= last:
            taken[name] = str(int(text))
        elif name in asked:
            ignored.append(f"{name}={shown(text)}: {tap.name} has {first} to {last}; the usual one is shown.")
    rows, columns = tap.shape[0], tap.shape[1]
    cell = read_cell(asked.get(CELL, ""), (rows, columns))
    if cell is not None:
        taken[CELL] = write_cell(*cell)
    elif CELL in asked:
        ignored.append(
            f"{CELL}={shown(asked[CELL])}: {tap.name} has rows 0 to {rows - 1} and columns 0 to {columns - 1}, as in "
            f"{CELL}=0-{columns - 1}; the strongest cell is shown."
        )
    return View(taken, tuple(ignored))


def _tap(graph: Graph, view: Mapping[str, str]) -> Tap:
    """Where the link looks; at the layer's own output if it asks for a stage that the layer lacks."""
    layer = view.get(LAYER, first_tap(graph).layer)
    return next(
        (tap for tap in taps(graph) if tap.is_map and tap.layer == layer and tap.stage == view.get(STAGE)),
        find_tap(graph, layer),
    )
