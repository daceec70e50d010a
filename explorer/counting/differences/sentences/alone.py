"""Sentences about layers that only one of two networks has. Each layer goes into one: the first that it fits."""

from collections.abc import Iterator, Sequence

from explorer.arch.graph import Node
from explorer.arch.ops import (
    Activation,
    Add,
    BatchNorm,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePool,
    GlobalMaxPool,
    SeparableConv2D,
)
from explorer.arch.places.chains import only_reader
from explorer.counting.differences.difference import summed
from explorer.counting.differences.sentences.modules import FEW, grouped, module_of
from explorer.counting.differences.sentences.operation_words import (
    counted,
    kernel_and_noun,
    listed,
    noun,
    plural,
    size_of,
    with_article,
)
from explorer.counting.differences.sentences.sentence import Sentence, Weight, told
from explorer.counting.differences.sentences.side import Side

_WEIGHTED = (Conv2D, DepthwiseConv2D, SeparableConv2D, Dense)


def alone(removed: Side, added: Side) -> Iterator[Sentence]:
    """Everything that was removed or added."""
    for side in (removed, added):
        yield from _modules(side)
        yield from _additions(side)
    yield from _written_out(removed, added)
    yield from _written_out(added, removed)
    for side, other in ((removed, added), (added, removed)):
        yield from _layers(side)
        yield from _activations(side, other)
        yield from _normalizations(side)
        yield from _others(side)


def _modules(side: Side) -> Iterator[Sentence]:
    """Modules that nothing in the other network answers to."""
    shared = {module_of(node) for node in side.kept}
    whole = [node for node in side.nodes if module_of(node) not in shared]
    titles = {flow.name: flow.title for flow in side.graph.flows}
    for flow, nodes in grouped(whole, lambda node: node.flow).items():
        modules = counted("module", len({node.module for node in nodes}))
        text = f"{modules} {'more' if side.is_second else 'fewer'} ({titles[flow]}: {side.where(nodes)})"
        yield told(Weight.MODULES, text, side.take(nodes))


def _additions(side: Side) -> Iterator[Sentence]:
    """Additions, with the shortcuts that end in them."""
    additions = [node for node in side.nodes if isinstance(node.op, Add)]
    if not additions:
        return
    modules = {module_of(node) for node in additions}
    shortcuts = [node for node in side.nodes if node.branch == "shortcut" and module_of(node) in modules]
    follows = f", with {_things(shortcuts)}" if shortcuts else ""
    if modules.isdisjoint(module_of(node) for node in side.kept if isinstance(node.op, Add)):
        these = "this module has" if len(modules) == 1 else "these modules have"
        follows += f": {these} {'a shortcut' if side.is_second else 'no shortcut'}"
    where, count = side.where(additions), len(additions)
    if side.is_second:
        text = f"{counted('addition', count)} more in {where}"
    else:
        text = f"the addition of {where} is missing" if count == 1 else f"{count} additions are missing in {where}"
    yield told(Weight.ADDITIONS, text + follows, side.take([*additions, *shortcuts]))


def _written_out(whole: Side, parts: Side) -> Iterator[Sentence]:
    """Separable convolutions that the other network has as one layer for each step."""
    modules = {module_of(node): module_of(parts.answers[node.name]) for node in parts.kept}
    steps = grouped([node for node in parts.nodes if node.part], lambda node: node.part.of if node.part else "")
    found: dict[tuple[str, ...], list[tuple[Node, list[Node]]]] = {}
    for name, nodes in steps.items():
        flow, module = modules.get(module_of(nodes[0]), ("", ""))
        one = whole.rows.get(f"{module}{name.removeprefix(nodes[0].module)}")
        if one is not None and one.node.flow == flow and isinstance(one.node.op, SeparableConv2D):
            words = tuple(with_article(kernel_and_noun(node.op, noun(node))) for node in nodes)
            found.setdefault(words, []).append((one.node, nodes))
    for words, replaced in found.items():
        ones = [one for one, _ in replaced]
        written = [node for _, nodes in replaced for node in nodes]
        separable = counted("separable convolution", len(ones))
        if whole.is_second:
            text = f"{separable} in {whole.where(ones)} in place of {listed(words)}"
        else:
            are = "is" if len(ones) == 1 else "are"
            text = f"{separable} in {whole.where(ones)} {are} replaced by {listed(words)}"
        text += " each" if len(ones) > 1 else ""
        yield told(Weight.LAYERS, text, summed((whole.take(ones), parts.take(written))))


def _layers(side: Side) -> Iterator[Sentence]:
    """Layers with weights, each with what came or went with it."""
    units: list[list[Node]] = []
    taken: set[str] = set()
    for node in side.nodes:
        if isinstance(node.op, _WEIGHTED) and node.name not in taken:
            units.append(_unit(side, node))
            taken |= {each.name for each in units[-1]}
    for alike in grouped(units, lambda unit: tuple(map(noun, unit))).values():
        every = [node for unit in alike for node in unit]
        sizes = {tuple(size_of(node.op) for node in unit) for unit in alike}
        things = _things(alike[0], with_sizes=len(sizes) == 1)
        yield told(Weight.LAYERS, f"{side.done}{side.spread(len(alike), every)}: {things}", side.take(every))


