"""How strongly each layer answers a picture: the root mean square of what it puts out."""

from collections.abc import Hashable, Mapping

from explorer.arch.graph import Graph
from explorer.counting.tally import Tally
from explorer.figures.heat.colouring import NOTHING, Amounts, Colouring, powers_of_ten
from explorer.figures.real_numbers import significant

ENERGY = "energy"
"""Its name in the link."""

_MOST_FACTOR = 1e4
"""Xception needs 40 with trained weights, Mini-Xception 180. Random weights let a picture die away, in Inception V3 to
1e-19: on a scale as long as that all layers that answer would look alike."""


def energy_colouring(of_networks: Mapping[Graph, Mapping[str, float]], origin: Hashable) -> Colouring:
    """Each layer by its root mean square, each module by that of what it hands on: of its last layer.

    Args:
        of_networks: Of each network, the root mean square of its layers by name; layers may be missing.
        origin: Tells pictures and weights apart.
    """
    return Colouring(
        name=ENERGY,
        origin=origin,
        word="energy",
        title="Root mean square",
        amounts=lambda tally: _amounts(of_networks[tally.graph], tally) if tally.graph in of_networks else NOTHING,
        write=significant,
        words=lambda amount, whole: f"root mean square {significant(amount)}",
        marks=powers_of_ten(-12, 12),
        most_factor=_MOST_FACTOR,
    )


def _amounts(values: Mapping[str, float], tally: Tally) -> Amounts:
    modules = {("module", module.name): module.layers[-1].node.name for module in tally.module_tallies}
    handed_on = {module: values[last] for module, last in modules.items() if last in values}
    return Amounts(handed_on | {("layer", name): value for name, value in values.items()})
