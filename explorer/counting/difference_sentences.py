"""A difference in a few sentences, the weightiest first: what was done, what follows from it, what it costs.

Each sentence is worked out from the two graphs. Whatever was done alike in several modules is told once. The costs of
the sentences add up to the difference of the networks: what nobody did to a layer, but other maps reach it, has one of
its own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, auto
from itertools import groupby
from typing import Literal, NamedTuple, TypeVar

from explorer.arch.graph import HEAD, Graph, Node
from explorer.arch.ops import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Concat,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Input,
    MaxPool,
    Reshape,
    SeparableConv2D,
    ZeroPad,
)
from explorer.arch.places.chains import only_reader, readers
from explorer.counting.difference import (
    INPUT_SHAPES,
    OUTPUT_SHAPE,
    Change,
    Costs,
    Difference,
    LayerDifference,
    summed,
)
from explorer.counting.operation_words import (
    counted,
    kernel_and_noun,
    listed,
    noun,
    plural,
    setting_noun,
    setting_words,
    size_of,
    with_article,
)
from explorer.quantities import difference as percent
from explorer.quantities import exact, rounded, shape

MOST = 12
"""Sentences that are told one by one."""

_FEW = 3
"""Names or sizes that are told one by one."""

_NEVER_NEGATIVE = frozenset({"relu", "relu6", "sigmoid", "hard_sigmoid", "softplus", "exponential", "softmax"})
_KEEPS_SIGN = (MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool, Dropout, Flatten, Reshape, ZeroPad, Add, Concat)
_WEIGHTED = (Conv2D, DepthwiseConv2D, SeparableConv2D, Dense)

T = TypeVar("T")
K = TypeVar("K")
_OneSided = Literal["removed", "added"]


class Sentence(NamedTuple):
    """One thing that the second network has otherwise.

    Attributes:
        text: For people.
        costs: What it makes the second network cost more; None if the sentence sums up.
    """

    text: str
    costs: Costs | None


class _Weight(IntEnum):
    """In what order sentences stand."""

    MODULES = auto()
    ADDITIONS = auto()
    WIRING = auto()
    ACTIVATIONS = auto()
    NORMALIZATIONS = auto()
    LAYERS = auto()
    SETTINGS = auto()
    BIASES = auto()
    INPUT = auto()
    NO_EFFECT = auto()
    SIZES = auto()


def sentences(difference: Difference) -> tuple[Sentence, ...]:
    """What the second network has otherwise, and the totals; nothing if the networks are equal.

    Networks that share too little are not told apart layer by layer.
    """
    if not difference.differing:
        return ()
    totals = Sentence(_totals(difference), None)
    if not difference.are_akin:
        sizes = " and ".join(exact(len(tally.layers)) for tally in (difference.first, difference.second))
        return (
            Sentence(
                f"The networks share little: only {exact(difference.answering)} layers of {sizes} answer to each "
                "other. So the totals alone are compared.",
                None,
            ),
            totals,
        )
    found = _Telling(difference).sentences()
    if len(found) > MOST:
        rest = found[MOST - 1 :]
        costs = summed(sentence.costs for sentence in rest if sentence.costs is not None)
        found = [*found[: MOST - 1], _sentence(f"{len(rest)} smaller differences more", costs)]
    return (*found, totals)


def cost_words(costs: Costs) -> str:
    """What it costs: "3,072 parameters more, 1.20 M MACs fewer", or "costs nothing"."""
    parts = [
        f"{number(abs(value))} {unit if abs(value) != 1 else unit[:-1]} {'more' if value > 0 else 'fewer'}"
        for value, unit, number in ((costs.params, "parameters", exact), (costs.macs, "MACs", _macs))
        if value
    ]
    return ", ".join(parts) or "costs nothing"


def _macs(value: int) -> str:
    return rounded(value) if value >= 10**6 else exact(value)


def _sentence(text: str, costs: Costs) -> Sentence:
    return Sentence(f"{text[0].upper()}{text[1:]}; {cost_words(costs)}.", costs)


def _totals(difference: Difference) -> str:
    first, second, costs = difference.first, difference.second, difference.costs
    macs = (
        f"{rounded(second.macs)} MACs in both."
        if not costs.macs
        else f"{rounded(second.macs)} MACs instead of {rounded(first.macs)} ({percent(second.macs, first.macs)})."
    )
    if costs.params:
        share = percent(second.params, first.params)
        return f"In all {exact(second.params)} parameters instead of {exact(first.params)} ({share}), {macs}"
    is_other = any(
        row.kind in ("removed", "added")
        or row.is_rewired
        or (row.settings and row.first is not None and not isinstance(row.first.node.op, Input))
        for row in difference.differing
    )
    equal = "The parameter totals are equal; the networks are not" if is_other else "The parameter totals are equal"
    return f"{equal}: {exact(second.params)} parameters in both, {macs}"


class _Side:
    """What only one of the networks has, as far as it is not told yet."""

    def __init__(self, kind: _OneSided, difference: Difference) -> None:
        self.kind = kind
        self.graph = (difference.first if kind == "removed" else difference.second).graph
        self.rows = {row.node.name: row for row in difference.by_kind[kind]}
        self.by_name = {node.name: node for node in self.graph.nodes}
        self.readers = readers(self.graph.nodes)
        self.never_negative = _never_negative(self.graph)
        self.modules = [(module.flow, module.name) for module in self.graph.modules()]

    @property
    def nodes(self) -> list[Node]:
        """Not told yet."""
        return [row.node for row in self.rows.values()]

    def take(self, nodes: Iterable[Node]) -> Costs:
        """Their costs; they are told."""
        return summed([self.rows.pop(node.name).costs for node in nodes])

    def where(self, nodes: Iterable[Node]) -> str:
        return _where(nodes, self.modules)

    def spread(self, count: int, nodes: Iterable[Node]) -> str:
        """In which modules so many things are: " in block3", " in each of block5 to block12"."""
        nodes = tuple(nodes)
        modules = len({_module(node) for node in nodes})
        each = "each of " if count == modules > 1 else ""
        times = f" {count} times" if count > modules else ""
        return f"{times} in {each}{self.where(nodes)}"


class _Telling:
    """Finds the sentences. Each layer that one network has alone goes into one of them, the first that it fits."""

    def __init__(self, difference: Difference) -> None:
        self._difference = difference
        self._found: list[tuple[_Weight, int, Sentence]] = []
        self._removed, self._added = _Side("removed", difference), _Side("added", difference)
        self._sides = (self._removed, self._added)
        self._pairs = [
            (row, row.first, row.second) for row in difference.rows if row.first is not None and row.second is not None
        ]
        self._changed = difference.by_kind["changed"]
        self._second_of = {first.node.name: second.node for _, first, second in self._pairs}
        self._first_of = {second.node.name: first.node for _, first, second in self._pairs}
        self._first_modules = {_module(second.node): _module(first.node) for _, first, second in self._pairs}

    def sentences(self) -> list[Sentence]:
        for side in self._sides:
            self._modules(side)
            self._additions(side)
        self._written_out(self._removed, self._added, self._first_modules)
        backwards = {first: second for second, first in self._first_modules.items()}
        self._written_out(self._added, self._removed, backwards)
        for side in self._sides:
            self._layers(side)
            self._activations(side)
            self._normalizations(side)
            self._others(side)
        self._wiring()
        self._settings()
        self._sizes()
        return [sentence for _, _, sentence in sorted(self._found, key=lambda found: found[:2])]

    def _tell(self, weight: _Weight, text: str, costs: Costs = Costs(0, 0)) -> None:  # noqa: B008 - a constant
        self._found.append((weight, len(self._found), _sentence(text, costs)))

    def _answer(self, side: _Side, name: str) -> Node | None:
        """The other network's layer that answers to the one of `side`."""
        return (self._second_of if side.kind == "removed" else self._first_of).get(name)

    def _other(self, side: _Side) -> _Side:
        return self._added if side is self._removed else self._removed

    def _modules(self, side: _Side) -> None:
        """Modules that have no like."""
        shared = {
            _module(node) for node in (self._first_of.values() if side.kind == "removed" else self._second_of.values())
        }
        alone = [node for node in side.nodes if _module(node) not in shared]
        titles = {flow.name: flow.title for flow in side.graph.flows}
        for flow, nodes in _grouped(alone, lambda node: node.flow).items():
            modules = len({node.module for node in nodes})
            word = "fewer" if side.kind == "removed" else "more"
            text = f"{counted('module', modules)} {word} ({titles[flow]}: {side.where(nodes)})"
            self._tell(_Weight.MODULES, text, side.take(nodes))

    def _additions(self, side: _Side) -> None:
        """Additions with the shortcuts that end in them."""
        additions = [node for node in side.nodes if isinstance(node.op, Add)]
        if not additions:
            return
        modules = {_module(node) for node in additions}
        shortcuts = [node for node in side.nodes if node.branch == "shortcut" and _module(node) in modules]
        kept = {_module(self._own(side, row)) for row, _, second in self._pairs if isinstance(second.node.op, Add)}
        is_one = len(additions) == 1
        with_these = f", with {_things(shortcuts)}" if shortcuts else ""
        follows = ""
        if modules.isdisjoint(kept):
            has = "no shortcut" if side.kind == "removed" else "a shortcut"
            follows = f": {'this module has' if is_one else 'these modules have'} {has}"
        where = side.where(additions)
        if side.kind == "added":
            text = f"{counted('addition', len(additions))} more in {where}{with_these}{follows}"
        elif is_one:
            text = f"the addition of {where} is missing{with_these}{follows}"
        else:
            text = f"{len(additions)} additions are missing in {where}{with_these}{follows}"
        self._tell(_Weight.ADDITIONS, text, side.take([*additions, *shortcuts]))

    def _own(self, side: _Side, row: LayerDifference) -> Node:
        layer = row.first if side.kind == "removed" else row.second
        assert layer is not None
        return layer.node

    def _written_out(self, whole: _Side, parts: _Side, modules: dict[tuple[str, str], tuple[str, str]]) -> None:
        """Separable convolutions that the other network has as layers of their own for each step."""
        steps = _grouped([node for node in parts.nodes if node.part], lambda node: node.part.of if node.part else "")
        found: dict[tuple[str, ...], list[tuple[Node, list[Node]]]] = {}
        for name, nodes in steps.items():
            flow, module = modules.get(_module(nodes[0]), _module(nodes[0]))
            one = whole.rows.get(f"{module}{name.removeprefix(nodes[0].module)}")
            if one is not None and one.node.flow == flow and isinstance(one.node.op, SeparableConv2D):
                words = tuple(with_article(kernel_and_noun(node.op, noun(node))) for node in nodes)
                found.setdefault(words, []).append((one.node, nodes))
        for words, replaced in found.items():
            ones = [one for one, _ in replaced]
            all_steps = [node for _, nodes in replaced for node in nodes]
            costs = summed((whole.take(ones), parts.take(all_steps)))
            if whole.kind == "removed":
                are = "is" if len(ones) == 1 else "are"
                text = f"{counted('separable convolution', len(ones))} in {whole.where(ones)} {are} replaced by "
                text += f"{listed(words)}{' each' if len(ones) > 1 else ''}"
            else:
                text = f"{listed(words)} in {parts.where(all_steps)} become one separable convolution"
                text += f", {len(ones)} times" if len(ones) > 1 else ""
            self._tell(_Weight.LAYERS, text, costs)

    def _layers(self, side: _Side) -> None:
        """Layers with weights, each with what was put in with it."""
        units: list[list[Node]] = []
        taken: set[str] = set()
        for node in side.nodes:
            if isinstance(node.op, _WEIGHTED) and node.name not in taken:
                units.append(self._unit(side, node))
                taken |= {each.name for each in units[-1]}
        for alike in _grouped(units, lambda unit: tuple(noun(node) for node in unit)).values():
            every = [node for unit in alike for node in unit]
            sizes = {tuple(size_of(node.op) for node in unit) for unit in alike}
            things = _things(alike[0], with_sizes=len(sizes) == 1)
            costs = side.take(every)
            self._tell(_Weight.LAYERS, f"{_done(side)}{side.spread(len(alike), every)}: {things}", costs)

    @staticmethod
    def _unit(side: _Side, node: Node) -> list[Node]:
        before = side.rows.get(node.inputs[0])
        unit = [node]
        if before is not None and isinstance(before.node.op, Activation) and only_reader(side.readers, node.inputs[0]):
            unit.insert(0, before.node)
        follower = only_reader(side.readers, node.name)
        while follower is not None and follower.name in side.rows:
            unit.append(follower)
            follower = only_reader(side.readers, follower.name)
        return unit

    def _activations(self, side: _Side) -> None:
        activations = [node for node in side.nodes if isinstance(node.op, Activation)]
        groups = _grouped(activations, lambda node: (noun(node), *self._meaning(side, node)))
        for (name, weight, place, meaning), nodes in groups.items():
            text = f"{counted(name, len(nodes))} {_is_done(side, len(nodes))}{place}{side.spread(len(nodes), nodes)}"
            self._tell(weight, text + meaning, side.take(nodes))

    def _meaning(self, side: _Side, node: Node) -> tuple[_Weight, str, str]:
        """How much an activation weighs, where it stands, and what follows from it."""
        assert isinstance(node.op, Activation)
        (source,), reader = node.inputs, only_reader(side.readers, node.name)
        if node.op.function == "relu" and side.never_negative[source]:
            did = "changes" if side.kind == "added" else "changed"
            return _Weight.NO_EFFECT, "", f": what it reads is never negative, so it {did} nothing"
        is_added = side.kind == "added"
        answers = node.op.function in _NEVER_NEGATIVE
        adding = [each for each in side.readers.get(node.name, ()) if isinstance(each.op, Add)]
        if adding and len(side.readers[node.name]) == 1:
            follows = ": what the module adds there can never be negative" if is_added else ""
            if not is_added and self._lets_negative_in(side, adding[0]):
                follows = ": what the module adds there can be negative"
            return _Weight.ACTIVATIONS, " right before the addition", follows if answers else ""
        if reader is not None and isinstance(reader.op, GlobalAveragePool | GlobalMaxPool):
            enter = f"enter the {noun(reader)}"
            follows = f": no negative values {enter}" if is_added else ""
            if not is_added and self._lets_negative_in(side, reader):
                follows = f": negative values {enter}"
            return _Weight.ACTIVATIONS, f" right before the {noun(reader)}", follows if answers else ""
        return _Weight.ACTIVATIONS, f" after the {noun(side.by_name[source])}", ""

    def _lets_negative_in(self, side: _Side, reader: Node) -> bool:
        """Whether the other network's layer may read negative values on this way."""
        answer = self._answer(side, reader.name)
        signs = self._other(side).never_negative
        return answer is not None and not all(signs[source] for source in answer.inputs)

    def _normalizations(self, side: _Side) -> None:
        def after(node: Node) -> str:
            return noun(side.by_name[node.inputs[0]])

        found = [node for node in side.nodes if isinstance(node.op, BatchNorm)]
        for name, nodes in _grouped(found, after).items():
            both = [self._own(side, row) for row, _, _ in self._pairs]
            kept = [node for node in both if isinstance(node.op, BatchNorm) and after(node) == name]
            count, whole = len(nodes), len(nodes) + len(kept)
            normalizations = counted("batch normalization", count)
            if kept and count > 1:
                normalizations = f"{count} of {whole} batch normalizations"
            # Where nearly none is left, those that are left are told.
            but = f", all but {listed([node.name for node in kept])}" if 0 < len(kept) <= _FEW and count > _FEW else ""
            follows = ": the values there are " + ("not rescaled" if side.kind == "removed" else "rescaled")
            text = f"{normalizations} {_is_done(side, count)} after {_many(name, count)} in {side.where(nodes)}{but}"
            self._tell(_Weight.NORMALIZATIONS, text + follows, side.take(nodes))

    def _others(self, side: _Side) -> None:
        for name, nodes in _grouped(side.nodes, noun).items():
            things = _things([nodes[0]], with_sizes=len({size_of(node.op) for node in nodes}) == 1)
            text = f"{_done(side)}{side.spread(len(nodes), nodes)}: {things or name}"
            self._tell(_Weight.LAYERS, text, side.take(nodes))

    def _wiring(self) -> None:
        """Layers that read others than before."""
        rewired = [row for row in self._changed if row.is_rewired]
        for (name, before, after), rows in _grouped(rewired, self._rewiring).items():
            nodes = [row.node for row in rows]
            text = f"{counted(name, len(rows))} in {self._added.where(nodes)} "
            text += f"{'reads' if len(rows) == 1 else 'read'} {after} instead of {before}"
            if all(node.branch == "shortcut" for node in nodes):
                if after == _PREVIOUS_SHORTCUT:
                    text += ": the shortcuts form a chain beside the main path"
                elif before == _PREVIOUS_SHORTCUT:
                    text += ": the shortcuts form no chain any more"
            self._tell(_Weight.WIRING, text)

    def _rewiring(self, row: LayerDifference) -> tuple[str, str, str]:
        assert row.first is not None
        assert row.second is not None
        first, second = row.first.node, row.second.node
        told = {name: self._second_of[name].name if name in self._second_of else "" for name in first.inputs}
        before = [self._removed.by_name[name] for name in first.inputs if told[name] not in second.inputs]
        after = [self._added.by_name[name] for name in second.inputs if name not in told.values()]
        if not before and not after:
            return noun(second), "the other order", "its inputs in another order"
        return noun(second), _sources(before, first), _sources(after, second)

    def _settings(self) -> None:
        """Layers that both have with other settings."""
        rows = [row for row in self._changed if row.settings]
        for is_many, alike in self._alike(rows):
            nodes = [row.node for row in alike]
            costs = summed([row.costs_of_settings for row in alike])
            settings = alike[0].settings
            if isinstance(nodes[0].op, Input):
                self._tell(_Weight.INPUT, f"the input is {_input_words(settings[0])}", costs)
                continue
            names = Counter(noun(node) for node in nodes)
            if len(nodes) == 1 and nodes[0].module != HEAD:
                who = f"{with_article(noun(nodes[0]))} in {self._added.where(nodes)}"
            elif len(nodes) == 1:
                who = f"the {noun(nodes[0])} {nodes[0].name}"
            else:
                who = f"{listed([counted(name, count) for name, count in names.items()])} in {self._added.where(nodes)}"
            verb = "has" if len(nodes) == 1 else "have"
            if is_many:
                what = "other " + listed([setting_noun(change.what) for change in settings]) + _factor(alike)
            else:
                what = listed([setting_words(change) for change in settings])
            weight = _Weight.BIASES if all(change.what == "use_bias" for change in settings) else _Weight.SETTINGS
            self._tell(weight, f"{who} {verb} {what}{self._map_words(alike)}{self._bias_words(alike)}", costs)

    @staticmethod
    def _alike(rows: Sequence[LayerDifference]) -> Iterable[tuple[bool, list[LayerDifference]]]:
        """Rows that are told together, and whether their values are too many to be told."""
        for same_settings in _grouped(
            rows, lambda row: (isinstance(row.node.op, Input), *(change.what for change in row.settings))
        ).values():
            by_values = _grouped(same_settings, lambda row: row.settings)
            if len(by_values) > _FEW:
                yield True, same_settings
            else:
                yield from ((False, alike) for alike in by_values.values())

    @staticmethod
    def _map_words(rows: Sequence[LayerDifference]) -> str:
        """What becomes of the maps, where settings of windows make them others."""
        sizes = [row for row in rows if any(change.what in ("padding", "strides", "kernel") for change in row.settings)]
        shapes = [change for row in sizes for change in row.changes if change.what == OUTPUT_SHAPE]
        before, after = (
            [f"{size}" for size in dict.fromkeys(each[0] for each in sides)]
            for sides in ([change.first for change in shapes], [change.second for change in shapes])
        )
        if not shapes or before == after or len(before) > _FEW or len(after) > _FEW:
            return ""
        return f": maps of {listed(after)} px instead of {listed(before)} px"

    def _bias_words(self, rows: Sequence[LayerDifference]) -> str:
        """A bias before a batch normalization is subtracted again with the mean."""
        changes = {change.second for row in rows for change in row.settings if change.what == "use_bias"}
        if changes not in ({True}, {False}):
            return ""
        side = self._added if changes == {True} else self._removed
        following = [only_reader(side.readers, self._own(side, row).name) for row in rows]
        if not all(reader is not None and isinstance(reader.op, BatchNorm) for reader in following):
            return ""
        undoes = "undoes" if side is self._added else "undid"
        return f" that the batch normalization after {'it' if len(rows) == 1 else 'them'} {undoes}"

    def _sizes(self) -> None:
        """What is left: layers whose settings are the same, on other maps."""
        told = summed([sentence.costs for _, _, sentence in self._found if sentence.costs is not None])
        whole = self._difference.costs
        costs = Costs(whole.params - told.params, whole.macs - told.macs)
        if costs == (0, 0):
            return
        reached = [row for row in self._changed if row.costs != row.costs_of_settings]
        shapes = [change for row in reached for change in row.changes if change.what == INPUT_SHAPES]
        pairs = [pair for change in shapes for pair in zip(change.first, change.second, strict=False)]
        other = []
        if any(before[:-1] != after[:-1] for before, after in pairs):
            other.append("sizes")
        if any(before[-1] != after[-1] for before, after in pairs):
            other.append("numbers of channels")
        text = f"{counted('layer', len(reached))} {'reads' if len(reached) == 1 else 'read'} maps of other "
        self._tell(_Weight.SIZES, text + (listed(other) or "shapes") + " without being changed for it", costs)