def _unit(side: Side, node: Node) -> list[Node]:
    """The layer, an activation that only it reads, and what follows without a branch."""
    unit = [node]
    before = side.rows.get(node.inputs[0])
    if before is not None and isinstance(before.node.op, Activation) and only_reader(side.readers, node.inputs[0]):
        unit.insert(0, before.node)
    follower = only_reader(side.readers, node.name)
    while follower is not None and follower.name in side.rows:
        unit.append(follower)
        follower = only_reader(side.readers, follower.name)
    return unit


def _activations(side: Side, other: Side) -> Iterator[Sentence]:
    found = [node for node in side.nodes if isinstance(node.op, Activation)]
    groups = grouped(found, lambda node: (noun(node), *_meaning(side, other, node)))
    for (name, weight, place, follows), nodes in groups.items():
        count = len(nodes)
        text = f"{counted(name, count)} {_is(count)} {side.done}{place}{side.spread(count, nodes, ', one')}{follows}"
        yield told(weight, text, side.take(nodes))


def _meaning(side: Side, other: Side, node: Node) -> tuple[Weight, str, str]:
    """How much an activation weighs, where it stands, and what follows from it."""
    assert isinstance(node.op, Activation)
    (source,) = node.inputs
    if node.op.function == "relu" and source in side.never_negative:
        did = "changes" if side.is_second else "changed"
        return Weight.NO_EFFECT, "", f": what it reads is never negative, so it {did} nothing"
    following = side.readers.get(node.name, ())
    if len(following) != 1:
        return Weight.ACTIVATIONS, f" after the {noun(side.by_name[source])}", ""
    (reader,) = following
    place = f" between the {noun(side.by_name[source])} and the {noun(reader)}"
    is_answer = node.name in side.never_negative
    lets_in = not side.is_second and _reads_negative(side, other, reader)
    follows = ""
    if isinstance(reader.op, Add) and is_answer and (side.is_second or lets_in):
        follows = f": what a module adds can {'never be' if side.is_second else 'be'} negative"
    if isinstance(reader.op, GlobalAveragePool | GlobalMaxPool) and is_answer and (side.is_second or lets_in):
        kind = "average" if isinstance(reader.op, GlobalAveragePool) else "maximum"
        follows = f": {'no ' if side.is_second else ''}negative values enter the global {kind}"
    return Weight.ACTIVATIONS, place, follows


def _reads_negative(side: Side, other: Side, reader: Node) -> bool:
    """Whether the other network's layer may read negative values."""
    answer = side.answers.get(reader.name)
    return answer is not None and not other.never_negative.issuperset(answer.inputs)


def _normalizations(side: Side) -> Iterator[Sentence]:
    def after(node: Node) -> str:
        return noun(side.by_name[node.inputs[0]])

    found = [node for node in side.nodes if isinstance(node.op, BatchNorm)]
    for name, nodes in grouped(found, after).items():
        count = len(nodes)
        kept = [node.name for node in side.kept if isinstance(node.op, BatchNorm) and after(node) == name]
        normalizations = counted("batch normalization", count)
        if kept and count > 1:
            normalizations = f"{count} of {count + len(kept)} batch normalizations"
        # Where nearly none is left, those that are left are told.
        but = f", all but {listed(kept)}" if 0 < len(kept) <= FEW < count else ""
        follows = f": the values there are {'' if side.is_second else 'not '}rescaled"
        which = plural(name, count) if count > 1 else with_article(name)
        text = f"{normalizations} {_is(count)} {side.done} after {which} in {side.where(nodes)}{but}{follows}"
        yield told(Weight.NORMALIZATIONS, text, side.take(nodes))


def _others(side: Side) -> Iterator[Sentence]:
    for nodes in grouped(side.nodes, noun).values():
        is_one_size = len({size_of(node.op) for node in nodes}) == 1
        things = _things(nodes[:1], with_sizes=is_one_size)
        yield told(Weight.LAYERS, f"{side.done}{side.spread(len(nodes), nodes)}: {things}", side.take(nodes))


def _things(nodes: Sequence[Node], *, with_sizes: bool = False) -> str:
    """What they are: "a ReLU, 2 separable convolutions of 728 filters and 2 batch normalizations"."""
    parts = []
    for name, alike in grouped(nodes, noun).items():
        sizes = {size_of(node.op) for node in alike}
        size = f" of {sizes.pop()}" if with_sizes and len(sizes) == 1 and any(sizes) else ""
        parts.append(counted(name, len(alike)) + size)
    return listed(parts)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
