"""A photograph through the drawing: in each module a small map of what it hands on, with words beside it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explorer.figures.diagram.primitives import Picture, Words
from explorer.figures.diagram.structure import Run

_SIDE = 60.0
_LINE = 14.5
_GAP = 5.0
_NUMBER = 13.0
_FEW, _FEW_COLUMNS, _COLUMNS = 8, 4, 8
"""Maps of equal modules stand four in a row, of more than eight modules eight."""


@dataclass(frozen=True, slots=True)
class LiveMap:
    """One module's map, or the photograph.

    Attributes:
        place: Left, top, width and height on the sheet, px.
        label: The map in words.
        lines: What stands beside it.
        is_smooth: Whether its pixels are smoothed: a photograph's, but not cells, which are what there is to see.
    """

    place: tuple[int, int, int, int]
    label: str
    lines: tuple[str, ...]
    is_smooth: bool = False


@dataclass(frozen=True)
class LiveMaps:
    """All maps of one photograph.

    Attributes:
        address: Where the browser gets the sheet that they are on.
        size: Width and height of the sheet, px.
        photograph: What goes in, as the network gets it.
        of_modules: The maps by name of the module; a module that hands on no map has none.
        warning: What stands beside each map, as "RANDOM WEIGHTS"; "" for nothing.
    """

    address: str
    size: tuple[int, int]
    photograph: LiveMap
    of_modules: Mapping[str, LiveMap]
    warning: str = ""

    def of_module(self, name: str, x: float, top: float) -> tuple[float, list[Picture | Words]]:
        """A module's map with its words; returns its lower edge, too."""
        of = self.of_modules[name]
        return self._beside(of, (*of.lines, self.warning) if self.warning else of.lines, x, top)

    def going_in(self, x: float, top: float) -> tuple[float, list[Picture | Words]]:
        """The photograph, likewise."""
        return self._beside(self.photograph, self.photograph.lines, x, top)

    def _beside(self, of: LiveMap, lines: tuple[str, ...], x: float, top: float) -> tuple[float, list[Picture | Words]]:
        words = [Words(x + _SIDE + 10, top + 11 + _LINE * n, line, "small") for n, line in enumerate(lines)]
        return top + _SIDE, [self._picture(of, x, top, _SIDE), *words]

    def of_run(self, run: Run, x: float, top: float, room: float) -> tuple[float, list[Picture | Words]]:
        """The maps of equal modules, in rows, each with its number; returns the lower edge, too."""
        known = [(name, self.of_modules[name]) for name in run.names if name in self.of_modules]
        columns = _FEW_COLUMNS if len(known) <= _FEW else _COLUMNS
        pitch = (room + _GAP) / columns
        side = pitch - _GAP
        items: list[Picture | Words] = []
        for position, (name, of) in enumerate(known):
            row, column = divmod(position, columns)
            left, upper = x + column * pitch, top + row * (side + _NUMBER + 2)
            items.append(self._picture(of, left, upper, side))
            items.append(Words(left + side / 2, upper + side + 10, _number(name, position), "tiny", "middle"))
        y = top + (side + _NUMBER + 2) * -(-len(known) // columns)
        for line in _lines_of_all([of for _, of in known], self.warning):
            items.append(Words(x, y + 11, line, "small"))
            y += _LINE
        return y, items

    def _picture(self, of: LiveMap, x: float, y: float, side: float) -> Picture:
        """A map in a square; one that is no square keeps its form."""
        width, height = of.place[2:]
        scale = side / max(width, height)
        return Picture(
            x, y, width * scale, height * scale, self.address, self.size, of.place, of.label, smooth=of.is_smooth
        )


def _lines_of_all(maps: list[LiveMap], warning: str) -> Iterator[str]:
    """What the words beside all of the maps have in common."""
    yield " · ".join(line for line in maps[0].lines if all(line in each.lines for each in maps))
    if warning:
        yield warning


def _number(name: str, position: int) -> str:
    found = re.search(r"\d+$", name)
    return found.group() if found else str(position + 1)
