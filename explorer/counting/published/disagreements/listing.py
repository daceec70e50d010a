"""All the disagreements, in the order in which they are shown."""

from functools import cache

from explorer.counting.published.disagreements import mobilenets, multiply_adds, parameters, shapes
from explorer.counting.published.disagreements.disagreement import Disagreement


@cache
def disagreements() -> tuple[Disagreement, ...]:
    """Those about the paper first, then those between tools."""
    return (
        parameters.of_xception(),
        parameters.of_inception_v3(),
        parameters.of_their_distance(),
        parameters.of_the_summaries(),
        shapes.of_the_middle_flow(),
        multiply_adds.of_the_two_units(),
        multiply_adds.of_the_profiler(),
        multiply_adds.of_timm(),
        multiply_adds.of_torchvision(),
        multiply_adds.of_resnets_paper(),
        parameters.of_inception_v3_elsewhere(),
        parameters.of_resnets(),
        mobilenets.of_slim(),
        mobilenets.of_keras(),
    )
