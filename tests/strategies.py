"""Hypothesis strategies for configurations, and the settings under which all property tests are deterministic."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from explorer.arch.knobs import Choice, Config, Decimal, Flag, Knob, WholeNumber, WholeNumbers, knobs
from explorer.configuration.registry import graph_of
from explorer.counting.tally import tally
from explorer.networks.xception import XceptionConfig

# More segments than any layer has channels is possible, but no news beyond this.
UNBOUNDED = 10_000


def deterministic(max_examples: int) -> settings:
    """The same examples in every run, on every machine, however slow."""
    return settings(
        max_examples=max_examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def values(knob: Knob) -> st.SearchStrategy[Any]:
    """All values in the knob's range; half of the numbers come from near the low, cheap end."""
    match knob:
        case WholeNumber(low=low, high=high, optional=optional):
            high = high or UNBOUNDED
            numbers = st.integers(low, min(high, low + 3)) | st.integers(low, high)
            return st.none() | numbers if optional else numbers
        case Decimal(low=low, high=high):
            return st.floats(low, (low + high) / 2) | st.floats(low, high)
        case Choice(options=options):
            return st.sampled_from(options)
        case Flag():
            return st.booleans()
        case WholeNumbers(longest=longest, low=low, high=high):
            number = st.integers(low, low + 100) | st.integers(low, high)
            return st.lists(number, max_size=longest).map(tuple)
    raise TypeError(f"no strategy for {type(knob).__name__}")


def configs(
    config: type[Config] = XceptionConfig, *, max_params: int | None = None, max_layers: int | None = None
) -> st.SearchStrategy[Any]:
    """Configurations over the whole range of every knob, if asked only those that are cheap to build."""

    def affordable(candidate: Config) -> bool:
        counted = tally(graph_of(candidate))
        return counted.params <= (max_params or counted.params) and len(counted.layers) <= (
            max_layers or len(counted.layers)
        )

    every = st.builds(config, **{name: values(knob) for name, knob in knobs(config).items()})
    return every if max_params is max_layers is None else every.filter(affordable)


def extremes(config: type[Config], base: Config) -> list[Config]:
    """`base` with each knob in turn at each end of its range or at each of its options."""

    def ends(knob: Knob) -> tuple[Any, ...]:
        match knob:
            case WholeNumber(low=low, high=high):
                return low, high or UNBOUNDED
            case Decimal(low=low, high=high):
                return low, high
            case Choice(options=options):
                return options
            case Flag():
                return True, False
            case WholeNumbers(longest=longest, low=low, high=high):
                return (), (low,) * longest, (high,)
        raise TypeError(f"no ends for {type(knob).__name__}")

    values_of_base = {name: getattr(base, name) for name in knobs(config)}
    return [config(**{**values_of_base, name: value}) for name, knob in knobs(config).items() for value in ends(knob)]
