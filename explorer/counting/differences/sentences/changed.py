"""Sentences about layers that both networks have: what they read, how they are set, which maps reach them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from explorer.arch.graph import HEAD, Node
from explorer.arch.ops import Add, BatchNorm, Input
from explorer.arch.places.chains import only_reader
from explorer.counting.differences.difference import (
    INPUT_SHAPES,
    OUTPUT_SHAPE,
    READS,
    Change,
    Costs,
    LayerDifference,
    summed,
)
from explorer.counting.differences.sentences.modules import FEW, grouped, module_of
from explorer.counting.differences.sentences.operation_words import (
    counted,
    listed,
    noun,
    setting_noun,
    setting_words,
    with_article,
)
from explorer.counting.differences.sentences.sentence import Sentence, Weight, told
from explorer.counting.differences.sentences.side import Side
from explorer.quantities import shape

_PREVIOUS = "the previous module's "
_SHORTCUT = f"{_PREVIOUS}shortcut"

Rows = Sequence[LayerDifference]


def rewired(rows: Rows, first: Side, second: Side) -> Iterator[Sentence]:
    """Layers that read others than before; what that costs is the maps' doing."""
    found = [row for row in rows if row.is_rewired]
    for (name, before, after), alike in grouped(found, lambda row: _sources(row, first, second)).items():
        nodes = [row.node for row in alike]
        instead = before.replace(_PREVIOUS, "its ") if after.startswith(_PREVIOUS) else before
        text = f"{counted(name, len(nodes))} in {second.where(nodes)} read{'s' * (len(nodes) == 1)} {after} "
        text += f"instead of {instead}"
        if all(node.branch == "shortcut" for node in nodes):
            if after == _SHORTCUT:
                text += ": the shortcuts form a chain beside the main path"
            elif before == _SHORTCUT:
                text += ": the shortcuts form no chain any more"
        yield told(Weight.WIRING, text, Costs(0, 0))


def _sources(row: LayerDifference, first: Side, second: Side) -> tuple[str, str, str]:
    """What the layer is, what it read that it does not read now, and what it reads that it did not."""
    assert row.first is not None
    assert row.second is not None
    ours, theirs = row.first.node, row.second.node
    read = next(change for change in row.changes if change.what == READS)
    before, after = [first.by_name[name] for name in read.first], [second.by_name[name] for name in read.second]
    if {first.answers.get(source.name) for source in before} == set(after):
        return noun(theirs), "the one of before", "its inputs in another order"
    return noun(theirs), _source_words(before, ours), _source_words(after, theirs)


def _source_words(sources: Sequence[Node], reader: Node) -> str:
    words = []
    for source in sources:
        whose = "the module's own " if module_of(source) == module_of(reader) else _PREVIOUS
        is_sum = isinstance(source.op, Add)
        words.append(whose + ("shortcut" if source.branch == "shortcut" else "sum" if is_sum else noun(source)))
    return listed(words) if words else "nothing"


def set_otherwise(rows: Rows, first: Side, second: Side) -> Iterator[Sentence]:
    """Layers with other settings, those of the image left out."""
    found = [row for row in rows if row.settings and not isinstance(row.node.op, Input)]
    for alike, are_told in _alike(found):
        settings = alike[0].settings
        what = (
            listed([setting_words(change) for change in settings])
            if are_told
            else f"other {listed([setting_noun(change.what) for change in settings])}{_factor(alike)}"
        )
        # With another image, maps are others anyway.
        maps = _maps(alike) if first.graph.input_shape == second.graph.input_shape else ""
        has = "has" if len(alike) == 1 else "have"
        text = f"{_who(alike, second)} {has} {what}{maps}{_bias(alike, first, second)}"
        weight = Weight.BIASES if all(change.what == "use_bias" for change in settings) else Weight.SETTINGS
        yield told(weight, text, summed([row.costs_of_settings for row in alike]))


