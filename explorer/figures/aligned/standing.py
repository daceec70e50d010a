"""In which stage a module stands, when it is drawn as one box."""

from collections import Counter

from explorer.arch.ops import Input
from explorer.counting.alignment import stage_strides
from explorer.counting.tally import Tally


def standing(tally: Tally) -> dict[str, int | None]:
    """Stride of the stage in which each module is drawn, by name; None for the head.

    A module that makes its map smaller has layers in two stages or more. It stands where most of its multiply-adds
    are; without any, where most of its layers are. What ends in the head belongs to the head. From module to module
    the stride never falls: no module begins at a smaller stride than the one before it ends with.
    """
    strides = stage_strides(tally)
    places: dict[str, int | None] = {}
    for module in tally.module_tallies:
        layers = [layer for layer in module.layers if not isinstance(layer.node.op, Input)] or list(module.layers)
        # What reads the whole map never becomes a map again.
        if strides[layers[-1].node.name] is None:
            places[module.name] = None
            continue
        macs: Counter[int | None] = Counter()
        count: Counter[int | None] = Counter()
        for layer in layers:
            macs[strides[layer.node.name]] += layer.macs
            count[strides[layer.node.name]] += 1
        places[module.name] = max(count, key=lambda stride: (macs[stride], count[stride]))
    return places
