"""Where everything in the diagram of a flow stands: boxes, words and wires with their coordinates in pixels."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from explorer.arch.graph import Flow
from explorer.arch.ops import Shape
from explorer.arch.tally import GroupTally, LayerTally, Tally
from explorer.figures import diagram_labels as labels
from explorer.figures.diagram_structure import Anatomy, Run, Shortcut, Step, anatomy, runs
from explorer.quantities import rounded, shape

WIDTH = 330.0
_MARGIN = 10.0
_PROJECTION_WIDTH = 54.0
_RAIL = _PROJECTION_WIDTH + 8.0
"""Room for the shortcuts, left of the modules."""
_INSET = 9.0
_CARD_HEADING = 49.0
_CONNECTOR = 36.0
_FORK = 11.0
_PLUS = 9.0
_LEAD = 13.0
_STEP_GAP = 7.0
_LANE_GAP = 4.0
_CHIPS_IN_A_ROW = 8
_TWO_LINES = 33.0
_BATCH_NORM = 19.0
_FRAME_HEADING = 25.0
_PART = 23.0
_LINE = 12.0
_EM = 0.53
"""Mean width of a character in ems, on the wide side of what system fonts have."""

BoxStyle = Literal[
    "card", "ghost", "conv", "pool", "plain", "norm", "frame", "chip", "chip-on", "badge", "bar", "plus", "hit"
]
WordStyle = Literal["title", "name", "body", "small", "tiny", "sign"]
WireStyle = Literal["wire", "shortcut", "head", "dot", "pass"]
Anchor = Literal["start", "middle", "end"]
SIZES: dict[WordStyle, float] = {"title": 16, "name": 14, "body": 13, "small": 11.5, "tiny": 10.5, "sign": 15}
"""Font sizes in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    style: BoxStyle
    radius: float = 6


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; `y` is its base line."""

    x: float
    y: float
    text: str
    style: WordStyle
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Wire:
    """A line, an arrowhead or a dot, as an SVG path."""

    path: str
    style: WireStyle


@dataclass(frozen=True, slots=True)
class Target:
    """What can be clicked: a module to open or close, or a layer to select.

    Attributes:
        kind: What it stands for.
        name: Of the module or the layer.
        label: Said to those who do not see it, and shown as a tooltip.
        items: What it looks like.
        expanded: Whether the module is open; None for a layer or where it does not apply.
    """

    kind: Literal["module", "layer"]
    name: str
    label: str
    items: tuple[Box | Words, ...]
    expanded: bool | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """The wires of a shortcut into an addition; it stands for `count` of them, one in each module of a run."""

    items: tuple[Wire | Words, ...]
    addition: str
    count: int


Item = Box | Words | Wire | Target | Arc


@dataclass(frozen=True, slots=True)
class FlowLayout:
    """A flow, drawn from top to bottom."""

    flow: Flow
    width: float
    height: float
    items: tuple[Item, ...]


def layout(tally: Tally, opened: frozenset[str], *, interactive: bool) -> tuple[FlowLayout, ...]:
    """Every flow with the modules named in `opened` open; of equal modules at most one.

    Args:
        tally: The network.
        opened: Names of modules.
        interactive: Whether the open module of a run of equal ones can be changed for another.
    """
    rail = any(anatomy(module).shortcut for module in tally.module_tallies)
    return tuple(_Column(tally, flow, opened, interactive, rail).layout() for flow in tally.graph.flows)


def estimated_width(text: str, style: WordStyle) -> float:
    """About how wide `text` will be, whatever the font."""
    return len(text) * SIZES[style] * _EM


@dataclass
class _Column:
    """Draws a flow from the top; `y` is how far it has come."""

    tally: Tally
    flow: Flow
    opened: frozenset[str]
    interactive: bool
    rail: bool
    y: float = 0.0
    items: list[Item] = field(default_factory=list)
    taps: dict[str, float] = field(default_factory=dict)
    """How far down the output of a shortcut can be read, by the name of its last layer."""

    @property
    def left(self) -> float:
        return _MARGIN + (_RAIL if self.rail else 0)

    @property
    def width(self) -> float:
        return WIDTH - _MARGIN - self.left

    @property
    def axis(self) -> float:
        return self.left + self.width / 2

    def layout(self) -> FlowLayout:
        sums = next(flow for flow in self.tally.flow_tallies if flow.name == self.flow.name)
        drawn = runs(self.tally, self.flow.name)
        self.heading(sums, sum(module.conv_layers > 0 for run in drawn for module in run.modules))
        self.map_label(sums.input_shape, "image" if self.starts_network else "feature maps")
        for position, run in enumerate(drawn):
            fork = self.connector(run.first.input_shape if position else None)
            self.run(run, fork)
        if drawn:
            self.connector(None)
        else:
            self.passage()
        self.map_label(sums.output_shape, "logits" if self.ends_network else "feature maps")
        return FlowLayout(self.flow, WIDTH, self.y + _MARGIN, tuple(self.items))

    @property
    def starts_network(self) -> bool:
        return self.flow is self.tally.graph.flows[0]

    @property
    def ends_network(self) -> bool:
        return self.flow is self.tally.graph.flows[-1]

    def heading(self, sums: GroupTally, modules: int) -> None:
        count = "no modules" if not modules else f"{modules} module{'s' if modules > 1 else ''}"
        cost = f" · {rounded(sums.params)} parameters · {rounded(sums.macs)} MACs" if sums.params else ""
        self.items += [
            Box(_MARGIN, 17, 4, 32, "bar", 2),
            Words(_MARGIN + 13, 30, self.flow.title, "title"),
            Words(_MARGIN + 13, 47.5, count + cost, "small"),
        ]
        self.y = 64.0

    def map_label(self, of: Shape, what: str) -> None:
        self.items.append(Words(self.axis, self.y + 14, f"{shape(of)} {what}", "body", "middle"))
        self.y += 22

    def connector(self, label: Shape | None) -> float:
        """An arrow to what comes next; returns where a shortcut leaves it."""
        fork, end = self.y + _FORK, self.y + _CONNECTOR
        self.wire(self.axis, self.y, end)
        self.items.append(Wire(_head_down(self.axis, end), "head"))
        if label is not None:
            self.items.append(Words(self.axis + 9, self.y + 20, shape(label), "small"))
        self.y = end
        return fork

    def passage(self) -> None:
        top = self.y
        self.items += [
            Wire(f"M{self.axis:g} {top + 4:g}V{top + 40:g}", "pass"),
            Words(self.axis, top + 58, "no modules; passes through", "small", "middle"),
            Wire(f"M{self.axis:g} {top + 68:g}V{top + 104:g}", "pass"),
            Wire(_head_down(self.axis, top + 106), "head"),
        ]
        self.y = top + 106

    def wire(self, x: float, top: float, bottom: float) -> None:
        self.items.append(Wire(f"M{x:g} {top:g}V{bottom:g}", "wire"))

    def run(self, run: Run, fork: float) -> None:
        parts, top = anatomy(run.first), self.y
        shown = run.shown(self.opened)
        if shown is not None:
            parts = anatomy(shown)
        bottom = self.card(run, shown, parts)
        self.y = bottom + (6 if len(run.modules) > 1 else 0)
        if parts.addition is not None and parts.shortcut is not None:
            centre = self.y + _LEAD + _PLUS
            self.wire(self.axis, self.y, centre - _PLUS)
            self.shortcut(parts.shortcut, parts.addition, len(run.modules), fork, (top, bottom), centre, shown)
            self.y = centre + _PLUS
        if shown is not None and parts.tail:
            self.wire(self.axis, self.y, self.y + _LEAD)
            self.y = self.steps(Anatomy(parts.tail, None, None, ()), shown.name, self.y + _LEAD)

    def card(self, run: Run, shown: GroupTally | None, parts: Anatomy) -> float:
        """The box of a module; returns its lower edge."""
        module, top = shown or run.first, self.y
        count = len(run.modules)
        words = list(self.card_heading(run, shown, top))
        y = top + _CARD_HEADING
        if shown is None:
            lines = list(_summary(parts, self.left + _INSET + 3, y, self.width - 2 * _INSET - 6))
            words += lines
            bottom = max((line.y for line in lines), default=y - 12) + 12
            inner: list[Item] = []
        else:
            outer, self.items = self.items, []
            if count > 1 and self.interactive:
                y = self.chips(run, shown, y)
            bottom = self.steps(parts, module.name, y) + _INSET + 1
            inner, self.items = self.items, outer
        frame = Box(self.left, top, self.width, bottom - top, "card", 10)
        if count > 1:
            for offset in (6, 3):
                ghost = Box(self.left + offset, top + offset, self.width - 2 * offset, bottom - top, "ghost", 10)
                self.items.append(ghost)
        label = _module_label(run, module)
        if shown is None:
            self.items.append(Target("module", module.name, label, (frame, *words), expanded=False))
        else:
            hit = Box(self.left, top, self.width, _CARD_HEADING, "hit", 10)
            self.items += [frame, Target("module", module.name, label, (hit, *words), expanded=True), *inner]
        return bottom

    def card_heading(self, run: Run, shown: GroupTally | None, top: float) -> Iterator[Box | Words]:
        x, count = self.left + _INSET + 3, len(run.modules)
        single = shown is not None and self.interactive
        title = (" … " if count > 2 else ", ").join(dict.fromkeys((run.names[0], run.names[-1])))
        if count > 1 and single:
            title = f"{shown.name} · {run.names.index(shown.name) + 1} of {count}"
        yield Words(x, top + 21, title, "name")
        yield Words(x, top + 37.5, labels.cost(shown or run.first, count), "small")
        if count > 1:
            right = self.left + self.width - 8
            yield Box(right - 38, top + 6, 38, 20, "badge", 10)
            yield Words(right - 19, top + 20.8, f"× {count}", "name", "middle")

    def chips(self, run: Run, shown: GroupTally, top: float) -> float:
        """A small button for each module of the run, to open it instead of the one shown; returns the lower edge."""
        pitch = (self.width - 2 * _INSET + 4) / _CHIPS_IN_A_ROW
        for position, module in enumerate(run.modules):
            row, column = divmod(position, _CHIPS_IN_A_ROW)
            x, y = self.left + _INSET + column * pitch, top + row * 22
            face = Box(x, y, pitch - 4, 18, "chip-on" if module is shown else "chip", 5)
            number = Words(x + (pitch - 4) / 2, y + 12.8, str(position + 1), "tiny", "middle")
            # The open one closes with its heading; here it is only marked.
            if module is shown:
                self.items += [face, number]
            else:
                self.items.append(Target("module", module.name, f"Show {module.title}", (face, number)))
        return top + 22 * (1 + (len(run.modules) - 1) // _CHIPS_IN_A_ROW) + 4

    def steps(self, parts: Anatomy, module: str, top: float) -> float:
        """The layers of an open module, in parallel lanes where it branches; returns the lower edge."""
        lanes = parts.lanes
        narrow = lanes.count > 1
        left, room = self.left + _INSET, self.width - 2 * _INSET
        pitch = (room + _LANE_GAP) / lanes.count
        bottoms: dict[str, float] = {}
        centres: dict[str, tuple[float, int]] = {}
        roots = [step for step in parts.body if not lanes.sources(step)]
        start = top
        if len(roots) > 1:
            start = top + 12
            middle = [left + (sum(lanes.span(step)) / 2 + 0.5) * pitch - _LANE_GAP / 2 for step in roots]
            self.items.append(Wire(f"M{min(middle):g} {top + 3:g}H{max(middle):g}", "wire"))
            for x in middle:
                self.wire(x, top + 3, start)
        for step in parts.body:
            first, last = lanes.span(step)
            x, width = left + first * pitch, (last - first + 1) * pitch - _LANE_GAP
            y = max((bottoms[source] + _STEP_GAP for source in lanes.sources(step)), default=start)
            for source in lanes.sources(step):
                # The narrower of the two says where the wire runs: a join or a fork is as wide as its branches.
                at = min((centres[source], (x + width / 2, last - first)), key=lambda c: c[1])[0]
                self.wire(at, bottoms[source], y)
            narrow_here = narrow and last - first + 1 < lanes.count
            height = _height(step, narrow_here)
            self.items += _step(step, module, x, y, width, height, narrow_here)
            bottoms[step.output], centres[step.output] = y + height, (x + width / 2, last - first)
        return max(bottoms.values())

    def shortcut(
        self,
        shortcut: Shortcut,
        addition: LayerTally,
        count: int,
        fork: float,
        card: tuple[float, float],
        plus: float,
        shown: GroupTally | None,
    ) -> None:
        """The side branch around a card into the addition at height `plus`."""
        drawn = [layer for layer in shortcut.layers if shown is not None or Step((layer,)).weighty]
        rail = _MARGIN + _PROJECTION_WIDTH / 2 if shortcut.layers else self.left - 20
        end = self.axis - _PLUS
        heights = [_TWO_LINES if Step((layer,)).weighty else _BATCH_NORM for layer in drawn]
        y = (card[0] + card[1] - sum(heights) - 5 * (len(heights) - 1)) / 2
        items: list[Wire | Words] = []
        path, boxes = self._departure(shortcut, fork, rail, items), []
        for layer, height in zip(drawn, heights, strict=True):
            path += f"V{y:g}M{rail:g} {y + height:g}"
            boxes.append(_projection(layer, rail, y, height))
            y += height + 5
        path += f"V{plus - 8:g}q0 8 8 8H{end - 1:g}"
        items += [Wire(path, "shortcut"), Wire(_head_right(end, plus), "head")]
        self.items += [Arc(tuple(items), addition.node.name, count), *boxes]
        if shortcut.layers:
            self.taps[shortcut.layers[-1].node.name] = plus - 8
        circle = Box(self.axis - _PLUS, plus - _PLUS, 2 * _PLUS, 2 * _PLUS, "plus", _PLUS)
        sign = Words(self.axis, plus + 5.2, "+", "sign", "middle")
        self.items.append(Target("layer", addition.node.name, labels.layer_sentence(addition), (circle, sign)))

    def _departure(self, shortcut: Shortcut, fork: float, rail: float, items: list[Wire | Words]) -> str:
        """Where the wire starts: at the map that the module reads, at another shortcut, or at something unseen."""
        if not shortcut.detached:
            items.append(Wire(_dot(self.axis, fork), "dot"))
            return f"M{self.axis:g} {fork:g}H{rail + 8:g}q-8 0 -8 8"
        tap = self.taps.get(shortcut.source)
        if tap is not None:
            items.append(Wire(_dot(rail, tap), "dot"))
            return f"M{rail:g} {tap:g}"
        items.append(Words(_MARGIN, fork, f"from {shortcut.source}", "tiny"))
        return f"M{rail:g} {fork + 4:g}"


def _summary(parts: Anatomy, x: float, top: float, room: float) -> Iterator[Words]:
    """A closed module in words, line under line."""
    y = top
    branches = parts.lanes.branches()
    if len(branches) > 1:
        yield Words(x, y + 9, f"{len(branches)} branches, side by side", "body")
        for branch in branches:
            y += 17
            yield Words(x, y + 9, labels.branch(branch), "small")
        return
    for text, remarks in labels.summary(parts.body + parts.tail):
        yield Words(x, y + 9, text, "body")
        y += 18
        for line in _wrapped(remarks, room):
            yield Words(x, y + 7, line, "small")
            y += 16


def _wrapped(remarks: tuple[str, ...], room: float) -> list[str]:
    """Remarks in as few lines as they fit into."""
    lines: list[str] = []
    for remark in remarks:
        longer = f"{lines[-1]} · {remark}" if lines else remark
        if lines and estimated_width(longer, "small") <= room:
            lines[-1] = longer
        else:
            lines.append(remark)
    return lines


def _height(step: Step, narrow: bool) -> float:
    if len(step.layers) > 1:
        return _FRAME_HEADING + _PART * len(step.layers) + 3
    if step.kind in ("conv", "pool") and narrow:
        return _TWO_LINES
    if step.kind == "conv" and labels.notes(step):
        return 43
    heights = {"conv": 28.0, "pool": 26.0, "plain": 22.0, "norm": _BATCH_NORM}
    return heights[step.kind] - (4 if narrow and step.kind == "plain" else 0)


def _step(
    step: Step, module: str, x: float, y: float, width: float, height: float, narrow: bool
) -> Iterator[Box | Words | Target]:
    """A step's box; the layers of a separable convolution in several layers stand in a common frame."""
    if len(step.layers) > 1:
        yield Box(x, y, width, height, "frame")
        yield Words(x + 9, y + 17, labels.step(step).wide, "body")
        for position, layer in enumerate(step.layers):
            box = Box(x + 5, y + _FRAME_HEADING + _PART * position, width - 10, _PART - 3, Step((layer,)).kind, 5)
            words = Words(box.x + 7, _base_line(box, "small"), labels.part(layer), "small")
            yield _layer(layer, (box, words, *_suffix(layer, module, box, words)))
        return
    (layer,) = step.layers
    box = Box(x, y, width, height, step.kind)
    if narrow:
        yield _layer(layer, (box, *_centred(box, labels.step(step).narrow)))
        return
    style: WordStyle = "body" if step.kind in ("conv", "pool") else "small"
    remarks = " · ".join(labels.notes(step))
    words = Words(x + 9, y + 18.5 if remarks else _base_line(box, style), labels.step(step).wide, style)
    note = (Words(x + 9, y + 34.5, remarks, "small"),) if remarks else ()
    yield _layer(layer, (box, words, *note, *_suffix(layer, module, box, words)))


