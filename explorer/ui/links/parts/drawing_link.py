"""The part of a link that says how the network is drawn: in which colours, and whether a photograph runs through it."""

from collections.abc import Mapping

from explorer.figures.heat.counted import COLOURINGS
from explorer.figures.heat.energies import ENERGY
from explorer.figures.heat.timed import TIME
from explorer.ui.links.parts.view_link import View

HEAT = "heat"
LIVE = "live"
DRAWING = (HEAT, LIVE)
"""Names in the link."""

FLOW = "flow"
COLOURS: dict[str, str] = {
    FLOW: "flow",
    **{name: each.word for name, each in COLOURINGS.items()},
    TIME: "time",
    ENERGY: "energy",
}
"""What the colours of the drawing may stand for, with the words for it; the first is the usual one."""

IS_LIVE = "1"
"""What the link says where a photograph runs through the drawing."""


def read_drawing(query: Mapping[str, str]) -> View:
    """What of `query` about the drawing can be had. Never raises, whatever the link holds."""
    taken, ignored = {}, []
    for name, options in ((HEAT, tuple(COLOURS)), (LIVE, (IS_LIVE,))):
        if query.get(name) in options:
            taken[name] = query[name]
        elif name in query:
            usual = FLOW if name == HEAT else "no photograph"
            ignored.append(f"{name}: must be {' or '.join(options)}; {usual} is shown.")
    return View(taken, tuple(ignored))
