"""A limit of milliseconds: a few relatives are timed, and all others predicted from their layers."""

from dataclasses import asdict, dataclass
from typing import Any

import typer

from explorer.arch.knobs import Config
from explorer.cli.options.chosen_network import computing
from explorer.cli.timing.timed_networks import timed_networks
from explorer.configuration.named import config_named
from explorer.counting.frontier import Plane
from explorer.counting.limits import Quantity, limit
from explorer.counting.measured.prediction import Prediction, predicted_time, prediction_from
from explorer.counting.measured.timing import Timing
from explorer.model.timing.for_prediction import RUNS, networks_to_predict_from

_BEGIN_OF_A_NUMBER = tuple(".0123456789")


@dataclass(frozen=True, slots=True)
class PredictedLimit:
    """A limit, and what the time of the settings is predicted from.

    Attributes:
        quantity: The predicted time, ms.
        most: The limit, ms.
        prediction: From relatives that were timed.
        reference: The network whose time is the limit; None for a number.
    """

    quantity: Quantity
    most: float
    prediction: Prediction
    reference: Timing | None

    def words(self) -> str:
        """From what it is predicted, and where that was measured."""
        one = self.prediction.timings[0]
        caution = one.machine.caution
        return (
            f"\nMilliseconds of one image are predicted {self.quantity.origin}, in "
            f"{len(self.prediction.timings)} networks: {one.moment}, {one.machine.cpu}, {one.engine_title} "
            f"{one.engine_version}, {one.machine.threads} threads, float32. Nothing is said of other machines."
        ) + (f"\n{caution}" if caution else "")

    def as_data(self) -> dict[str, Any]:
        """The same for JSON."""
        one = self.prediction.timings[0]
        return {
            "what": f"{self.quantity.title} {self.quantity.origin}",
            "from": [_measured(timing) for timing in self.prediction.timings],
            "limit_of": None if self.reference is None else _measured(self.reference),
            "machine": asdict(one.machine),
            "engine": one.engine,
            "engine_version": one.engine_version,
            "measured_at": one.measured_at,
        }


def predicted_limit(context: typer.Context, plane: Plane, text: str) -> PredictedLimit:
    """Times what is needed to predict the settings of `plane`, and the network that `text` names if it is no number.

    Raises:
        ConfigError: If `text` is neither a number above 0 nor a name of a network.
        BudgetError: If a network would not fit into the memory budget.
        EngineError: If the engine does not tell what each layer takes.
    """
    named = None if text.strip()[:1] in _BEGIN_OF_A_NUMBER else config_named(text)
    relations = networks_to_predict_from(plane)
    if named is None:
        limit(predicted_time(Prediction((), "")), text)  # refused before anything is measured
    configs: tuple[Config, ...] = tuple(dict.fromkeys((*relations, *((named,) if named is not None else ()))))
    found = timed_networks(computing(context), configs, batch=1, runs=RUNS, what=f"passes of {len(configs)} networks")
    known = {timing.config: timing for timing in found}
    prediction = prediction_from(tuple(known[config] for config in relations))
    quantity = predicted_time(prediction)
    reference = None if named is None else known[named]
    most = limit(quantity, text) if reference is None else 1000 * reference.image_s
    return PredictedLimit(quantity, most, prediction, reference)


def _measured(timing: Timing) -> dict[str, Any]:
    return {"title": timing.title, "config": asdict(timing.config), "measured_ms": 1000 * timing.image_s}
