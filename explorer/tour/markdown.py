"""The tour as a list in Markdown, as the README has it."""

from textwrap import fill

from explorer.tour.step import PAGE_TITLES
from explorer.tour.steps import steps

_WIDTH = 120


def as_markdown() -> str:
    """All steps, numbered: where, what to do, what to see."""
    return "\n".join(
        fill(f"{number}. **{PAGE_TITLES[step.page]}.** {step.do} {step.see}", _WIDTH, subsequent_indent="   ")
        for number, step in enumerate(steps(), 1)
    )
