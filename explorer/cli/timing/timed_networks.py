"""Networks timed where networks live, with a line that says how far it is."""

from collections.abc import Sequence

from explorer.arch.knobs import Config
from explorer.cli.options.chosen_network import ASKER
from explorer.cli.output.progress_line import awaited
from explorer.compute.choice import Compute
from explorer.compute.question import Question
from explorer.counting.measured.timing import Timing


def timed_networks(
    compute: Compute, configs: Sequence[Config], *, batch: int, runs: int, what: str
) -> tuple[Timing, ...]:
    """Times them one after the other.

    Args:
        compute: Where networks live.
        configs: The networks, at least one.
        batch: Images in one pass.
        runs: Passes of each that count.
        what: What the line says: "passes of 8".

    Raises:
        ConfigError: If `batch` or `runs` is out of range.
        BudgetError: If one of them would not fit into the memory budget.
    """
    from explorer.compute import answers

    question = Question(answers.timings, (tuple(configs), batch, runs), is_long=True)
    return awaited(compute.ask(question, ASKER), what)
