"""What is timed so that the time of all settings of a plane can be predicted."""

from explorer.arch.knobs import Config
from explorer.configuration.registry import graph_of
from explorer.counting.frontier import Plane
from explorer.counting.measured.relatives import relatives
from explorer.errors import BudgetError, EngineError
from explorer.model.timing.needs import NO_LAYER_TIMES, fits, has_record

RUNS = 20
"""Passes that count, of each network: what is predicted from them must not be the moment's."""


def networks_to_predict_from(plane: Plane) -> tuple[Config, ...]:
    """Up to four settings of the plane, from the narrowest to the widest that fits into the memory budget.

    Raises:
        BudgetError: If not even the narrowest fits.
        EngineError: If the engine does not tell what each layer takes.
    """
    if not has_record():
        raise EngineError(f"Milliseconds are predicted from the time of each layer. {NO_LAYER_TIMES}")
    found = relatives(plane, lambda config: fits(graph_of(config), batch=1))
    if not found:
        raise BudgetError(
            "Not even the narrowest setting can be timed: it would not fit into the memory budget. Take a smaller "
            "input size, or start with a larger budget."
        )
    return found
