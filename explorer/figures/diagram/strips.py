"""The network in strips, one below the other, each run of modules closed and open: for pages without a server.

In one picture of a flow every choice of open modules would be a picture of its own: two to the power of the runs. A
strip looks the same whatever is open above it, so that a picture for each module is enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.arch.graph import Flow
from explorer.counting.tally import Tally
from explorer.figures.diagram.layout import Strip, layout
from explorer.figures.diagram.structure import runs
from explorer.figures.diagram.svg import Manner, draw
from explorer.figures.theme import flow_colours


@dataclass(frozen=True, slots=True)
class StripDrawing:
    """One strip as SVG without a style; see `svg.style_rules`.

    Attributes:
        closed: As it is with no module open.
        opened: With one module of the run open, by the module's name; empty where there is no run.
    """

    closed: str
    opened: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FlowDrawing:
    """A flow and its strips from top to bottom."""

    flow: Flow
    colour: str
    strips: tuple[StripDrawing, ...]


def flow_drawings(tally: Tally) -> tuple[FlowDrawing, ...]:
    """Every flow with every module that can be opened."""
    colours = flow_colours(tally.graph)
    alike = [run.names for flow in tally.graph.flows for run in runs(tally, flow.name)]
    most = max(map(len, alike), default=0)
    closed = layout(tally, frozenset(), interactive=True)
    # The first module of every run, then the second of those that have two ...: a layout for each module would be slow.
    opened = [
        layout(tally, frozenset(names[place] for names in alike if place < len(names)), interactive=True)
        for place in range(most)
    ]
    drawings = []
    for position, drawn in enumerate(closed):
        colour = colours[drawn.flow.name]

        def svg(strip: Strip, width: float = drawn.width, colour: str = colour) -> str:
            return _svg(strip, width, colour)

        strips = tuple(
            StripDrawing(
                svg(strip),
                {name: svg(opened[place][position].strips[row]) for place, name in enumerate(strip.modules)},
            )
            for row, strip in enumerate(drawn.strips)
        )
        drawings.append(FlowDrawing(drawn.flow, colour, strips))
    return tuple(drawings)


def _svg(strip: Strip, width: float, colour: str) -> str:
    """A strip of a flow in its `colour`, its modules and layers being buttons; without a style."""
    drawn = "".join(draw(item, Manner(None, interactive=True)) for item in strip.items)
    height = strip.bottom - strip.top
    return (
        f'<svg viewBox="0 {strip.top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="presentation" color="{colour}">{drawn}</svg>'
    )
