"""A configuration as options of the command line; for links see `explorer.configuration.link`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explorer.arch.knobs import Config, Flag, knobs
from explorer.configuration.registry import DEFAULT_NETWORK, network_of
from explorer.errors import ConfigError


def option(name: str) -> str:
    """The option of a knob: `--input-size` of `input_size`."""
    return f"--{name.replace('_', '-')}"


def to_options(config: Config, start: Config) -> list[str]:
    """The options that turn `start`, a configuration of the same network, into `config`.

    The network itself is named first, unless it is the one that is meant without a name.
    """
    described = network_of(config)
    options = [] if described is DEFAULT_NETWORK else ["--network", described.name]
    for name, knob in knobs(type(config)).items():
        value = getattr(config, name)
        if value == getattr(start, name):
            continue
        if isinstance(knob, Flag):
            options.append(option(name) if value else option(f"no_{name}"))
        else:
            options += [option(name), knob.text(value)]
    return options


def turned(base: Config, given: Mapping[str, Any]) -> Config:
    """`base` with the knobs turned that are given as texts (or flags).

    Raises:
        ConfigError: If one is out of range, or the network has no such knob.
    """
    fields = knobs(type(base))
    values = {}
    for name, text in given.items():
        if name not in fields:
            title, has = network_of(base).title, ", ".join(map(option, fields))
            raise ConfigError(f"{title} has no {option(name)}: its options are {has}")
        values[name] = checked(type(base), name, text)
    return replace(base, **values)


def checked(config: type[Config], name: str, given: Any) -> Any:
    """What was given for the option of knob `name`, as a value in range.

    Raises:
        ConfigError: If it is none; names the option.
    """
    knob = knobs(config)[name]
    try:
        value = knob.parse(given) if isinstance(given, str) else given
    except (ValueError, OverflowError):
        raise ConfigError(f"{option(name)} must be {knob.range}, got {given!r}") from None
    return knob.check(option(name), value)
