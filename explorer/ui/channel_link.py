"""The part of a link that says which channels are looked at: their order, the page of them, and the chosen one."""

from collections.abc import Mapping

from explorer.arch.graph import Graph
from explorer.arch.knobs import Config
from explorer.arch.link import shown
from explorer.arch.networks import graph_of
from explorer.arch.taps import Tap, find_tap, layers, taps
from explorer.ui.view_link import LAYER, STAGE, View

ORDER = "order"
CHANNEL = "channel"
PAGE = "page"
CHANNELS = (ORDER, CHANNEL, PAGE)
"""Names in the link."""

PER_PAGE = 64
"""Channels that are shown at once: eight rows of eight."""

USUAL_ORDER = "variance"
"""The liveliest maps first."""


def usual_tap(graph: Graph) -> Tap:
    """Where one looks at channels first: the first separable convolution, whose maps are the largest."""
    return find_tap(graph, layers(graph)[0])


def pages(tap: Tap) -> int:
    """Pages that the channels of a tap fill."""
    return -(-tap.shape[-1] // PER_PAGE)


def read_channels(query: Mapping[str, str], config: Config, view: Mapping[str, str]) -> View:
    """What of `query` about channels can be had. Never raises, whatever the link holds.

    Args:
        query: The whole link; names that are not in `CHANNELS` are passed over.
        config: The network that it is of.
        view: Layer and stage as they were read.
    """
    asked = {name: query[name] for name in CHANNELS if name in query}
    if not asked or not taps(graph_of(config)):
        return View({}, ())
    from explorer.vision.features import ORDERS  # needs NumPy, which a page that counts does not wait for

    taken, ignored = {}, []
    if ORDER in asked and asked[ORDER] in ORDERS:
        taken[ORDER] = asked[ORDER]
    elif ORDER in asked:
        ignored.append(f"{ORDER}: must be one of {', '.join(ORDERS)}; {USUAL_ORDER} is shown.")
    tap = _tap(graph_of(config), view)
    for name, first, last in ((CHANNEL, 0, tap.shape[-1] - 1), (PAGE, 1, pages(tap))):
        text = asked.get(name, "")
        if text.isdecimal() and len(text) <= len(str(last)) and first <= int(text) <= last:
            taken[name] = str(int(text))
        elif name in asked:
            ignored.append(f"{name}={shown(text)}: {tap.name} has {first} to {last}; the usual one is shown.")
    return View(taken, tuple(ignored))


def _tap(graph: Graph, view: Mapping[str, str]) -> Tap:
    usual = usual_tap(graph)
    return find_tap(graph, view.get(LAYER, usual.layer), view.get(STAGE))
