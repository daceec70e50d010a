"""Where everything in the diagram of a flow stands: boxes, words and wires with their coordinates in pixels."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from explorer.arch.graph import HEAD, Flow
from explorer.arch.ops import Shape
from explorer.counting.tally import GroupTally, LayerTally, Tally
from explorer.figures.diagram import box_labels as labels
from explorer.figures.diagram.live_maps import LiveMaps
from explorer.figures.diagram.primitives import (
    Arc,
    Box,
    Item,
    Picture,
    Target,
    Wire,
    Words,
    dot,
    estimated_width,
    head_down,
    head_right,
)
from explorer.figures.diagram.repeats import HEIGHT, is_repeated, repeated
from explorer.figures.diagram.steps import (
    PROJECTION_WIDTH,
    layer_target,
    projection_box,
    projection_height,
    step_boxes,
    step_height,
    summary_lines,
)
from explorer.figures.diagram.structure import Anatomy, Run, Shortcut, Step, anatomy, runs
from explorer.quantities import rounded, shape

WIDTH = 330.0
_MARGIN = 10.0
_RAIL = PROJECTION_WIDTH + 8.0
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
_BADGE = 38.0


@dataclass(frozen=True, slots=True)
class Strip:
    """A flow cut across: a run of modules with the arrow into it, or what stands above the first or below the last.

    Whatever is open in one strip, the others look the same; only a wire may begin in the strip above.

    Attributes:
        top: Upper edge in the flow.
        bottom: Lower edge; the next strip begins there.
        items: What is in it, with coordinates of the flow.
        modules: Names of the run's modules; none above the first run and below the last.
    """

    top: float
    bottom: float
    items: tuple[Item, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowLayout:
    """A flow, drawn from top to bottom: whole, and the same in strips."""

    flow: Flow
    width: float
    height: float
    items: tuple[Item, ...]
    strips: tuple[Strip, ...]


def layout(
    tally: Tally, opened: frozenset[str], *, interactive: bool, live: LiveMaps | None = None
) -> tuple[FlowLayout, ...]:
    """Every flow with the modules named in `opened` open; of equal modules at most one.

    Args:
        tally: The network.
        opened: Names of modules.
        interactive: Whether the open module of a run of equal ones can be changed for another.
        live: Maps of a photograph, if there is one.
    """
    return tuple(Column(tally, opened, interactive, live).flow(flow) for flow in tally.graph.flows)


@dataclass
class Column:
    """Draws modules one below the other; `y` is how far it has come.

    Attributes:
        tally: The network.
        opened: Names of the modules that are open.
        interactive: Whether the open module of a run of equal ones can be changed for another.
        live: Maps of a photograph, if there is one.
        y: Lower edge of what is drawn.
        items: What is drawn.
        taps: How far down the output of a shortcut can be read, by the name of its last layer.
        strips: What is drawn of a flow, cut across.
    """

    tally: Tally
    opened: frozenset[str]
    interactive: bool
    live: LiveMaps | None = None
    y: float = 0.0
    items: list[Item] = field(default_factory=list)
    taps: dict[str, float] = field(default_factory=dict)
    strips: list[Strip] = field(default_factory=list)

    @cached_property
    def rail(self) -> bool:
        """Whether there is room for shortcuts, left of all modules."""
        return any(anatomy(module).shortcut for module in self.tally.module_tallies)

    @property
    def left(self) -> float:
        """Left edge of the modules."""
        return _MARGIN + (_RAIL if self.rail else 0)

    @property
    def width(self) -> float:
        """Of the modules."""
        return WIDTH - _MARGIN - self.left

    @property
    def axis(self) -> float:
        """Where the wire runs from module to module."""
        return self.left + self.width / 2

    def flow(self, flow: Flow) -> FlowLayout:
        """A flow with its heading, and what is said of its repeated modules."""
        sums = next(each for each in self.tally.flow_tallies if each.name == flow.name)
        drawn = runs(self.tally, flow.name)
        starts_network, ends_network = flow is self.tally.graph.flows[0], flow is self.tally.graph.flows[-1]
        self.heading(
            flow, sums, sum(module.conv_layers > 0 and module.name != HEAD for r in drawn for module in r.modules)
        )
        if self.live is not None and starts_network:
            self.y, items = self.live.going_in(self.axis - 30, self.y)
            self.items += items
            self.y += 2
        self.map_label(sums.input_shape, "image" if starts_network else "feature maps")
        self.cut()
        for position, run in enumerate(drawn):
            fork = self.connector(run.first.input_shape if position else None)
            self.run(run, fork)
            self.cut(run.names)
        if drawn:
            self.connector(None)
        else:
            self.passage()
        self.map_label(sums.output_shape, "logits" if ends_network else "feature maps")
        for run in filter(is_repeated, drawn):
            self.items += repeated(run, self.tally, _MARGIN, self.y + 14, WIDTH - 2 * _MARGIN)
            self.y += 14 + HEIGHT - 10
        self.y += _MARGIN
        self.cut()
        return FlowLayout(flow, WIDTH, self.y, tuple(self.items), tuple(self.strips))

    def cut(self, modules: tuple[str, ...] = ()) -> None:
        """Ends a strip here."""
        top = self.strips[-1].bottom if self.strips else 0.0
        items = self.items[sum(len(strip.items) for strip in self.strips) :]
        self.strips.append(Strip(top, self.y, tuple(items), modules))

    def heading(self, flow: Flow, sums: GroupTally, modules: int) -> None:
        """The flow's title and what it costs."""
        count = f"{modules} module{'s' if modules > 1 else ''}" if modules else "" if sums.layers else "no modules"
        cost = f"{rounded(sums.params)} parameters · {rounded(sums.macs)} MACs" if sums.params else ""
        self.items += [
            Box(_MARGIN, 17, 4, 32, "bar", 2),
            Words(_MARGIN + 13, 30, flow.title, "title"),
            Words(_MARGIN + 13, 47.5, " · ".join(filter(None, (count, cost))), "small"),
        ]
        self.y = 64.0

    def map_label(self, of: Shape, what: str) -> None:
        """A shape by itself, with what it is of."""
        self.items.append(Words(self.axis, self.y + 14, f"{shape(of)} {what}", "body", "middle"))
        self.y += 22

    def connector(self, label: Shape | None, end: float = 0.0) -> float:
        """An arrow to what comes next, which may lie as far down as `end`; returns where a shortcut leaves it."""
        top, end = self.y, max(end, self.y + _CONNECTOR)
        self.wire(self.axis, top, end)
        self.items.append(Wire(head_down(self.axis, end), "head"))
        if label is not None:
            self.items.append(Words(self.axis + 9, end - _CONNECTOR + 20, shape(label), "small"))
        self.y = end
        return end - _CONNECTOR + _FORK

    def passage(self) -> None:
        """An empty flow."""
        top = self.y
        self.items += [
            Wire(f"M{self.axis:g} {top + 4:g}V{top + 40:g}", "pass"),
            Words(self.axis, top + 58, "no modules; passes through", "small", "middle"),
            Wire(f"M{self.axis:g} {top + 68:g}V{top + 104:g}", "pass"),
            Wire(head_down(self.axis, top + 106), "head"),
        ]
        self.y = top + 106

    def wire(self, x: float, top: float, bottom: float) -> None:
        """A line downwards."""
        self.items.append(Wire(f"M{x:g} {top:g}V{bottom:g}", "wire"))

    def run(self, run: Run, fork: float) -> None:
        """Equal modules, with the addition behind them; their shortcut leaves the wire at `fork`."""
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
            lines = list(summary_lines(parts, self.left + _INSET + 3, y, self.width - 2 * _INSET - 6))
            words += lines
            bottom = max((line.y for line in lines), default=y - 12) + 12
            bottom, maps = self.maps(run, None, bottom)
            words += [item for item in maps if isinstance(item, Words)]
            inner: list[Item] = [item for item in maps if isinstance(item, Picture)]
        else:
            outer, self.items = self.items, []
            if count > 1 and self.interactive:
                y = self.chips(run, shown, y)
            bottom, maps = self.maps(run, shown, self.steps(parts, module.name, y) + _INSET + 1)
            self.items += maps
            inner, self.items = self.items, outer
        frame = Box(self.left, top, self.width, bottom - top, "card", 10)
        if count > 1:
            for offset in (6, 3):
                ghost = Box(self.left + offset, top + offset, self.width - 2 * offset, bottom - top, "ghost", 10)
                self.items.append(ghost)
        label = _module_label(run, module)
        if shown is None:
            self.items += [Target("module", module.name, label, (frame, *words), expanded=False), *inner]
        else:
            hit = Box(self.left, top, self.width, _CARD_HEADING, "hit", 10)
            self.items += [frame, Target("module", module.name, label, (hit, *words), expanded=True), *inner]
        return bottom

    def maps(self, run: Run, shown: GroupTally | None, top: float) -> tuple[float, list[Picture | Words]]:
        """What the modules of a card hand on, below what else is in it; returns the card's lower edge, too."""
        module = shown or run.first
        if self.live is None or module.name not in self.live.of_modules:
            return top, []
        x, room = self.left + _INSET + 3, self.width - 2 * _INSET - 6
        if shown is None and len(run.modules) > 1:
            bottom, items = self.live.of_run(run, x, top, room)
        else:
            bottom, items = self.live.of_module(module.name, x, top)
        return bottom + _INSET, items

    def card_heading(self, run: Run, shown: GroupTally | None, top: float) -> Iterator[Box | Words]:
        """Name and cost of a module, and how many equal ones there are."""
        x, count = self.left + _INSET + 3, len(run.modules)
        title = _run_title(run, self.width - 2 * _INSET - _BADGE)
        if shown is not None and count > 1 and self.interactive:
            title = f"{shown.name} · {run.names.index(shown.name) + 1} of {count}"
        yield Words(x, top + 21, title, "name")
        yield Words(x, top + 37.5, labels.cost(shown or run.first, count), "small")
        if count > 1:
            right = self.left + self.width - 8
            yield Box(right - _BADGE, top + 6, _BADGE, 20, "badge", 10)
            yield Words(right - _BADGE / 2, top + 20.8, f"× {count}", "name", "middle", on_badge=True)

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
            height = step_height(step, narrow_here)
            self.items += step_boxes(step, module, x, y, width, height, narrow_here)
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
        rail = _MARGIN + PROJECTION_WIDTH / 2 if shortcut.layers else self.left - 20
        end = self.axis - _PLUS
        heights = [projection_height(layer) for layer in drawn]
        y = (card[0] + card[1] - sum(heights) - 5 * (len(heights) - 1)) / 2
        items: list[Wire | Words] = []
        path, boxes = self._departure(shortcut, fork, rail, items), []
        for layer, height in zip(drawn, heights, strict=True):
            path += f"V{y:g}M{rail:g} {y + height:g}"
            boxes.append(projection_box(layer, rail, y))
            y += height + 5
        path += f"V{plus - 8:g}q0 8 8 8H{end - 1:g}"
        items += [Wire(path, "shortcut"), Wire(head_right(end, plus), "head")]
        self.items += [Arc(tuple(items), addition.node.name, count), *boxes]
        if shortcut.layers:
            self.taps[shortcut.layers[-1].node.name] = plus - 8
        circle = Box(self.axis - _PLUS, plus - _PLUS, 2 * _PLUS, 2 * _PLUS, "plus", _PLUS)
        sign = Words(self.axis, plus + 5.2, "+", "sign", "middle")
        self.items.append(layer_target(addition, (circle, sign)))

    def _departure(self, shortcut: Shortcut, fork: float, rail: float, items: list[Wire | Words]) -> str:
        """Where the wire starts: at the map that the module reads, at another shortcut, or at something unseen."""
        if not shortcut.detached:
            items.append(Wire(dot(self.axis, fork), "dot"))
            return f"M{self.axis:g} {fork:g}H{rail + 8:g}q-8 0 -8 8"
        tap = self.taps.get(shortcut.source)
        if tap is not None:
            items.append(Wire(dot(rail, tap), "dot"))
            return f"M{rail:g} {tap:g}"
        items.append(Words(_MARGIN, fork, f"from {shortcut.source}", "tiny"))
        return f"M{rail:g} {fork + 4:g}"


def _run_title(run: Run, room: float) -> str:
    """First and last module; the last one without what both names begin with if there is no `room` for the whole."""
    first, last = run.names[0], run.names[-1]
    if first == last:
        return first
    between = " … " if len(run.names) > 2 else ", "
    whole = f"{first}{between}{last}"
    if estimated_width(whole, "name") <= room:
        return whole
    shared = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return f"{first}{between}{last[last.rfind('_', 0, shared) + 1 :]}"


def _module_label(run: Run, module: GroupTally) -> str:
    same = f", the first of {len(run.modules)} equal modules up to {run.names[-1]}" if len(run.modules) > 1 else ""
    if module is not run.first:
        same = f", one of {len(run.modules)} equal modules"
    cost = f"{module.params:,} parameters, {module.macs:,} multiply-adds"
    return f"{module.title}{same}: {shape(module.input_shape)} to {shape(module.output_shape)}, {cost}"
