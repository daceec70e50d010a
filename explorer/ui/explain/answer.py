"""The answer to a question: at once, or for a slow method when somebody has seen how long it takes and started it."""

from explorer.arch.places.taps import last_tap
from explorer.ui.explain.question import Question
from explorer.ui.session import cache
from explorer.ui.session.long_computation import THERE_AND_BACK, offer
from explorer.vision.methods.heat_map import HeatMap


def answer(question: Question) -> HeatMap | None:
    """The map; None as long as a slow method was not started."""
    heat_map = question.heat_map
    if heat_map is not None:
        return heat_map
    subject, title = question.subject, question.facts.title
    passes = question.facts.passes(subject.config.input_size, question.tap or last_tap(subject.graph), {})
    heat_map = offer(
        title,
        f"{title} of {question.target_words}",
        passes,
        passes * _seconds_per_pass(question),
        cache.slow_heat_map(subject.look, question.method, question.tap, question.target),
        key="heat_map",
    )
    if heat_map is not None:
        question.finish("heat map", heat_map)
    return heat_map


def _seconds_per_pass(question: Question) -> float:
    forward = cache.pass_seconds(question.subject.look.config, question.subject.look.weights)
    return forward * (THERE_AND_BACK if question.method == "smoothgrad" else 1)
