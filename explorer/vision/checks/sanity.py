"""Does a map depend on what the network has learnt? The same map, with random weights above the layer.

A map that stays the same when the weights above its layer are random shows the picture, or what the layers below make
of any picture, and nothing about the class. Below the tap nothing changes, so the activations that a CAM sums up are
the same in both maps: at the last layer, under few weights, some likeness is to be expected, and methods that give no
channel a negative weight (Grad-CAM++ after a ReLU, LayerCAM) stay close to the plain sum of the channels.

Source: Adebayo et al., Sanity Checks for Saliency Maps, arXiv:1810.03292, section 3.
"""

from dataclasses import dataclass, replace

import numpy as np

from explorer.arch.graph import Graph
from explorer.errors import ConfigError
from explorer.model.gradients.activations import Activations
from explorer.model.gradients.openvino_gradients import OpenVINOGradients, Passed
from explorer.model.weights.arrays import Provenance, random_weights
from explorer.model.weights.written_out_arrays import written_out_arrays
from explorer.vision.checks.judgement import is_flat
from explorer.vision.methods.gradient_cams import GRADIENT_CAMS, gradient_cam
from explorer.vision.methods.heat_map import HeatMap
from explorer.vision.methods.input_gradients import saliency

CHECKED: tuple[str, ...] = (*GRADIENT_CAMS, "saliency")
"""Methods that can be checked: those that one way back gives again."""


@dataclass(frozen=True, slots=True, eq=False)
class SanityCheck:
    """A map and its double by random weights.

    Attributes:
        heat_map: The double. Its provenance is random, and says up to where.
        rank_correlation: Spearman's, of the signed maps' cells, from -1 to 1. Near 0: the map depends on what was
            learnt above. Near 1, or near -1 (the same places with the opposite sign): it does not. NaN where either
            map is flat and its cells have no order.
        seed: Of the random weights; on a map of few cells another seed gives quite another number.
    """

    heat_map: HeatMap
    rank_correlation: float
    seed: int


def sanity_check(
    network: OpenVINOGradients, activations: Activations, graph: Graph, heat_map: HeatMap, *, seed: int = 0
) -> SanityCheck:
    """The same map with all weights above its place drawn anew, as before training; for saliency all there are.

    Args:
        network: With its weights.
        activations: Of the picture.
        graph: The network.
        heat_map: A map by one of `CHECKED`.
        seed: Of the random weights.

    Raises:
        ConfigError: If the map is by another method.
        BudgetError: If the random weights would not fit into the memory budget.
    """
    if heat_map.method not in CHECKED:
        raise ConfigError(f"a sanity check is made of maps by {', '.join(CHECKED)}, got {heat_map.method}")
    random = random_weights(graph, seed)
    above = written_out_arrays(graph, random.arrays)
    if heat_map.tap is None:
        other = network.with_other_weights_above(network.image, above)
        provenance = replace(random.provenance, changes=(f"For a sanity check all weights are random (seed {seed}).",))
        double = saliency(other, activations.maps[network.image], heat_map.target, provenance)
    else:
        provenance = _random_above(heat_map.tap.name, heat_map.provenance, seed)
        node = heat_map.tap.node
        other = network.with_other_weights_above(node, above)
        passed = other.passed_again(Passed(activations.maps, activations.logits[np.newaxis]), node)
        gradients = other.back(passed, heat_map.target.direction(network.classes), (node,))[node]
        double = gradient_cam(
            heat_map.method, gradients, heat_map.tap, heat_map.target, heat_map.input_size, provenance
        )
    return SanityCheck(
        replace(double, settings={**double.settings, "seed": seed}),
        _rank_correlation(heat_map.signed, double.signed),
        seed,
    )


def _random_above(tap: str, below: Provenance, seed: int) -> Provenance:
    return Provenance(
        "random",
        f"{below.source}, random above {tap}",
        f"Random values above {tap}, as before the first step of training: what follows has learnt nothing.",
        (
            *below.changes,
            f"For a sanity check the weights above {tap} are random (seed {seed}). Those up to it, and of what passes "
            f"it by on a shortcut, are unchanged: {below.source}, {below.state}.",
        ),
    )


def _rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's; NaN where either map is flat, when only roundings would be ranked."""
    from scipy.stats import spearmanr

    if is_flat(first) or is_flat(second):
        return float("nan")
    return float(spearmanr(first, second, axis=None).statistic)
