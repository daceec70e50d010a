"""Sizes of maps that a version of the Xception paper prints."""

from explorer.configuration.registry import PAPER, graph_of
from explorer.counting.published.disagreements.disagreement import Disagreement
from explorer.counting.tally import tally
from explorer.quantities import shape


def of_the_middle_flow() -> Disagreement:
    """Version 2 has maps of 18 px where 19 follow."""
    counted = tally(graph_of(PAPER))
    shapes = [module.output_shape for module in counted.module_tallies if module.flow == "entry"]
    sizes = [counted.graph.input_shape[0], *(side for side, _, _ in shapes)]
    stem = sizes[1]
    cut_off = [stem // 2**power for power in range(len(shapes))]
    return Disagreement(
        "The maps of the middle flow are 18 × 18 × 728.",
        "arXiv:1610.02357v2, as keras issue 4660 quotes it",
        f"{shape(shapes[-1])}, as in version 3 of the paper and in Keras",
        (
            " → ".join(map(str, sizes)) + " px: each of the three poolings halves and rounds up",
            " → ".join(map(str, cut_off)) + " px: halved and cut off",
        ),
        "The poolings pad their maps, so an odd size is halved upwards. Cutting off would give 18; whether the number "
        "came about so is unknown.",
        "partly unknown",
    )
