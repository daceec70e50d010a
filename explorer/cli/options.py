"""The options that choose a network: made from the knobs, so that each range and word stands in one place."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any

import typer

from explorer.arch.config import XceptionConfig
from explorer.arch.knobs import Config, Flag, Knob, knobs
from explorer.arch.networks import NETWORKS, PRESETS, network, network_of, preset
from explorer.arch.options import option
from explorer.errors import ConfigError

NETWORK_OPTION = typer.Option(metavar="|".join(NETWORKS), help="Which network.")
PRESET_OPTION = typer.Option(metavar="|".join(PRESETS), help="Start from a preset; other options change it.")


def configured(command: Callable[..., None]) -> Callable[..., None]:
    """Gives `command(config, ...)` the options `--network`, `--preset` and one for each knob of Xception."""

    @wraps(command)
    def wrapper(network: str | None, preset: str | None, **rest: Any) -> None:
        texts = {name: rest.pop(name) for name in knobs(XceptionConfig)}
        given = {name: text for name, text in texts.items() if text is not None}
        command(chosen(network, preset, given), **rest)

    own = list(inspect.signature(command).parameters.values())[1:]  # without the configuration
    parameters = [
        _parameter("network", Annotated[str | None, NETWORK_OPTION]),
        _parameter("preset", Annotated[str | None, PRESET_OPTION]),
        *(_parameter(name, _annotation(name, knob)) for name, knob in knobs(XceptionConfig).items()),
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
    ]
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return wrapper


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _annotation(name: str, knob: Knob) -> Any:
    if isinstance(knob, Flag):
        return Annotated[bool | None, typer.Option(help=knob.help)]
    return Annotated[str | None, typer.Option(option(name), metavar=knob.range, help=knob.help)]


def chosen(network_name: str | None, preset_name: str | None, given: dict[str, Any]) -> Config:
    """The configuration that the options describe; `given` are the knobs' texts (or flags).

    Raises:
        ConfigError: If an option is out of range, or the network chosen has no such knob.
    """
    base = start(network_name, preset_name)
    fields = knobs(type(base))
    values = {}
    for name, given_value in given.items():
        if name not in fields:
            title, has = network_of(base).title, ", ".join(map(option, fields))
            raise ConfigError(f"{title} has no {option(name)}: its options are {has}")
        values[name] = checked(type(base), name, given_value)
    return replace(base, **values)


def start(network_name: str | None, preset_name: str | None) -> Config:
    """The configuration that the knobs' options change.

    Raises:
        ConfigError: If the names are unknown or do not go together.
    """
    if preset_name is None:
        return network(network_name).config() if network_name is not None else XceptionConfig()
    base = preset(preset_name).config
    if network_name is not None and network(network_name) != network_of(base):
        raise ConfigError(
            f"preset {preset_name} is of network {network_of(base).name}, got --network {network_name}: "
            "leave one of the two out"
        )
    return base


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
