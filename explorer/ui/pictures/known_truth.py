"""What is known of a sample before the network answers: which of its classes the picture truly shows."""

from explorer.arch.trained_weights import TrainedWeights
from explorer.model.sources.known import WeightsSource
from explorer.vision.pictures.samples import Sample, samples_of


def truth_words(sample: Sample | None, weights: WeightsSource | None, classes: int) -> str:
    """A sentence, in Markdown; empty where nobody can say.

    Args:
        sample: The picture; None if it is a person's own.
        weights: Which weights run.
        classes: How many classes they know.
    """
    shown = _shown(sample, weights)
    if sample is None or shown is None:
        return ""
    if not shown:
        return f"**None of the {classes:,} classes is in this picture:** whatever the network answers is a guess."
    if sample in samples_of(weights):
        return f"Its makers labelled this picture **{shown[0]}**."
    if len(shown) == 1:
        return f"Truly in this picture: **{shown[0]}**."
    names = f"{', '.join(f'**{name}**' for name in shown[:-1])} and **{shown[-1]}**"
    return f"Several of the {classes:,} classes are in this picture: {names}. Each is a right answer."


def truth_note(sample: Sample, weights: WeightsSource | None) -> str:
    """The same in two or three words, for a small picture that no title labels."""
    shown = _shown(sample, weights)
    if shown is None:
        return ""
    return ", ".join(shown) or "none of its classes"


def _shown(sample: Sample | None, weights: WeightsSource | None) -> tuple[str, ...] | None:
    if sample is None or not isinstance(weights, TrainedWeights):
        return None
    return sample.classes_of(weights.labels)
