"""Two networks held against each other, layer by layer: what the second has more, what less, and what otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from explorer.arch.graph import Graph, Node
from explorer.arch.ops import Add, Op, Shape
from explorer.counting.differences.matching import matched
from explorer.counting.tally import LayerTally, Tally
from explorer.errors import ConfigError

Kind = Literal["removed", "added", "changed", "same"]
KINDS: tuple[Kind, ...] = ("removed", "added", "changed", "same")

READS, INPUT_SHAPES, OUTPUT_SHAPE = "reads", "input_shapes", "output_shape"

_NO_SETTINGS = (READS, INPUT_SHAPES, OUTPUT_SHAPE)
_SHARED = 1 / 2


class Costs(NamedTuple):
    """So many more parameters and multiply-adds; negative: fewer."""

    params: int
    macs: int


class Change(NamedTuple):
    """One thing that two layers have otherwise.

    Attributes:
        what: A setting of the operation by its name, "reads" (names of layers that only one of the two reads),
            "input_shapes" or "output_shape".
        first: What it is in the first network.
        second: And in the second.
    """

    what: str
    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """A layer of the first network and the one of the second that answers to it.

    Attributes:
        first: None if the layer was added.
        second: None if it was removed.
        changes: What is otherwise, the operation's settings first.
        is_rewired: Whether it reads other layers, and not only past layers that were added or removed.
    """

    first: LayerTally | None
    second: LayerTally | None
    changes: tuple[Change, ...] = ()
    is_rewired: bool = False

    @property
    def kind(self) -> Kind:
        """What became of the layer. Whatever makes its costs others is among its changes."""
        if self.first is None:
            return "added"
        if self.second is None:
            return "removed"
        return "changed" if self.changes else "same"

    @property
    def layer(self) -> LayerTally:
        """The second network's layer, the first's if it was removed."""
        found = self.second or self.first
        assert found is not None
        return found

    @property
    def node(self) -> Node:
        """Of `layer`."""
        return self.layer.node

    @property
    def costs(self) -> Costs:
        """What the second network's layer costs more."""
        return Costs(
            (self.second.params if self.second else 0) - (self.first.params if self.first else 0),
            (self.second.macs if self.second else 0) - (self.first.macs if self.first else 0),
        )

    @property
    def settings(self) -> tuple[Change, ...]:
        """The operation's settings that are otherwise."""
        return tuple(change for change in self.changes if change.what not in _NO_SETTINGS)

    @property
    def costs_of_settings(self) -> Costs:
        """What of `costs` the settings make: on the shapes that the first network's layer reads.

        The rest comes from other shapes, the work of layers before it.
        """
        if self.first is None or self.second is None:
            return self.costs
        if not self.settings:
            return Costs(0, 0)
        try:
            new = _costs(self.second.node.op, self.first.input_shapes)
        except (ConfigError, ValueError):  # what it is now could not read what it was given
            return self.costs
        return Costs(new.params - self.first.params, new.macs - self.first.macs)


@dataclass(frozen=True)
class Difference:
    """What the second network has otherwise than the first.

    Attributes:
        first: The network that is compared with.
        second: The one that is told of.
        rows: Every layer of both, once, in order.
    """

    first: Tally
    second: Tally
    rows: tuple[LayerDifference, ...]

    @cached_property
    def differing(self) -> tuple[LayerDifference, ...]:
        """The rows that are not the same."""
        return tuple(row for row in self.rows if row.kind != "same")

    @cached_property
    def by_kind(self) -> Mapping[Kind, tuple[LayerDifference, ...]]:
        """The rows by what became of the layer."""
        return {kind: tuple(row for row in self.rows if row.kind == kind) for kind in KINDS}

    @property
    def costs(self) -> Costs:
        """What the second network costs more: the sum over all rows."""
        return summed(row.costs for row in self.rows)

    @property
    def answering(self) -> int:
        """Layers that both networks have, the same or changed."""
        return sum(row.first is not None and row.second is not None for row in self.rows)

    @property
    def are_akin(self) -> bool:
        """Whether at least half of the smaller network's layers have one that answers to them."""
        return self.answering >= _SHARED * min(len(self.first.layers), len(self.second.layers))