_PREVIOUS_SHORTCUT = "the previous module's shortcut"


def _sources(sources: Sequence[Node], reader: Node) -> str:
    return listed([_source(source, reader) for source in sources]) or "nothing"


def _source(source: Node, reader: Node) -> str:
    is_own = _module(source) == _module(reader)
    whose = "the module's own" if is_own else "the previous module's"
    if source.branch == "shortcut":
        return f"{whose} shortcut"
    if isinstance(source.op, Add):
        return f"{whose} sum"
    return f"{whose} {noun(source)}"


def _module(node: Node) -> tuple[str, str]:
    return node.flow, node.module


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def _never_negative(graph: Graph) -> dict[str, bool]:
    """Whether a layer's values can be told to be 0 or more, by its name."""
    found: dict[str, bool] = {}
    for node in graph.nodes:
        read = [found[source] for source in node.inputs]
        found[node.name] = (
            node.op.function in _NEVER_NEGATIVE
            if isinstance(node.op, Activation)
            else isinstance(node.op, _KEEPS_SIGN) and all(read)
        )
    return found


def _where(nodes: Iterable[Node], modules: Sequence[tuple[str, str]]) -> str:
    """The modules of some layers: "block5 to block12", "block3 and the head"."""
    wanted = {_module(node) for node in nodes}
    # Neighbours have the same difference of position and rank; the head stands for itself.
    numbers = [number for number, module in enumerate(modules) if module in wanted]
    runs = groupby(enumerate(numbers), key=lambda pair: (pair[1] - pair[0], modules[pair[1]][1] == HEAD))
    parts: list[str] = []
    for _, run in runs:
        names = [modules[number][1] for _, number in run]
        names = ["the head" if name == HEAD else name for name in names]
        parts += names if len(names) < _FEW else [f"{names[0]} to {names[-1]}"]
    return listed(parts)


