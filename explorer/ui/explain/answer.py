"""The answer to a question: at once, or for a slow method when somebody has seen how long it takes and started it."""

from explorer.arch.places.taps import last_tap
from explorer.ui.explain.question import Question
from explorer.ui.session import cache
from explorer.ui.session.long_computation import offer, slow
from explorer.vision.methods.heat_map import HeatMap


def answer(question: Question) -> HeatMap | None:
    """The map; None as long as a slow method was not started."""
    heat_map = question.heat_map
    if heat_map is not None:
        return heat_map
    subject, title = question.subject, question.facts.title
    heat_map = offer(
        title,
        f"{title} of {question.target_words}",
        slow(question.method, question.facts.pass_cost, _passes(question), subject.look),
        cache.slow_heat_map(subject.look, question.method, question.tap, question.target),
        key="heat_map",
    )
    if heat_map is not None:
        question.finish("heat map", heat_map)
    return heat_map


def _passes(question: Question) -> int:
    """How often the network will run."""
    subject = question.subject
    tap = question.tap or last_tap(subject.graph)
    most = question.facts.passes(subject.config.input_size, tap, {})
    if not question.facts.skips_flat:
        return most
    flat = cache.channel_statistics(subject.look, tap.node, None).dead
    return min(most, 1 + int(flat.size - flat.sum()))
