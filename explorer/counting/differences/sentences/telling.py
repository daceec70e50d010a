"""A difference in a few sentences, the weightiest first: what was done, what follows from it, what it costs.

Each is worked out from the two graphs. What was done alike in several modules is told once. Their costs add up to the
difference of the networks: what is done to no layer, but other maps reach it, has a sentence of its own.
"""

from explorer.arch.ops import Input
from explorer.counting.differences.difference import Costs, Difference, summed
from explorer.counting.differences.sentences.alone import alone
from explorer.counting.differences.sentences.changed import other_maps, rewired, set_otherwise
from explorer.counting.differences.sentences.sentence import Sentence, Weight, told
from explorer.counting.differences.sentences.side import Side
from explorer.quantities import difference as percent
from explorer.quantities import exact, rounded

MOST = 12
"""Sentences that are told one by one."""


def sentences(difference: Difference) -> tuple[Sentence, ...]:
    """What the second network has otherwise, then the totals; nothing if the networks are equal.

    Networks that share too little are not told apart layer by layer.
    """
    if not difference.differing:
        return ()
    totals = Sentence(Weight.TOTALS, _totals(difference), None)
    if not difference.are_akin:
        return Sentence(Weight.MODULES, _shares_little(difference), None), totals
    found = _told(difference)
    if len(found) > MOST:
        found, rest = found[: MOST - 1], found[MOST - 1 :]
        costs = summed([sentence.costs for sentence in rest if sentence.costs is not None])
        found.append(told(Weight.SIZES, f"{len(rest)} lesser differences more", costs))
    return (*found, totals)


def _told(difference: Difference) -> list[Sentence]:
    first, second = Side("removed", difference), Side("added", difference)
    changed = difference.by_kind["changed"]
    found = [
        *alone(first, second),
        *rewired(changed, first, second),
        *set_otherwise(changed, first, second),
    ]
    sofar = summed([sentence.costs for sentence in found if sentence.costs is not None])
    whole = difference.costs
    found += other_maps(changed, Costs(whole.params - sofar.params, whole.macs - sofar.macs))
    return sorted(found, key=lambda sentence: sentence.weight)


def _shares_little(difference: Difference) -> str:
    sizes = " and ".join(exact(len(tally.layers)) for tally in (difference.first, difference.second))
    return (
        f"The networks share little: only {exact(difference.answering)} layers of {sizes} answer to each other. "
        "So the totals alone are compared."
    )


def _totals(difference: Difference) -> str:
    first, second = difference.first, difference.second
    macs = f"{rounded(second.macs)} MACs in both"
    if second.macs != first.macs:
        macs = f"{rounded(second.macs)} MACs instead of {rounded(first.macs)} ({percent(second.macs, first.macs)})"
    if second.params != first.params:
        share = percent(second.params, first.params)
        return f"In all {exact(second.params)} parameters instead of {exact(first.params)} ({share}), {macs}."
    equal = "The parameter totals are equal"
    if _are_others(difference):
        equal += "; the networks are not"
    return f"{equal}: {exact(second.params)} parameters in both, {macs}."


def _are_others(difference: Difference) -> bool:
    """Whether more than the image's size is otherwise."""
    return any(
        row.kind in ("removed", "added")
        or row.is_rewired
        or (bool(row.settings) and not isinstance(row.node.op, Input))
        for row in difference.differing
    )
