"""Which settings of width and repeats keep within limits, and which of them no other surpasses.

The other knobs are held. Every setting on the grid of the two knobs' steps is counted: nothing is taken to grow with
width. (A layer whose channels cannot be divided into the segments asked for takes fewer, and a wider network can have
fewer parameters.)

Along the repeats three networks are counted for each width: with 0, 1 and 2 modules. The modules of `Repeats` are
equal, and each reads nothing but the map that the one before it hands on, in the same shape. So from the second on each
adds the same layers: the same parameters, the same MACs, and no fuller moment than the second had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from explorer.arch.knobs import Config, Decimal, WholeNumber, knobs
from explorer.configuration.registry import NETWORKS, graph_of, network_of
from explorer.counting.limits import QUANTITIES, Limits, Quantity
from explorer.counting.tally import Tally, tally
from explorer.errors import ConfigError
from explorer.quantities import difference


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the two knobs stand, and what the network then costs.

    Attributes:
        width: The width multiplier.
        repeats: How many equal modules.
        costs: By quantity; not to be changed.
    """

    width: float
    repeats: int
    costs: Mapping[Quantity, float]

    def keeps(self, limits: Limits) -> bool:
        """Whether it is admissible: no cost is above its limit."""
        return all(self.costs[quantity] <= most for quantity, most in limits.items())

    def excess(self, limits: Limits) -> float:
        """The largest of its costs as a share of the limit; above 1 if it is not admissible."""
        return max(self.costs[quantity] / most for quantity, most in limits.items())

    def above(self, limits: Limits) -> str:
        """What it costs more than the limits, in words; "" if it is admissible."""
        return "; ".join(
            f"{quantity.write(cost)} {quantity.words}, {quantity.write(cost - most)} more than {quantity.write(most)} "
            f"({difference(cost, most)})"
            for quantity, most in limits.items()
            if (cost := self.costs[quantity]) > most
        )


@dataclass(frozen=True)
class Plane:
    """All settings of the two knobs, the others held.

    Attributes:
        base: The configuration that holds the others.
        width_knob: Name of the knob of the width.
        repeats_knob: Name of the knob of the repeats.
        widths: Where it can stand, from narrow to wide.
        settings: For each number of repeats, from 0 or its lowest on, those of each width.
    """

    base: Config
    width_knob: str
    repeats_knob: str
    widths: tuple[float, ...]
    settings: tuple[tuple[Setting, ...], ...]

    def config(self, setting: Setting) -> Config:
        """The configuration of a setting."""
        return _turned(self.base, setting.width, setting.repeats)

    def words(self, setting: Setting) -> str:
        """The setting as people read it."""
        fields = knobs(type(self.base))
        return f"{fields[self.width_knob].label} {setting.width:g}, {fields[self.repeats_knob].label} {setting.repeats}"

    def widest(self, limits: Limits) -> tuple[Setting, ...]:
        """For each number of repeats with an admissible setting the widest of them, from few repeats to many."""
        found = (next((each for each in reversed(row) if each.keeps(limits)), None) for row in self.settings)
        return tuple(setting for setting in found if setting is not None)

    def frontier(self, limits: Limits) -> tuple[Setting, ...]:
        """The admissible settings that no other admissible one surpasses, from few repeats to many.

        One surpasses another if it has at least its width and at least its repeats, and more of one of the two.
        """
        kept: list[Setting] = []
        for setting in reversed(self.widest(limits)):
            if not kept or setting.width > kept[-1].width:
                kept.append(setting)
        return tuple(reversed(kept))

    def admissible(self, limits: Limits) -> int:
        """How many settings are admissible."""
        return sum(setting.keeps(limits) for row in self.settings for setting in row)

    def nearest(self, limits: Limits) -> Setting:
        """The setting whose largest cost, as a share of its limit, is the smallest."""
        return min((setting for row in self.settings for setting in row), key=lambda each: each.excess(limits))


def plane_of(config: Config, quantities: tuple[Quantity, ...] = QUANTITIES) -> Plane:
    """The settings that share all knobs but two with `config`.

    Args:
        config: Any of them.
        quantities: What each costs; of others than those that are counted a module must add the same likewise.

    Raises:
        ConfigError: If its network has no knob of width or no repeated modules.
    """
    return _plane(_turned(config, None, None), quantities)


def setting_of(config: Config, quantities: tuple[Quantity, ...] = QUANTITIES) -> Setting:
    """Where the two knobs of `config` stand, on the grid or beside it.

    Raises:
        ConfigError: As `plane_of`.
    """
    width, repeats = _knobs_of(config)
    return Setting(getattr(config, width), getattr(config, repeats), _costs(tally(graph_of(config)), quantities))


def _knobs_of(config: Config) -> tuple[str, str]:
    described = network_of(config)
    if described.width is None or described.repeats is None:
        able = ", ".join(each.title for each in NETWORKS.values() if each.width and each.repeats)
        raise ConfigError(
            f"A budget is searched over a network's width and its number of equal modules. {described.title} has no "
            f"knobs for both: choose {able}."
        )
    return described.width, described.repeats.knob


def _turned(config: Config, width: float | None, repeats: int | None) -> Config:
    """`config` with the two knobs turned; to their defaults for None."""
    default = type(config)()
    values: dict[str, Any] = dict(zip(_knobs_of(config), (width, repeats), strict=True))
    values = {name: getattr(default, name) if value is None else value for name, value in values.items()}
    return replace(config, **values)


@lru_cache(maxsize=16)
def _plane(base: Config, quantities: tuple[Quantity, ...]) -> Plane:
    width_knob, repeats_knob = _knobs_of(base)
    fields = knobs(type(base))
    across, along = fields[width_knob], fields[repeats_knob]
    assert isinstance(across, Decimal) and isinstance(along, WholeNumber) and along.high is not None
    repeats = range(along.low, along.high + 1)
    columns = [_column(base, width, repeats, quantities) for width in across.steps]
    return Plane(base, width_knob, repeats_knob, across.steps, tuple(zip(*columns, strict=True)))


def _column(base: Config, width: float, repeats: range, quantities: Sequence[Quantity]) -> list[Setting]:
    """The settings of one width."""
    describe = network_of(base).describe
    few = [_costs(tally(describe(_turned(base, width, count))), quantities) for count in repeats[:3]]
    *_, first, second = few
    column = [Setting(width, count, costs) for count, costs in zip(repeats, few, strict=False)]
    for count in repeats[3:]:
        further = count - repeats[2]
        column.append(Setting(width, count, {q: second[q] + further * (second[q] - first[q]) for q in quantities}))
    return column


def _costs(counted: Tally, quantities: Sequence[Quantity]) -> dict[Quantity, float]:
    return {quantity: quantity.of(counted) for quantity in quantities}
