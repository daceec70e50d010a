"""What there is to draw: equal modules in a row, a module's body, shortcut and addition, its branches side by side."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

from explorer.arch.ops import (
    Add,
    AveragePool,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    GlobalMaxPool,
    LocalResponseNorm,
    MaxPool,
    SeparableConv2D,
)
from explorer.counting.tally import GroupTally, LayerTally, Tally

StepKind = Literal["conv", "pool", "norm", "plain"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """What is drawn as one box: a layer, or the layers that one separable convolution is written out in."""

    layers: tuple[LayerTally, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the layers that it reads."""
        return self.layers[0].node.inputs

    @property
    def output(self) -> str:
        """Name of the layer that it ends with."""
        return self.layers[-1].node.name

    @property
    def kind(self) -> StepKind:
        """How it is drawn."""
        op = self.layers[-1].node.op
        if isinstance(op, Conv2D | SeparableConv2D | DepthwiseConv2D | Dense):
            return "conv"
        if isinstance(op, MaxPool | AveragePool | GlobalAveragePool | GlobalMaxPool):
            return "pool"
        return "norm" if isinstance(op, BatchNorm | LocalResponseNorm) else "plain"

    @property
    def weighty(self) -> bool:
        """Whether a summary of the module names it."""
        return self.kind in ("conv", "pool")


@dataclass(frozen=True)
class Shortcut:
    """The side branch into an addition.

    Attributes:
        layers: Of the projection; none if the shortcut is the identity.
        source: Name of the layer it reads.
        detached: Whether it starts elsewhere than where the module's body starts.
    """

    layers: tuple[LayerTally, ...]
    source: str
    detached: bool


@dataclass(frozen=True)
class Anatomy:
    """A module taken apart: body, then the addition of the shortcut, then what follows it."""

    body: tuple[Step, ...]
    shortcut: Shortcut | None
    addition: LayerTally | None
    tail: tuple[Step, ...]

    @cached_property
    def lanes(self) -> "Lanes":
        """How the body is spread over parallel lanes."""
        return Lanes(self.body)