def _alike(rows: Rows) -> Iterator[tuple[Rows, bool]]:
    """Rows that are told together, and whether their values are few enough to be told."""
    for alike in grouped(rows, lambda row: tuple(change.what for change in row.settings)).values():
        by_values = grouped(alike, lambda row: row.settings)
        if len(by_values) > FEW:
            yield alike, False
        else:
            yield from ((each, True) for each in by_values.values())


def _who(rows: Rows, side: Side) -> str:
    nodes = [row.node for row in rows]
    if len(nodes) == 1:
        name = noun(nodes[0])
        return (
            f"the {name} {nodes[0].name}" if nodes[0].module == HEAD else f"{with_article(name)} in {nodes[0].module}"
        )
    names = Counter(map(noun, nodes))
    return f"{listed([counted(name, count) for name, count in names.items()])} in {side.where(nodes)}"


def _factor(rows: Rows) -> str:
    """How much: ", 0.5 times as many" of numbers that grow or shrink alike."""
    changes = [change for row in rows for change in row.settings]
    if len({change.what for change in changes}) != 1 or not all(type(change.first) is int for change in changes):
        return ""
    factors = [f"{change.second / change.first:.2g}" for change in changes]
    low, high = min(factors, key=float), max(factors, key=float)
    return f", {low if low == high else f'{low} to {high}'} times as many"


def _maps(rows: Rows) -> str:
    """What becomes of the maps, where the settings of windows make them others."""
    of_windows = [
        row for row in rows if any(change.what in ("padding", "strides", "kernel") for change in row.settings)
    ]
    shapes = [change for row in of_windows for change in row.changes if change.what == OUTPUT_SHAPE]
    before = dict.fromkeys(str(change.first[0]) for change in shapes)
    after = dict.fromkeys(str(change.second[0]) for change in shapes)
    if before == after or max(len(before), len(after)) > FEW:
        return ""
    return f": maps of {listed(tuple(after))} px instead of {listed(tuple(before))} px"


def _bias(rows: Rows, first: Side, second: Side) -> str:
    """A bias before a batch normalization is subtracted again, with the mean."""
    changes = {change.second for row in rows for change in row.settings if change.what == "use_bias"}
    if len(changes) != 1:
        return ""
    side, layers = (second, [row.second for row in rows]) if True in changes else (first, [row.first for row in rows])
    following = [only_reader(side.readers, layer.node.name) for layer in layers if layer is not None]
    if not all(reader is not None and isinstance(reader.op, BatchNorm) for reader in following):
        return ""
    after = f"the batch normalization after {'it' if len(rows) == 1 else 'them'}"
    return f", which {after} undoes" if side is second else f": {after} undid it"


def other_maps(rows: Rows, costs: Costs) -> Iterator[Sentence]:
    """Another image, and the layers that other maps reach.

    Args:
        rows: The layers that are changed.
        costs: What no other sentence tells.
    """
    image = next((row.settings for row in rows if isinstance(row.node.op, Input) and row.settings), ())
    reached = [row for row in rows if row.costs != row.costs_of_settings]
    text = ""
    if reached:
        text = f"other {listed(_kinds_of_shapes(reached)) or 'shapes'} reach {counted('layer', len(reached))}"
    if image:
        input_words = f"the input is {_input_words(image[0])}"
        yield told(Weight.INPUT, f"{input_words}, and {text}" if text else input_words, costs)
    elif text:
        yield told(Weight.SIZES, text, costs)


def _kinds_of_shapes(rows: Iterable[LayerDifference]) -> list[str]:
    changes = [change for row in rows for change in row.changes if change.what == INPUT_SHAPES]
    pairs = [pair for change in changes for pair in zip(change.first, change.second, strict=False)]
    found = []
    if any(before[:-1] != after[:-1] for before, after in pairs):
        found.append("map sizes")
    if any(before[-1] != after[-1] for before, after in pairs):
        found.append("numbers of channels")
    return found


def _input_words(change: Change) -> str:
    first, second = change.first, change.second
    if first[-1] == second[-1] and first[0] == first[1] and second[0] == second[1]:
        return f"{second[0]} px instead of {first[0]} px"
    return f"{shape(second)} instead of {shape(first)}"
