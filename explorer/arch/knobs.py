"""What a person can turn: for each knob its range, its words, and how a text (a link, an option) becomes a value."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from explorer.errors import ConfigError

LONGEST_NUMBER = 15
"""Digits of a whole number that a browser, which knows only doubles, still holds exactly."""

INPUT_SIZE = "input_size"
"""The knob that every network has."""

NONE = "none"
"""How an unset optional knob is written in links and options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob(ABC):
    """One knob.

    Attributes:
        label: Its name on the screen.
        help: What turning it does, in a sentence or two.
        group: Under which heading it stands.
        unit: Unit of its value, if any.
        note: What is particular to it in the one network; the rest is the same in all that have it.
        in_training_alone: Whether it changes nothing that a network computes once it is trained.
    """

    label: str
    help: str
    group: str
    unit: str = ""
    note: str = ""
    in_training_alone: bool = False

    @property
    def full_help(self) -> str:
        """What turning it does in this network."""
        return f"{self.help} {self.note}".strip()

    @property
    @abstractmethod
    def range(self) -> str:
        """The allowed values in words."""

    @abstractmethod
    def accepts(self, value: Any) -> bool:
        """Whether `value`, already in normal form, is in range."""

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The value that `text` stands for, perhaps out of range.

        Raises:
            ValueError: If it stands for none.
        """

    def normal(self, value: Any) -> Any:
        """`value` in the one form in which it is stored."""
        return value

    def nearest(self, value: Any) -> Any:
        """The value in range that is nearest to a parsed `value`.

        Raises:
            ValueError: If none is near.
        """
        if not self.accepts(value):
            raise ValueError(value)
        return value

    def text(self, value: Any) -> str:
        """`value` as links and options write it; `parse` reads it back."""
        return NONE if value is None else str(value)

    def check(self, name: str, value: Any) -> Any:
        """`value` in normal form.

        Raises:
            ConfigError: If it is out of range; names the knob, the range and the value.
        """
        normal = self.normal(value)
        if not self.accepts(normal):
            raise ConfigError(f"{name} must be {self.range}, got {value!r}")
        return normal


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber(Knob):
    """An integer from `low` to `high` (no upper end if None); with `optional`, also None.

    Attributes:
        low: The smallest value.
        high: The largest one.
        step: Of a slider.
        optional: Whether it can be unset.
        unset: How it is then written.
        stops: Values at which a slider stops, where its steps are not even; () for even steps.
    """

    low: int
    high: int | None = None
    step: int = 1
    optional: bool = False
    unset: str = NONE
    stops: tuple[int | None, ...] = ()

    @property
    def range(self) -> str:  # noqa: D102
        span = f"{self.low} and up" if self.high is None else f"from {self.low} to {self.high:,} {self.unit}".rstrip()
        return f"{f'{self.unset} or ' if self.optional else ''}a whole number {span}"

    def accepts(self, value: Any) -> bool:  # noqa: D102
        if value is None:
            return self.optional
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return value >= self.low and (self.high is None or value <= self.high)

    def normal(self, value: Any) -> Any:  # noqa: D102
        return None if self.optional and value in (NONE, self.unset) else value

    def text(self, value: Any) -> str:  # noqa: D102
        return self.unset if value is None else str(value)

    def parse(self, text: str) -> Any:  # noqa: D102
        if self.optional and text in (NONE, self.unset):
            return None
        if len(text) > LONGEST_NUMBER:
            raise ValueError(text)
        return int(text)

    def nearest(self, value: Any) -> Any:  # noqa: D102
        if value is None:
            return value
        return max(self.low, value if self.high is None else min(self.high, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decimal(Knob):
    """A real number from `low` to `high`."""

    low: float
    high: float
    step: float

    @property
    def range(self) -> str:  # noqa: D102
        return f"a number from {self.low:g} to {self.high:g}"

    @property
    def steps(self) -> tuple[float, ...]:
        """The values that a slider reaches, each the number nearest to what it writes."""
        count = round((self.high - self.low) / self.step)
        return tuple(round(self.low + place * self.step, 10) for place in range(count + 1))

    def accepts(self, value: Any) -> bool:  # noqa: D102
        return isinstance(value, float) and self.low <= value <= self.high

    def normal(self, value: Any) -> Any:  # noqa: D102
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def parse(self, text: str) -> Any:  # noqa: D102
        return float(text)

    def nearest(self, value: Any) -> Any:  # noqa: D102
        if value != value:  # not a number: no value is nearest
            raise ValueError(value)
        return min(self.high, max(self.low, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Knob):
    """One of `options`; None among them is written "none"."""

    options: tuple[str | int | None, ...]

    @property
    def range(self) -> str:  # noqa: D102
        return "one of " + ", ".join(self.text(option) for option in self.options)

    def accepts(self, value: Any) -> bool:  # noqa: D102
        return not isinstance(value, bool | float) and value in self.options

    def normal(self, value: Any) -> Any:  # noqa: D102
        return None if value == NONE and None in self.options else value

    def parse(self, text: str) -> Any:  # noqa: D102
        for option in self.options:
            if self.text(option) == text:
                return option
        if any(isinstance(option, int) for option in self.options) and len(text) <= LONGEST_NUMBER:
            return int(text)
        raise ValueError(text)

    def nearest(self, value: Any) -> Any:  # noqa: D102
        numbers = [option for option in self.options if isinstance(option, int)]
        if value in self.options or not numbers:
            return value
        return min(numbers, key=lambda option: abs(option - value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Knob):
    """Yes or no."""

    options: ClassVar[tuple[bool, ...]] = (True, False)
    words: ClassVar[dict[str, bool]] = {"yes": True, "no": False, "true": True, "false": False}

    @property
    def range(self) -> str:  # noqa: D102
        return "yes or no"

    def accepts(self, value: Any) -> bool:  # noqa: D102
        return isinstance(value, bool)

    def parse(self, text: str) -> Any:  # noqa: D102
        if text.lower() not in self.words:
            raise ValueError(text)
        return self.words[text.lower()]

    def text(self, value: Any) -> str:  # noqa: D102
        return "yes" if value else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumbers(Knob):
    """Up to `longest` integers from `low` to `high` each, kept as a tuple."""

    longest: int
    low: int
    high: int

    @property
    def range(self) -> str:  # noqa: D102
        return f"at most {self.longest} whole numbers from {self.low} to {self.high:,} {self.unit}".rstrip()

    def accepts(self, value: Any) -> bool:  # noqa: D102
        return (
            isinstance(value, tuple)
            and len(value) <= self.longest
            and all(isinstance(n, int) and not isinstance(n, bool) and self.low <= n <= self.high for n in value)
        )

    def normal(self, value: Any) -> Any:  # noqa: D102
        return tuple(value) if isinstance(value, list) else value

    def parse(self, text: str) -> Any:  # noqa: D102
        if text in ("", NONE):
            return ()
        if len(text) > 100:
            raise ValueError(text)
        return tuple(int(part) for part in text.split(","))

    def nearest(self, value: Any) -> Any:  # noqa: D102
        return tuple(min(self.high, max(self.low, n)) for n in value[: self.longest])

    def text(self, value: Any) -> str:  # noqa: D102
        return ",".join(str(n) for n in value) or NONE


@dataclass(frozen=True)
class Config:
    """What a person chose: a frozen, hashable value whose fields each carry a knob and are checked by it.

    Raises:
        ConfigError: If a field is out of range.
    """

    if TYPE_CHECKING:  # what every network has, each with a range and a default of its own
        input_size: int = 0
        classes: int = 0

    def __post_init__(self) -> None:
        for name, knob in knobs(type(self)).items():
            object.__setattr__(self, name, knob.check(name, getattr(self, name)))


def knobs(config: type[Config]) -> dict[str, Knob]:
    """The knobs of a configuration type by field name, in the order in which they are shown."""
    return {field.name: field.metadata["knob"] for field in fields(config)}