def _base_line(box: Box, style: WordStyle) -> float:
    """Where a line must stand to look centred in height."""
    return box.y + box.height / 2 + 0.36 * SIZES[style]


def _centred(box: Box, lines: tuple[str, ...]) -> Iterator[Words]:
    """Short lines in the middle of a small box."""
    first = _base_line(box, "tiny") - _LINE * (len(lines) - 1) / 2
    for position, line in enumerate(lines):
        yield Words(box.x + box.width / 2, first + _LINE * position, line, "tiny", "middle")


def _suffix(layer: LayerTally, module: str, box: Box, beside: Words) -> Iterator[Words]:
    """The layer's own name, without the module's, at the right end of its box if there is room."""
    part = layer.node.part
    name = layer.node.name.removeprefix(f"{part.of if part else module}_")
    room = box.x + box.width - 8 - beside.x - estimated_width(beside.text, beside.style) - 8
    if estimated_width(name, "tiny") <= room:
        yield Words(box.x + box.width - 8, beside.y, name, "tiny", "end")


def _projection(layer: LayerTally, rail: float, y: float, height: float) -> Target:
    box = Box(rail - _PROJECTION_WIDTH / 2, y, _PROJECTION_WIDTH, height, Step((layer,)).kind)
    return _layer(layer, (box, *_centred(box, labels.projection(layer))))


def _layer(layer: LayerTally, items: tuple[Box | Words, ...]) -> Target:
    return Target("layer", layer.node.name, labels.layer_sentence(layer), items)


def _module_label(run: Run, module: GroupTally) -> str:
    same = f", the first of {len(run.modules)} equal modules up to {run.names[-1]}" if len(run.modules) > 1 else ""
    if module is not run.first:
        same = f", one of {len(run.modules)} equal modules"
    cost = f"{module.params:,} parameters, {module.macs:,} multiply-adds"
    return f"{module.title}{same}: {shape(module.input_shape)} to {shape(module.output_shape)}, {cost}"


def _head_down(x: float, y: float) -> str:
    return f"M{x - 4:g} {y - 6:g}L{x:g} {y:g}L{x + 4:g} {y - 6:g}z"


def _head_right(x: float, y: float) -> str:
    return f"M{x - 6:g} {y - 4:g}L{x:g} {y:g}L{x - 6:g} {y + 4:g}z"


def _dot(x: float, y: float) -> str:
    return f"M{x - 2.5:g} {y:g}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z"
