"""Computations that take long: how long is said before they start, how far they are while they run, and they stop.

A computation is waited for in the page's own run, not in a fragment. So whatever is clicked outside of fragments,
*Cancel* above all, ends it (`explorer.ui.session.asking`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from explorer.arch.knobs import Config
from explorer.compute.pace import Run, Watch, Work
from explorer.model.sources.known import WeightsSource
from explorer.quantities import duration
from explorer.ui.session import cache
from explorer.ui.session.asking import answered_in_sight, place_in_words
from explorer.vision.look import Look

if TYPE_CHECKING:
    from explorer.compute.answer import Answer
    from explorer.compute.question import Question

Result = TypeVar("Result")

_STARTED = "started_long_work"

_AROUND_S = 0.5
"""Between click and answer, beside the passes: the page runs, the question goes to a worker, the answer is drawn."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Slow work in a network.

    Attributes:
        work: What is done in each pass.
        passes: How many.
        config: The network.
        weights: Its weights.
    """

    work: Work
    passes: int
    config: Config
    weights: WeightsSource | None

    @property
    def words(self) -> str:
        """What it does, after its name."""
        return f"runs the network {self.passes:,} times"

    @property
    def seconds(self) -> float:
        """How long all of it will take on this machine, about."""
        return _AROUND_S + cache.pace().seconds(self.work, self.passes, self._prediction)

    def run(self) -> Watch:
        """Begins to watch it."""
        return Run(cache.pace(), self.work, cache.pace().seconds_per_pass(self.work, self._prediction))

    def _prediction(self) -> float:
        return cache.pass_seconds(self.config, self.weights)


def slow(kind: str, times: float, passes: int, look: Look, *, share: float = 1.0, start_s: float = 0.0) -> Slow:
    """Slow work in the network of `look`; the other arguments are those of `Work`."""
    macs = cache.tally(look.config).macs
    work = Work(kind, times, (look.config, look.weights), macs, share, start_s)
    return Slow(work, passes, look.config, look.weights)


def offer(label: str, doing: str, slow: Slow, question: "Question[Result]", *, key: str) -> Result | None:
    """A button that says how long it will take, and the answer once it was pressed; None until then.

    Args:
        label: What the button promises.
        doing: What the progress bar says: "Score-CAM of cup".
        slow: How much there is to do.
        question: What is computed.
        key: Unique on the page.
    """
    place = st.empty()
    words, button = _card(place)
    words.markdown(f"**{label}** {slow.words}: {duration(slow.seconds)} on this machine.")
    button.button("Start", icon=":material/play_arrow:", key=f"start {key}", on_click=_start, args=(key,))
    if st.session_state.pop(_STARTED, None) != key:
        return None
    result = _carry_out(words, button, doing, slow, question, key)
    place.empty()
    return result


def is_started() -> bool:
    """Whether what `offer` offers was started a moment ago, and nothing has taken it up yet."""
    return _STARTED in st.session_state


def _start(key: str) -> None:
    st.session_state[_STARTED] = key


def computed_in_sight(doing: str, slow: Slow, question: "Question[Result]", *, key: str) -> Result:
    """What was started elsewhere on the page; the arguments are those of `offer`."""
    place = st.empty()
    words, button = _card(place)
    result = _carry_out(words, button, doing, slow, question, key)
    place.empty()
    return result


def _card(place: "st.delta_generator.DeltaGenerator") -> tuple["st.delta_generator.DeltaGenerator", ...]:
    """A place for words and one for a button.

    The button stands in a row: one that was pressed stays beside its successor as long as it has the focus, and what
    is below must not move when it goes, or the very click that takes the focus away misses what it was meant for.
    """
    with place.container(border=True):
        words, row = st.empty(), st.container(horizontal=True)
    return words, row.empty()


def _carry_out(
    words: "st.delta_generator.DeltaGenerator",
    button: "st.delta_generator.DeltaGenerator",
    doing: str,
    slow: Slow,
    question: "Question[Result]",
    key: str,
) -> Result:
    # Its click ends this run of the page; the next one finds nothing started.
    button.button("Cancel", icon=":material/close:", key=f"cancel {key}")
    run = slow.run()
    bar = words.progress(0.0, f"{doing} …")

    def show(answer: "Answer[Result]") -> None:
        if answer.progress is None:
            bar.progress(0.0, f"{doing} … {place_in_words(answer.before) if answer.before else ''}")
            return
        done, total = answer.progress
        run.saw(done)
        bar.progress(run.share(total), f"{doing}: pass {done:,} of {total:,}, {duration(run.left(total))} left")

    try:
        result = answered_in_sight(question, show)
    except BaseException:
        run.ended()
        raise
    run.ended(slow.passes)
    return result
