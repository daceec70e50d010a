"""How far a long computation is, in a line on standard error that is gone when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from explorer.compute.answer import Answer
from explorer.vision.progress import Progress

_REDRAW_S = 0.1

R = TypeVar("R")


class _SpeedColumn(ProgressColumn):
    """Steps per second, of late."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.1f} {self._unit}/s")


@contextmanager
def shown_progress(what: str, unit: str = "", *, is_wanted: bool = True) -> Iterator[Progress]:
    """Gives what a computation tells its steps to; nothing is shown where nobody looks at a terminal.

    Args:
        what: What is computed.
        unit: What the steps are, in the plural: so many per second are shown, too.
        is_wanted: Whether anything is to be shown at all.
    """
    speed = (_SpeedColumn(unit),) if unit else ()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *speed, TimeRemainingColumn())
    console = Console(stderr=True)
    # Where it is no terminal, an empty line would remain. Standard output is not standard error's business.
    is_shown = is_wanted and console.is_terminal
    with Bars(*columns, console=console, transient=True, disable=not is_shown, redirect_stdout=False) as bars:
        task = bars.add_task(what, total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield show


def awaited(answer: Answer[R], what: str) -> R:
    """What a long computation answers, with a line that says how far `what` is; whoever interrupts it, ends it."""
    try:
        with shown_progress(what) as show:
            while not answer.wait(_REDRAW_S):
                if answer.progress is not None:
                    show(*answer.progress)
    except BaseException:
        answer.cancel()
        raise
    return answer.result()