@dataclass(frozen=True)
class Run:
    """Consecutive modules that are equal in everything but their names; often just one."""

    modules: tuple[GroupTally, ...]

    @property
    def first(self) -> GroupTally:
        """The module that stands for all."""
        return self.modules[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The modules' names."""
        return tuple(module.name for module in self.modules)

    def shown(self, opened: frozenset[str]) -> GroupTally | None:
        """The module of the run that is open: the first one of `opened`; None if the run is closed."""
        return next((module for module in self.modules if module.name in opened), None)


class Lanes:
    """Steps side by side: each takes the lanes `first` to `last` of `count`.

    A step goes on in the lane of what it reads; where a map is read twice, the second reader gets a lane of its own
    to the right. What joins branches spans their lanes, and so does what leads to a fork.
    """

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._steps = steps
        outputs = {step.output for step in steps}
        self._sources = {step.output: tuple(name for name in step.inputs if name in outputs) for step in steps}
        self._readers: dict[str, list[str]] = {name: [] for name in outputs}
        for reader, sources in self._sources.items():
            for source in sources:
                self._readers[source].append(reader)
        position = self._positions()
        self.count = len(set(position.values()))
        self._spans: dict[str, Span] = {}
        self._spread_from_above(position)
        self._spread_from_below()

    def span(self, step: Step) -> Span:
        """First and last lane of `step`, counted from 0."""
        return self._spans[step.output]

    def sources(self, step: Step) -> tuple[str, ...]:
        """What `step` reads among the steps."""
        return self._sources[step.output]

    def branches(self) -> tuple[tuple[tuple[Step, ...], ...], tuple[Step, ...]]:
        """The parts that only the last join connects, and what follows it; all as a single part if nothing joins."""
        joins = [place for place, step in enumerate(self._steps) if len(self.sources(step)) > 1]
        if not joins:
            return (self._steps,), ()
        inner, tail = self._steps[: joins[-1]], self._steps[joins[-1] + 1 :]
        groups: list[list[Step]] = []
        for step in inner:
            joined = [group for group in groups if any(s.output in step.inputs for s in group)]
            for group in joined[1:]:
                groups.remove(group)
                joined[0].extend(group)
            if joined:
                joined[0].append(step)
            else:
                groups.append([step])
        return tuple(map(tuple, groups)), tail

    def _positions(self) -> dict[str, int]:
        """The lane that each step goes on in, counted from the left."""
        lane: dict[str, int] = {}
        from_left: list[int] = []
        continued: set[str] = set()
        for name, sources in self._sources.items():
            if sources and (len(sources) > 1 or sources[0] not in continued):
                lane[name] = lane[sources[0]]
            else:
                lane[name] = len(from_left)
                place = from_left.index(lane[sources[0]]) + 1 if sources else len(from_left)
                from_left.insert(place, lane[name])
            continued.update(sources)
        return {name: from_left.index(number) for name, number in lane.items()}

    def _spread_from_above(self, position: dict[str, int]) -> None:
        for name, sources in self._sources.items():
            if len(sources) > 1:
                self._spans[name] = _hull([self._spans[source] for source in sources])
            elif sources and len(self._readers[sources[0]]) == 1:
                self._spans[name] = self._spans[sources[0]]
            else:
                self._spans[name] = (position[name], position[name])

    def _spread_from_below(self) -> None:
        for name in reversed(self._sources):
            alone = [reader for reader in self._readers[name] if len(self._sources[reader]) == 1]
            self._spans[name] = _hull([self._spans[name], *(self._spans[reader] for reader in alone)])


def runs(tally: Tally, flow: str) -> tuple[Run, ...]:
    """The modules of a flow, equal neighbours together."""
    before: GroupTally | None = None
    signed = []
    for module in tally.module_tallies:
        if module.flow == flow:
            signed.append((_signature(module, before), module))
        before = module
    return tuple(Run(tuple(module for _, module in same)) for _, same in groupby(signed, key=lambda pair: pair[0]))


def anatomy(module: GroupTally) -> Anatomy:
    """Takes a module apart."""
    names = {layer.node.name for layer in module.layers}
    side = {layer.node.name for layer in module.layers if layer.node.branch == "shortcut"}

    def is_addition(layer: LayerTally) -> bool:
        node = layer.node
        outside = [name for name in node.inputs if name in side or name not in names]
        return isinstance(node.op, Add) and 0 < len(outside) < len(node.inputs)

    position = next((i for i in reversed(range(len(module.layers))) if is_addition(module.layers[i])), None)
    if position is None:
        return Anatomy(_steps(module.layers), None, None, ())
    addition = module.layers[position]
    before = module.layers[:position]
    projection = tuple(layer for layer in before if layer.node.name in side)
    body = _steps(tuple(layer for layer in before if layer.node.name not in side))
    outside = next(name for name in addition.node.inputs if name in side or name not in names)
    source = projection[0].node.inputs[0] if projection else outside
    shortcut = Shortcut(projection, source, detached=source not in body[0].inputs)
    return Anatomy(body, shortcut, addition, _steps(module.layers[position + 1 :]))


def _steps(layers: tuple[LayerTally, ...]) -> tuple[Step, ...]:
    """One step a layer, the parts of a separable convolution together."""
    by_step = groupby(layers, key=lambda layer: layer.node.part.of if layer.node.part else layer.node.name)
    return tuple(Step(tuple(parts)) for _, parts in by_step)


def _signature(module: GroupTally, previous: GroupTally | None) -> tuple[object, ...]:
    """What two modules must share to be drawn as one: operations, wiring and shapes, but not names."""
    places: dict[str, object] = {layer.node.name: i for i, layer in enumerate(module.layers)}
    if previous is not None:
        places[previous.layers[-1].node.name] = "previous"
    return tuple(
        (
            layer.node.op,
            tuple(places.get(name, name) for name in layer.node.inputs),
            layer.node.branch,
            layer.node.part and layer.node.part.step,
            layer.input_shapes,
        )
        for layer in module.layers
    )


def _hull(spans: list[Span]) -> Span:
    return min(first for first, _ in spans), max(last for _, last in spans)
