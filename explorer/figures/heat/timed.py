"""What each layer took of a pass that was timed on this machine."""

from collections.abc import Sequence

from explorer.configuration.registry import graph_of
from explorer.counting.measured.timing import Timing
from explorer.counting.tally import Tally
from explorer.figures.heat.colouring import NOTHING, Amounts, Colouring, powers_of_ten
from explorer.quantities import share, short_time

TIME = "time"
"""Its name in the link."""


def time_colouring(timings: Sequence[Timing]) -> Colouring:
    """Seconds of each layer; of a module those of its layers. The whole is the pass in which layers were timed.

    What ran in another layer's step has no time of its own. Other networks than those timed have no colours.
    """
    amounts = {graph_of(timing.config): timing for timing in timings}
    return Colouring(
        name=TIME,
        origin=tuple((each.config, each.batch, each.engine, each.measured_at, each.profiled_s) for each in timings),
        word="time",
        title="Measured time",
        amounts=lambda tally: _amounts(amounts[tally.graph], tally) if tally.graph in amounts else NOTHING,
        write=short_time,
        words=lambda amount, whole: f"{short_time(amount)}, {share(amount, whole)} of the measured pass",
        marks=powers_of_ten(-6, 3),
    )


def _amounts(timing: Timing, tally: Tally) -> Amounts:
    found: dict[tuple[str, str], float] = {}
    for layer in timing.layers:
        # Halves of a separable convolution are one layer, unless the description has a layer for each.
        name = layer.name if layer.name in tally.by_name else layer.layer
        for what in (("layer", name), ("module", tally.by_name[name].node.module)):
            found[what] = found.get(what, 0.0) + layer.seconds
    return Amounts(found, timing.profiled_s)
