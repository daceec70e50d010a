"""Which layer of one network answers to which of another.

Modules are put beside each other first, in order and within their flow, by the kinds of their layers: a number in a
name says little where modules were left out. Then the layers of two such modules: those of one name and kind, and
between these the rest by the order of their kinds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from explorer.arch.graph import HEAD, Graph, Module, Node
from explorer.arch.ops import Input, Op

Pair = tuple[Node | None, Node | None]
"""A layer of the first network and the one of the second that answers to it; None where there is none."""

_LIKE, _LIKE_OF_ONE_NAME = 1 / 2, 1 / 3
"""Share of the layers whose kinds two modules have in common, from which they are put beside each other."""

_Kind = tuple[type[Op], str]


def matched(first: Graph, second: Graph) -> tuple[Pair, ...]:
    """All layers of both networks, each once, in order. The networks the other way round answer the same."""
    if _rank(first) > _rank(second):
        return tuple((ours, theirs) for theirs, ours in matched(second, first))
    pairs: list[Pair] = []
    for ours, theirs in _beside(first.modules(), second.modules()):
        if ours is not None and theirs is not None:
            pairs += _in_order(ours.nodes, theirs.nodes, _partners(ours, theirs))
        elif ours is not None:
            pairs += [(node, None) for node in ours.nodes]
        elif theirs is not None:
            pairs += [(None, node) for node in theirs.nodes]
    return tuple(pairs)


def _rank(graph: Graph) -> tuple[int, list[str]]:
    """Which of two networks is gone through first: alignments of equal worth depend on it."""
    return len(graph.nodes), [node.name for node in graph.nodes]


def _kind(node: Node) -> _Kind:
    return type(node.op), node.branch


def _place(module: Module) -> str:
    """Modules stand beside each other only in one place: a flow, the beginning with the image, or the head."""
    if module.name == HEAD:
        return HEAD
    return "image" if any(isinstance(node.op, Input) for node in module.nodes) else f"flow {module.flow}"


class _Likeness:
    """How much two modules have in common; each pair of contents is weighed once, for networks repeat themselves."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Node | Op | str, ...], int] = {}
        self._known: dict[tuple[int, int], tuple[int, int]] = {}

    def number(self, module: Module) -> int:
        """The same for modules of the same layers."""
        content = tuple(each for node in module.nodes for each in (node.op, node.branch))
        return self._numbers.setdefault(content, len(self._numbers))

    def __call__(self, ours: Module, theirs: Module, numbers: tuple[int, int]) -> float:
        """0 if they do not belong beside each other, else the larger the liker."""
        if numbers not in self._known:
            kinds = _shared(map(_kind, ours.nodes), map(_kind, theirs.nodes))
            self._known[numbers] = kinds, _shared((n.op for n in ours.nodes), (n.op for n in theirs.nodes))
        kinds, equal = self._known[numbers]
        is_named_so = ours.name == theirs.name
        share = 2 * kinds / (len(ours.nodes) + len(theirs.nodes))
        # There is one head and one beginning in each network.
        if share < (_LIKE_OF_ONE_NAME if is_named_so else _LIKE) and not _place(ours).startswith((HEAD, "image")):
            return 0
        return kinds + equal / 2 + is_named_so / 2


def _shared(ours: Iterable[object], theirs: Iterable[object]) -> int:
    return (Counter(ours) & Counter(theirs)).total()


def _beside(first: Sequence[Module], second: Sequence[Module]) -> Iterator[tuple[Module | None, Module | None]]:
    """The modules in order, the likest beside each other: the alignment with the largest sum of likenesses."""
    like = _Likeness()
    numbers = [like.number(module) for module in first], [like.number(module) for module in second]
    places = [_place(module) for module in first], [_place(module) for module in second]
    likeness: dict[tuple[int, int], float] = {}
    # From the end, so that the way is read from the beginning.
    best = [[0.0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in reversed(range(len(first))):
        for j in reversed(range(len(second))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if places[0][i] == places[1][j]:
                found = like(first[i], second[j], (numbers[0][i], numbers[1][j]))
                if found and found + best[i + 1][j + 1] >= best[i][j]:
                    likeness[i, j] = found
                    best[i][j] = found + best[i + 1][j + 1]
    i = j = 0
    while i < len(first) or j < len(second):
        if (i, j) in likeness:
            yield first[i], second[j]
            i, j = i + 1, j + 1
        elif j == len(second) or (i < len(first) and best[i][j] == best[i + 1][j]):
            yield first[i], None
            i += 1
        else:
            yield None, second[j]
            j += 1


def _partners(ours: Module, theirs: Module) -> dict[str, Node]:
    """The layers of the second module by the names of those of the first that they answer to."""
    named = {(_own_name(node, theirs), _kind(node)): node for node in theirs.nodes}
    partners = {}
    for node in ours.nodes:
        if (partner := named.get((_own_name(node, ours), _kind(node)))) is not None:
            partners[node.name] = partner
    taken = {node.name for node in partners.values()}
    # Only what stands between the same neighbours: otherwise layers of one kind would be taken for each other.
    before = dict(_after(ours.nodes, {name: partner.name for name, partner in partners.items()}))
    behind = dict(_after(theirs.nodes, {name: name for name in taken}))
    rest = [n for n in ours.nodes if n.name not in partners], [n for n in theirs.nodes if n.name not in taken]
    mine_kinds, other_kinds = ([_kind(node) for node in nodes] for nodes in rest)
    for block in SequenceMatcher(None, mine_kinds, other_kinds, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            mine, other = rest[0][block.a + offset], rest[1][block.b + offset]
            if before[mine.name] == behind[other.name]:
                partners[mine.name] = other
    return partners


def _own_name(node: Node, module: Module) -> str:
    """The layer's name inside the module: `sepconv1_bn`."""
    return node.name.removeprefix(module.name)


def _after(nodes: Sequence[Node], known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each layer with the last one of `known` before it."""
    last = ""
    for node in nodes:
        last = known.get(node.name, last)
        yield node.name, last


def _in_order(ours: Sequence[Node], theirs: Sequence[Node], partners: dict[str, Node]) -> Iterator[Pair]:
    answering = {node.name for node in partners.values()}
    position = {node.name: number for number, node in enumerate(theirs)}
    told = 0
    for node in ours:
        partner = partners.get(node.name)
        if partner is not None:
            end = position[partner.name]
            yield from ((None, each) for each in theirs[told:end] if each.name not in answering)
            told = max(told, end)
        yield node, partner
    yield from ((None, each) for each in theirs[told:] if each.name not in answering)
