"""A network of a few layers as SVG: branches side by side, channel segments as the pieces of a box, as in the paper.

Source of the manner: arXiv:1610.02357, figures 1 to 4.
"""

from collections.abc import Iterator
from html import escape

from explorer.arch.ops import Conv2D, DepthwiseConv2D, Input, Kind, SeparableConv2D
from explorer.counting.tally import LayerTally, Tally
from explorer.figures.diagram import box_labels as labels
from explorer.figures.diagram.structure import Lanes, Step
from explorer.figures.diagram.svg import PALETTES, Palette, PaletteName
from explorer.figures.theme import KIND_COLOURS
from explorer.quantities import exact, rounded, shape

_LANE, _GAP, _EDGE = 108.0, 8.0, 4.0
_HIGH, _LOW, _BETWEEN = 58.0, 28.0, 23.0
_LONG = 1_000_000
"""From here on a number has no room for all its digits in a lane; the arithmetic has them."""
_RAIL = 26.0
"""Room for a shortcut, at the right."""
_ENLARGED = 1.12
"""At the most, where the page has room."""
_MOST_PIECES = 24
"""Of a box; of more segments so many stand for all."""

_INTERACTION = (
    ".target{cursor:pointer;outline:none}.target:hover .face{fill-opacity:.4}"
    ".target:focus-visible .face{stroke:INK;stroke-opacity:1;stroke-width:2.5}"
    ".selected .face{stroke-opacity:1;stroke-width:2.5}"
)


def small_network_svg(
    tally: Tally,
    *,
    selected: str | None = None,
    palette: PaletteName = "auto",
    lanes: int = 2,
    pale: frozenset[str] = frozenset(),
) -> str:
    """The network from top to bottom; layers with parameters are buttons, `data-kind` "layer" and `data-name`.

    Args:
        tally: A network of one module.
        selected: Name of a layer to be marked.
        palette: As of `explorer.figures.diagram.drawing.diagram_svg`.
        lanes: As wide as so many branches at least: the words of a single chain have room, and segments are seen.
        pale: Names of layers that are drawn with a broken line: what others are compared without.
    """
    return _Drawing(tally, selected, PALETTES[palette], lanes, pale).svg()


