"""The part of a link that says which channels are looked at: order, sheet, the chosen one, and what is shown of it."""

from collections.abc import Mapping
from typing import Literal, get_args

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.places.taps import Tap, find_tap, first_tap, taps
from explorer.configuration.link import shown
from explorer.configuration.registry import graph_of
from explorer.ui.links.view_link import LAYER, STAGE, View

ORDER = "order"
CHANNEL = "channel"
SHEET = "sheet"
PANEL = "panel"
CHANNELS = (ORDER, CHANNEL, SHEET, PANEL)
"""Names in the link."""

PER_SHEET = 64
"""Channels that are shown at once: eight rows of eight."""

USUAL_ORDER = "variance"
"""The liveliest maps first."""


Panel = Literal["channels", "cell", "apart", "wants", "kernels"]
"""What may be open: all channels, what a cell depends on, the separable convolution taken apart, and so on."""

PANELS: tuple[Panel, ...] = get_args(Panel)
USUAL_PANEL: Panel = "channels"


def sheets(tap: Tap) -> int:
    """Sheets of `PER_SHEET` that the channels of a tap fill."""
    return -(-tap.shape[-1] // PER_SHEET)


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
    return View(taken, tuple(ignored))


def _tap(graph: Graph, view: Mapping[str, str]) -> Tap:
    """Where the link looks; at the layer's own output if it asks for a stage that the layer lacks."""
    layer = view.get(LAYER, first_tap(graph).layer)
    return next(
        (tap for tap in taps(graph) if tap.layer == layer and tap.stage == view.get(STAGE)), find_tap(graph, layer)
    )