def summed(costs: Iterable[Costs]) -> Costs:
    """The sum."""
    found = tuple(costs)
    return Costs(sum(each.params for each in found), sum(each.macs for each in found))


def difference(first: Tally, second: Tally) -> Difference:
    """What `second` has otherwise than `first`."""
    pairs = matched(first.graph, second.graph)
    answers = {ours.name: theirs.name for ours, theirs in pairs if ours is not None and theirs is not None}
    wiring = _Wiring(first.graph, second.graph, answers)
    rows = []
    for ours, theirs in pairs:
        changes: tuple[Change, ...] = ()
        is_rewired = False
        if ours is not None and theirs is not None:
            before, after = first.by_name[ours.name], second.by_name[theirs.name]
            changes = _settings(ours.op, theirs.op)
            if read := wiring.other_inputs(ours, theirs):
                changes += (Change(READS, *read),)
                is_rewired = wiring.is_other(ours, theirs)
            if before.input_shapes != after.input_shapes:
                changes += (Change(INPUT_SHAPES, before.input_shapes, after.input_shapes),)
            if before.output_shape != after.output_shape:
                changes += (Change(OUTPUT_SHAPE, before.output_shape, after.output_shape),)
        rows.append(
            LayerDifference(
                first.by_name[ours.name] if ours is not None else None,
                second.by_name[theirs.name] if theirs is not None else None,
                changes,
                is_rewired,
            )
        )
    return Difference(first, second, tuple(rows))


class _Wiring:
    """What layers read, told in the second network's names as far as both have the layer."""

    def __init__(self, first: Graph, second: Graph, answers: Mapping[str, str]) -> None:
        self._answers, self._common = answers, set(answers.values())
        self._through_first = _through(first, answers)
        self._through_second = _through(second, {name: name for name in answers.values()})

    def other_inputs(self, ours: Node, theirs: Node) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """What the first reads that the second does not, and the other way round; None if they read the same."""
        told = [self._answers.get(name) for name in ours.inputs]
        before = tuple(name for name, answer in zip(ours.inputs, told, strict=True) if answer not in theirs.inputs)
        after = tuple(name for name in theirs.inputs if name not in told)
        if before or after:
            return before, after
        # The order of a sum's terms is nothing.
        return None if tuple(told) == theirs.inputs or isinstance(ours.op, Add) else (ours.inputs, theirs.inputs)

    def is_other(self, ours: Node, theirs: Node) -> bool:
        """Whether they read other layers when one looks through those that only one of the networks has."""
        if self._answers.keys() >= set(ours.inputs) and self._common >= set(theirs.inputs):
            return True
        before = frozenset[str]().union(*(self._through_first[name] for name in ours.inputs))
        after = frozenset[str]().union(*(self._through_second[name] for name in theirs.inputs))
        return not (before <= after or after <= before)


def _through(graph: Graph, common: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each layer the nearest ones that both networks have: itself, or what it reads."""
    found: dict[str, frozenset[str]] = {}
    for node in graph.nodes:
        name = common.get(node.name)
        found[node.name] = (
            frozenset((name,)) if name else frozenset[str]().union(*(found[source] for source in node.inputs))
        )
    return found


def _settings(ours: Op, theirs: Op) -> tuple[Change, ...]:
    if ours == theirs:
        return ()
    values = ((name, getattr(ours, name), getattr(theirs, name)) for name in _names_of_settings(type(ours)))
    return tuple(Change(name, before, after) for name, before, after in values if before != after)


@lru_cache
def _names_of_settings(op: type[Op]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(op))  # type: ignore[arg-type]


def _costs(op: Op, inputs: tuple[Shape, ...]) -> Costs:
    shares = op.work(op.output_shape(*inputs), *inputs)
    return Costs(sum(share.params for share in shares), sum(share.macs for share in shares))