class _Drawing:
    def __init__(self, tally: Tally, selected: str | None, palette: Palette, lanes: int, pale: frozenset[str]) -> None:
        self.tally, self.selected, self.palette, self.pale = tally, selected, palette, pale
        self.steps = tuple(Step((layer,)) for layer in tally.layers if not isinstance(layer.node.op, Input))
        self.lanes = Lanes(self.steps)
        self.count = max(self.lanes.count, lanes)
        self.ranks: dict[str, int] = {}
        for step in self.steps:
            self.ranks[step.output] = 1 + max((self.ranks.get(source, 0) for source in step.inputs), default=0)
        self.inputs = {layer.node.name for layer in tally.layers if isinstance(layer.node.op, Input)}
        self.rail = _RAIL if any(self.is_shortcut(step) for step in self.steps) else 0.0
        last = max(self.ranks.values())
        heights = {
            rank: max(_height(step) for step in self.steps if self.ranks[step.output] == rank)
            for rank in range(1, last + 1)
        }
        self.tops = {0: _EDGE}
        y = _EDGE + _LOW
        for rank in range(1, last + 1):
            self.tops[rank] = y + _BETWEEN
            y = self.tops[rank] + heights[rank]
        self.end = y + _BETWEEN
        self.height = self.end + _LOW + _EDGE

    @property
    def width(self) -> float:
        return 2 * _EDGE + self.count * _LANE + (self.count - 1) * _GAP + self.rail

    def is_shortcut(self, step: Step) -> bool:
        """Whether it reads the input past what else it reads."""
        return len(step.inputs) > 1 and not self.inputs.isdisjoint(step.inputs)

    def svg(self) -> str:
        ink, paper = self.palette.ink, self.palette.paper
        style = (
            f"text{{font-family:{self.palette.fonts};fill:{ink};text-anchor:middle}}"
            ".name{font-size:14px;font-weight:600}.note{font-size:12px;fill-opacity:.85}"
            f".face{{fill:currentColor;fill-opacity:.22;stroke:currentColor;stroke-opacity:.75}}"
            f".piece{{fill:{paper};stroke:none}}.map{{fill:{ink};fill-opacity:.05;stroke:{ink};stroke-opacity:.25}}"
            f".plain{{fill:{ink};fill-opacity:.07;stroke:{ink};stroke-opacity:.3}}"
            f".wire{{fill:none;stroke:{ink};stroke-opacity:.45;stroke-width:1.3}}"
            ".pale .face{fill-opacity:.05;stroke-dasharray:5 4}"
            f".head{{fill:{ink};fill-opacity:.55}}"
        ) + _INTERACTION.replace("INK", ink)
        first, last = self.tally.layers[0], self.tally.layers[-1]
        title = escape(f"{self.tally.graph.title}: {shape(first.output_shape)} to {shape(last.output_shape)}")
        limit = f"max-width:{_ENLARGED * self.width:.0f}px"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" role="group" aria-label="{title}" style="{limit}">'
            f"<style>{style}</style>"
            f"{self.map(first, self.tops[0], 'input')}{''.join(self.wires())}{''.join(map(self.box, self.steps))}"
            f"{self.map(last, self.end, 'output')}</svg>"
        )

    def span(self, step: Step) -> tuple[float, float]:
        """Left and right edge of a box."""
        first, last = self.lanes.span(step)
        lane = (self.width - self.rail - 2 * _EDGE + _GAP) / self.lanes.count
        return _EDGE + first * lane, _EDGE + (last + 1) * lane - _GAP

    def map(self, layer: LayerTally, y: float, name: str) -> str:
        return (
            f'<rect class="map" x="{_EDGE}" y="{y:g}" width="{self.width - 2 * _EDGE:g}" height="{_LOW:g}" rx="7"/>'
            f'<text class="note" x="{self.width / 2:g}" y="{y + 18.5:g}">{name} {shape(layer.output_shape)}</text>'
        )

    def wires(self) -> Iterator[str]:
        by_name = {step.output: step for step in self.steps}
        read = {source for step in self.steps for source in step.inputs}
        for step in self.steps:
            top, (left, right) = self.tops[self.ranks[step.output]], self.span(step)
            for source in step.inputs:
                if source in self.inputs and self.is_shortcut(step):
                    yield self.around(right, top + _height(step) / 2)
                    continue
                if source not in by_name:
                    yield from self.wire(self.places(step, left, right), self.tops[0] + _LOW, top)
                    continue
                before = by_name[source]
                from_left, from_right = self.span(before)
                left_edge, right_edge = max(left, from_left), min(right, from_right)
                bottom = self.tops[self.ranks[source]] + _height(before)
                finer = max((before, step), key=_pieces)
                yield from self.wire(self.places(finer, left_edge, right_edge), bottom, top)
            if step.output not in read:
                yield from self.wire(
                    self.places(step, left, right), self.tops[self.ranks[step.output]] + _height(step), self.end
                )

    def places(self, step: Step, left: float, right: float) -> list[float]:
        """A wire for each segment, in the middle of its piece."""
        count = _pieces(step)
        return [left + (right - left) * (place + 0.5) / count for place in range(count)]

    def wire(self, places: list[float], top: float, bottom: float) -> Iterator[str]:
        size = 4 if len(places) <= _MOST_PIECES // 2 else 2
        for x in places:
            head = f"M{x - size:g} {bottom - 1.5 * size:g}L{x:g} {bottom:g}L{x + size:g} {bottom - 1.5 * size:g}z"
            yield f'<path class="wire" d="M{x:g} {top:g}V{bottom:g}"/><path class="head" d="{head}"/>'

    def around(self, right: float, y: float) -> str:
        """The shortcut, from the input to the right side of an addition."""
        x = self.width - _EDGE - 6
        head = f"M{right + 7:g} {y - 4:g}L{right:g} {y:g}L{right + 7:g} {y + 4:g}z"
        path = f"M{x:g} {self.tops[0] + _LOW:g}V{y - 8:g}q0 8 -8 8H{right:g}"
        return f'<path class="wire" d="{path}"/><path class="head" d="{head}"/>'

    def box(self, step: Step) -> str:
        (layer,) = step.layers
        (left, right), y, height = self.span(step), self.tops[self.ranks[step.output]], _height(step)
        kind, count = _kind(layer), _pieces(step)
        name, note = _words(layer)
        width = right - left
        if kind is None:
            return (
                f'<rect class="plain" x="{left:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7"/>'
                f'<text class="note" x="{(left + right) / 2:g}" y="{y + 18.5:g}">{escape(name)}</text>'
            )
        gap = min(5.0, width / count / 4)
        each = (width - gap * (count - 1)) / count
        faces = "".join(
            f'<rect class="face" x="{left + place * (each + gap):.1f}" y="{y:g}" width="{each:.1f}" '
            f'height="{height:g}" rx="{min(7.0, each / 3):.1f}"/>'
            for place in range(count)
        )
        middle = (left + right) / 2
        # Words over many pieces need a ground of their own.
        room = max(len(name) * 8.2, len(note) * 7.0) + 12
        ground = (
            f'<rect class="piece" x="{middle - room / 2:g}" y="{y + 8:g}" width="{room:g}" height="{height - 16:g}" '
            f'rx="5" style="fill-opacity:.88"/>'
            if count > 1
            else ""
        )
        is_selected = layer.node.name == self.selected
        marks = {"target": True, "selected": is_selected, "pale": layer.node.name in self.pale}
        classes = " ".join(mark for mark, is_on in marks.items() if is_on)
        sentence = escape(labels.layer_sentence(layer))
        return (
            f'<g class="{classes}" color="{KIND_COLOURS[kind]}" role="button" '
            f'tabindex="0" data-kind="layer" data-name="{escape(layer.node.name)}" aria-label="{sentence}" '
            f'aria-pressed="{str(is_selected).lower()}"><title>{sentence}</title>{faces}{ground}'
            f'<text class="name" x="{middle:g}" y="{y + 23:g}">{escape(name)}</text>'
            f'<text class="note" x="{middle:g}" y="{y + 41:g}">{escape(note)}</text></g>'
        )