def _things(nodes: Sequence[Node], *, with_sizes: bool = False) -> str:
    """What they are: "a ReLU, 2 separable convolutions of 728 filters and 2 batch normalizations"."""
    parts = []
    for name, alike in _grouped(nodes, noun).items():
        sizes = {size_of(node.op) for node in alike}
        size = f" of {sizes.pop()}" if with_sizes and len(sizes) == 1 and any(sizes) else ""
        parts.append(counted(name, len(alike)) + size)
    return listed(parts)


def _many(name: str, count: int) -> str:
    return plural(name, count) if count > 1 else with_article(name)


def _done(side: _Side) -> str:
    return "missing" if side.kind == "removed" else "added"


def _is_done(side: _Side, count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {_done(side)}"


def _input_words(change: Change) -> str:
    first, second = change.first, change.second
    if first[-1] == second[-1] and first[0] == first[1] and second[0] == second[1]:
        return f"{second[0]} px instead of {first[0]} px"
    return f"{shape(second)} instead of {shape(first)}"


def _factor(rows: Sequence[LayerDifference]) -> str:
    """How much: ", 0.5 times as many" of numbers that grow or shrink alike."""
    changes = [change for row in rows for change in row.settings]
    if len({change.what for change in changes}) != 1 or not all(isinstance(change.first, int) for change in changes):
        return ""
    factors = [f"{change.second / change.first:.2g}" for change in changes if change.first]
    low, high = min(factors, key=float, default=""), max(factors, key=float, default="")
    return f", {low} times as many" if low == high else f", {low} to {high} times as many"
