"""What is known of every network without running it: parameters, multiply-adds, memory."""

from collections.abc import Callable

from explorer.counting.tally import LayerTally, Sums, Tally
from explorer.figures.heat.colouring import Amounts, Colouring, powers_of_ten, share_in_words
from explorer.quantities import memory, rounded

_BYTES = tuple(float(size * 2**power) for power in (0, 10, 20, 30, 40) for size in (1, 10, 100))


def _summed(of: Callable[[LayerTally | Sums], float]) -> Callable[[Tally], Amounts]:
    """An amount that every layer has, and a module and the network as much as their layers together."""

    def amounts(tally: Tally) -> Amounts:
        modules = {("module", module.name): of(module) for module in tally.module_tallies}
        return Amounts(modules | {("layer", layer.node.name): of(layer) for layer in tally.layers}, of(tally))

    return amounts


def _number(amount: float) -> str:
    return rounded(round(amount))


COLOURINGS: dict[str, Colouring] = {
    each.name: each
    for each in (
        Colouring(
            name="params",
            origin="counted",
            word="parameters",
            title="Parameters",
            amounts=_summed(lambda layer: layer.params),
            write=_number,
            words=lambda amount, whole: f"{share_in_words(amount, whole)} parameters",
            marks=powers_of_ten(0, 14),
        ),
        Colouring(
            name="macs",
            origin="counted",
            word="MACs",
            title="MACs for one image",
            amounts=_summed(lambda layer: layer.macs),
            write=_number,
            words=lambda amount, whole: f"{share_in_words(amount, whole)} MACs",
            marks=powers_of_ten(0, 14),
        ),
        Colouring(
            name="memory",
            origin="counted",
            word="memory",
            title="Memory of outputs",
            amounts=_summed(lambda layer: layer.activation_bytes),
            write=memory,
            words=lambda amount, whole: f"{memory(amount)} of feature maps, {share_in_words(amount, whole)}",
            marks=_BYTES,
        ),
    )
}
"""By name in the link. Parameters and multiply-adds stand in every box anyway: their words are the share alone."""