def _kind(layer: LayerTally) -> Kind | None:
    """What sort of convolution it is drawn as; None of what has no parameters."""
    op = layer.node.op
    if isinstance(op, DepthwiseConv2D):
        return "depthwise"
    if isinstance(op, Conv2D):
        return "pointwise" if op.kernel == (1, 1) else "depthwise" if op.groups == op.filters else "convolution"
    if isinstance(op, SeparableConv2D):
        return "pointwise"  # which nearly all of its parameters are
    return layer.work[0].kind if layer.work else None


def _pieces(step: Step) -> int:
    (layer,) = step.layers
    op = layer.node.op
    if isinstance(op, DepthwiseConv2D):
        return min(layer.input_shapes[0][-1], _MOST_PIECES)
    return min(op.groups, _MOST_PIECES) if isinstance(op, Conv2D) else 1


def _height(step: Step) -> float:
    (layer,) = step.layers
    return _LOW if _kind(layer) is None else _HIGH


def _words(layer: LayerTally) -> tuple[str, str]:
    """What it is, and its parameters."""
    op = layer.node.op
    if isinstance(op, SeparableConv2D):
        depthwise, pointwise = (exact(work.params) for work in layer.work)
        return f"separable {op.kernel[0]}×{op.kernel[1]}, {op.filters}", f"{depthwise} + {pointwise} params"
    params = f"{exact(layer.params) if layer.params < _LONG else rounded(layer.params)} params"
    if isinstance(op, DepthwiseConv2D):
        return f"{op.kernel[0]}×{op.kernel[1]}, one a channel", params
    if isinstance(op, Conv2D):
        segments = f" in {op.groups} segments" if op.groups > 1 else ""
        return f"{op.kernel[0]}×{op.kernel[1]}, {op.filters}{segments}", params
    return labels.operation(op).wide, params
