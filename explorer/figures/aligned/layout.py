"""Where everything stands when networks are drawn side by side: a stage is a band that runs across all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.arch.graph import Flow
from explorer.counting.alignment import StageRow, StageTally, aligned
from explorer.counting.tally import Tally
from explorer.figures.aligned.standing import standing
from explorer.figures.diagram.layout import WIDTH, Column
from explorer.figures.diagram.primitives import Box, Item, Words, estimated_width
from explorer.figures.diagram.structure import Run, runs

_IMAGE = 14.0
_LABEL = 46.0
"""From a band's upper edge to its first module: room for what the stage is called, and for the wire."""
_NONE = 18.0
_END = 16.0


@dataclass(frozen=True, slots=True)
class Band:
    """A stage of all networks, drawn from `top` to `bottom`."""

    row: StageRow
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class NetworkColumn:
    """A network from top to bottom.

    Attributes:
        parts: What is drawn, flow by flow: the flow's name, and its items.
        places: Number of the band in which each module stands, by name of the module.
    """

    parts: tuple[tuple[str, tuple[Item, ...]], ...]
    places: dict[str, int]


@dataclass(frozen=True, slots=True)
class AlignedLayout:
    """Columns of one width and one height, and the bands behind them."""

    bands: tuple[Band, ...]
    columns: tuple[NetworkColumn, ...]
    width: float
    height: float


def aligned_layout(tallies: Sequence[Tally], opened: Sequence[frozenset[str]]) -> AlignedLayout:
    """Every module once, alone or in a run of equal ones, each in the band of its stage.

    Args:
        tallies: The networks.
        opened: Names of the modules of each that are open; of equal modules at most one.
    """
    columns = [_Network(tally, each) for tally, each in zip(tallies, opened, strict=True)]
    rows = aligned(tallies)
    bands: list[Band] = []
    top = max(column.column.y for column in columns) + _IMAGE
    for number, row in enumerate(rows):
        for column, stage in zip(columns, row.networks, strict=True):
            column.draw_stage(number, stage, top)
            if row is rows[-1]:
                column.end()
        bottom = max(top + _LABEL + _NONE, *(column.column.y for column in columns)) + _END
        bands.append(Band(row, top, bottom))
        top = bottom
    return AlignedLayout(
        tuple(bands),
        tuple(NetworkColumn(tuple(column.parts), column.places) for column in columns),
        WIDTH,
        top,
    )


class _Network:
    """Draws one network, stage by stage."""

    def __init__(self, tally: Tally, opened: frozenset[str]) -> None:
        self.column = Column(tally, opened, interactive=True)
        self.parts: list[tuple[str, tuple[Item, ...]]] = []
        self.places: dict[str, int] = {}
        self._tally = tally
        self._stands = standing(tally)
        self._runs = [(flow, run) for flow in tally.graph.flows for run in runs(tally, flow.name)]
        self._next = 0
        self._flow = tally.graph.flows[0].name
        self.column.map_label(tally.graph.input_shape, "image")

    def draw_stage(self, number: int, stage: StageTally, top: float) -> None:
        """What stands in a stage, from `top` down; of layers of this size in modules elsewhere it is said where."""
        begin = top + _LABEL
        first = True
        while self._next < len(self._runs) and self._stands[self._runs[self._next][1].first.name] == stage.stride:
            flow, run = self._runs[self._next]
            self._draw(flow, run, begin if first else 0.0)
            self.places |= dict.fromkeys(run.names, number)
            self._next += 1
            first = False
        if first and stage.layers:
            self._say_where(stage, top)

    def _draw(self, flow: Flow, run: Run, begin: float) -> None:
        column, is_first = self.column, self._next == 0
        fork = column.connector(None if is_first else run.first.input_shape, begin)
        if is_first or self._runs[self._next - 1][0] is not flow:
            self._head(flow)
        column.run(run, fork)
        self._take(flow.name)

    def _head(self, flow: Flow) -> None:
        """The flow's title, left of the wire that leads into it."""
        column = self.column
        title, y = flow.title.split(" (")[0], column.y - 9
        if estimated_width(title, "small") < column.axis - column.left - 20:
            column.items += [Box(column.left, y - 9, 3, 12, "bar", 1.5), Words(column.left + 8, y, title, "small")]

    def _say_where(self, stage: StageTally, top: float) -> None:
        count = len(stage.layers)
        modules = list(dict.fromkeys(layer.node.module for layer in stage.layers))
        drawn = {name for name in modules if name in self.places}
        if len(modules) == 1:
            where = f"in {modules[0]}, {'above' if drawn else 'below'}"
        else:
            side = "above" if len(drawn) == len(modules) else "below" if not drawn else "around"
            where = f"in {len(modules)} modules {side}"
        x = self.column.axis + 9
        self.column.items += [
            Words(x, top + _LABEL - 2, f"{count} layer{'s' if count > 1 else ''} of this size:", "small"),
            Words(x, top + _LABEL + 13, where, "small"),
        ]
        self._take(self._flow)

    def end(self) -> None:
        """The last arrow, to what the network answers."""
        self.column.connector(None)
        self.column.map_label(self._tally.module_tallies[-1].output_shape, "logits")
        self._take(self._flow)

    def _take(self, flow: str) -> None:
        self.parts.append((flow, tuple(self.column.items)))
        self.column.items.clear()
        self._flow = flow
